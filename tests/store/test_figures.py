"""How many rows tables have: exact while they are short, else a bound that says what it is."""

from __future__ import annotations

import pytest

from callboard.store.sqlite import counting
from tests.store.records import start, step


def tables(store, run):
    return {table.name: table[1:] for table in run(store.storage()).tables}


@pytest.fixture
def filled(store, run):
    """Four processes, one of them stepped."""
    for number in range(1, 5):
        write = start(number, participants=frozenset({f"user:{number}"}))
        run(store.write_process(write))
    run(store.write_process(step(write.record)))
    return store


def test_every_table_is_told_and_counted(filled, adapter, run):
    names = adapter.tables() - {"migrations"}
    found = tables(filled, run)
    assert found.keys() == names
    for name in names:
        ((rows,),) = adapter.query(f"SELECT count(*) FROM {name}")
        assert found[name] == (rows, "counted"), name


def test_a_long_table_has_a_bound_that_holds(filled, adapter, run, monkeypatch):
    monkeypatch.setattr(counting, "COUNTED", 3)
    monkeypatch.setattr("callboard.store.postgres.store.COUNTED", 3)
    found = tables(filled, run)
    assert found["processes"] == (4, "counted")
    assert found["events"] == {"sqlite": (5, "at-most"), "postgres": (3, "at-least")}[adapter.name]
    assert found["participants"] == (3, "at-least")
    assert found["jobs"] == (0, "counted")
