"""Checking a database: all that is well is, and each thing that is wrong is found and named."""

from __future__ import annotations

import json

import pytest

from callboard.compose.database import check_database
from callboard.ports.store import StoreError
from callboard.store.postgres.rows import PostgresRows
from callboard.store.sqlite.rows import SqliteRows
from tests.cli.running import callboard
from tests.store.adapters import PostgresAdapter, SqliteAdapter
from tests.store.moving import fill
from tests.store.records import start

FIRST, SECOND, ERASED = (start(number).record.id for number in (1, 2, 4))
ROWS = {"sqlite": SqliteRows, "postgres": PostgresRows}


@pytest.fixture(params=[SqliteAdapter, PostgresAdapter], ids=lambda kind: kind.name)
def adapter(request, tmp_path):
    made = request.param(tmp_path)
    yield made
    made.remove()


@pytest.fixture
def full(adapter, run):
    """A database with something in every table."""
    store = run(adapter.start())
    run(fill(store))
    run(store.close())
    return adapter


def found(adapter, run):
    """The codes of what is wrong, with what they are about."""
    report = run(check_database(adapter.settings(), lambda _: None))
    assert sum(report.counts.values()) == len(report.faults)
    return {(fault.code, fault.about) for fault in report.faults}


def test_all_is_well(full, run):
    report = run(check_database(full.settings(), lambda _: None))
    assert report.faults == []
    assert (report.processes, report.erased) == (4, 1)
    assert report.events == 2 * 4 + 2  # One of them has an old chain.


BROKEN = "UPDATE events SET event = replace(event, 'next', 'other') WHERE process = {process}"
STRAY = (
    "INSERT INTO checkpoints (process, events, head, at, kid, signature) "
    "VALUES ('00000000-0000-0000-0000-0000000000ff', 1, 'x', 'x', 'x', 'x')"
)
STOPPED = (
    "UPDATE processes SET {stopped} document = replace(document, '{{\"id', "
    "'{{\"isRunning\":false,\"id') WHERE id = '{first}'"
)
PLANTED = {
    "version": ("UPDATE processes SET version = 3 WHERE id = '{first}'", "{first}"),
    "head": ("UPDATE processes SET head = 'x' WHERE id = '{first}'", "{first}"),
    "updated": ("UPDATE processes SET updated = '2025' WHERE id = '{first}'", "{first}"),
    "chain": (BROKEN, "{first}"),
    "checkpoint": ("UPDATE checkpoints SET head = 'x'", "{first}"),
    "places": ("UPDATE participants SET created = 'x' WHERE process = {process}", "{first}"),
    "counters": ("UPDATE counts SET count = count + 1 WHERE running = {true}", None),
    "waiting": ("UPDATE jobs SET awaits = {nobody} WHERE id = 't 1'", "t 1"),
    "strays": (STRAY, "checkpoints of 00000000-0000-0000-0000-0000000000ff"),
    "ended_tasks": (STOPPED, "{first}"),
    "ended_timers": (STOPPED, "{first}"),
    "buried": ("UPDATE tombstones SET id = '{first}'", "{first}"),
}
NAMES = {
    "sqlite": {
        "process": f"(SELECT row FROM processes WHERE id = '{FIRST}')",
        "true": "1",
        "nobody": "77",
        "stopped": "",
    },
    "postgres": {
        "process": f"'{FIRST}'",
        "true": "true",
        "nobody": "'00000000-0000-0000-0000-0000000000ff'",
        "stopped": "running = false, ",
    },
}


@pytest.mark.parametrize("code", PLANTED)
def test_what_is_wrong_is_found(code, full, run):
    names = {"first": FIRST, **NAMES[full.name]}
    sql, about = PLANTED[code]
    full.change(sql.format(**names))
    faults = found(full, run)
    assert code in {name for name, _ in faults}
    if about is not None:
        assert (code, about.format(**names)) in faults
    assert not {key for _, key in faults} & {SECOND}, "nothing is wrong with others"


def test_an_event_that_is_missing_or_erased_alone_is_found(full, run):
    full.change(f"DELETE FROM events WHERE seq = 0 AND process = {NAMES[full.name]['process']}")
    assert ("version", FIRST) in found(full, run)


def test_an_old_chain_and_what_was_erased_are_checked_too(full, run):
    full.change("UPDATE old_events SET event = replace(event, 'next', 'other') WHERE seq = 1")
    full.change("UPDATE tombstones SET version = 9")
    codes = found(full, run)
    assert ("chain", start(3).record.id) in codes
    assert ("head", ERASED) in codes


def test_every_query_is_asked(full):
    """All that look for a fault are in the list of the dialect, and named for people."""
    from callboard.store.check import _TOLD
    from callboard.store.queries import queries

    asked = set(queries(full.name, "check")) - {"heads"}
    assert asked == set(ROWS[full.name].checks)
    assert asked <= set(_TOLD)


def test_the_state_that_lists_have_is_that_of_the_document(tmp_path, run):
    adapter = PostgresAdapter(tmp_path)
    store = run(adapter.start())
    run(fill(store))
    run(store.close())
    adapter.change(f"UPDATE processes SET state = 'x' WHERE id = '{FIRST}'")
    adapter.change("ALTER TABLE tasks ADD CONSTRAINT old CHECK (since > '3') NOT VALID")
    assert {("states", FIRST), ("constraints", "old")} <= found(adapter, run)
    adapter.remove()


def test_the_command_says_it_and_ends_so(full, monkeypatch):
    monkeypatch.setenv("CALLBOARD_DATABASE", full.url)
    well = callboard("db", "check")
    assert (well.exit_code, well.stderr) == (0, "")
    assert "4 processes, 10 events, 1 erased: all is well" in well.stdout
    full.change(f"UPDATE processes SET head = 'x' WHERE id = '{FIRST}'")
    wrong = callboard("db", "check")
    assert wrong.exit_code == 1
    assert f"{FIRST}: head: " in wrong.stdout
    told = json.loads(callboard("db", "check", "--format", "json").stdout)
    assert (told["ok"], told["counts"]) == (False, {"head": 1})


def test_a_file_that_is_broken_says_so(tmp_path, run):
    adapter = SqliteAdapter(tmp_path)
    store = adapter.open()
    run(fill(store))
    run(store.close())
    adapter.query("PRAGMA wal_checkpoint(TRUNCATE)")
    ((page,),) = adapter.query("SELECT rootpage FROM sqlite_schema WHERE name = 'events_in_order'")
    with adapter.path.open("r+b") as file:
        file.seek(4096 * (page - 1) + 4000)
        file.write(b"\xff" * 90)
    assert found(adapter, run) & {
        ("database", "the database itself"),
        ("unreadable", "the database itself"),
    }


def test_what_is_no_database_is_no_finding(tmp_path, run):
    adapter = SqliteAdapter(tmp_path)
    with pytest.raises(StoreError, match="There is no database"):
        run(check_database(adapter.settings(), lambda _: None))
    assert not adapter.path.exists()
