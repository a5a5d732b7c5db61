"""Migrations on SQLite: every database that was ever released can be opened and goes on."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from callboard.ports.records import ProcessQuery
from callboard.ports.store import StoreError
from callboard.store import open_sqlite
from callboard.store.migrate import Migration, migrations
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.upgrade import upgrade
from tests.store.adapters import SqliteAdapter
from tests.store.dumping import RUNNING
from tests.store.records import SCENARIO, api_key, start, step
from tests.store.test_concurrency import is_whole

DUMPS = sorted((Path(__file__).parent / "fixtures").glob("sqlite_*.sql"))
KNOWN = migrations("sqlite")


def schema(connection):
    """Every table and index, without the register of migrations and without white space."""
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE name <> 'migrations'")
    return sorted(
        re.sub(r"\s+", " ", sql).replace(" )", ")").replace(" ,", ",") for (sql,) in rows if sql
    )


@pytest.fixture
def connection(tmp_path):
    with closing(connect(tmp_path / "a.db", wait=1, writes=True)) as opened:
        yield opened


def test_migrations_make_the_schema_that_is_written_down(connection):
    upgrade(connection, Path("a.db"))
    written = (files("callboard.store") / "sql" / "sqlite" / "schema.sql").read_text()
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(written)
        assert schema(connection) == schema(fresh)


def test_migrations_are_numbered_without_a_gap():
    assert [migration.number for migration in KNOWN] == list(range(1, len(KNOWN) + 1))


def test_a_migration_is_applied_once(connection):
    for _ in range(2):
        upgrade(connection, Path("a.db"))
    rows = connection.execute("SELECT number, name, checksum FROM migrations").fetchall()
    assert rows == [(one.number, one.name, one.checksum) for one in KNOWN]


def test_each_release_has_left_a_dump():
    assert [dump.stem for dump in DUMPS] == [f"sqlite_{one.number:04}" for one in KNOWN]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_a_database_of_any_release_goes_on(dump, tmp_path, run):
    adapter = SqliteAdapter(tmp_path)
    with closing(sqlite3.connect(adapter.path)) as connection:
        connection.executescript(dump.read_text())
    store = adapter.open()
    records = run(store.list_processes(ProcessQuery(frozenset({"user:a"})))).records
    assert [record.version for record in records] == list(range(RUNNING, 0, -1))
    for record in records:
        run(store.write_process(step(record)))
        after = run(store.get_process(record.id))
        assert is_whole(after, run(store.get_events(record.id, 99)))
    assert run(store.get_api_key(api_key().id)) == api_key()
    assert run(store.get_scenario(SCENARIO)).name == "approval"
    assert len(adapter.tasks()) == len(adapter.jobs()) == RUNNING - 1
    run(store.close())


def test_a_newer_database_is_refused(tmp_path, run):
    path = tmp_path / "a.db"
    run(open_sqlite(path).close())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO migrations VALUES (99, 'later', 'x')")
    with pytest.raises(StoreError, match=r"newer Callboard.*migration 99"):
        open_sqlite(path)


def test_another_history_is_refused(tmp_path, run):
    path = tmp_path / "a.db"
    run(open_sqlite(path).close())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE migrations SET checksum = 'x'")
    with pytest.raises(StoreError, match=r"migration 1 \(start\)"):
        open_sqlite(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("CREATE TABLE extra (x); CREATE TABLE extra (x);", "already exists"),
        (
            "CREATE TABLE extra (x); INSERT INTO participants VALUES (77, 'x', 77);",
            "breaks a reference",
        ),
    ],
)
def test_a_migration_that_fails_leaves_the_database_as_it_was(connection, text, why):
    upgrade(connection, Path("a.db"))
    before = schema(connection)
    with pytest.raises(StoreError, match=why):
        upgrade(connection, Path("a.db"), [*KNOWN, Migration(len(KNOWN) + 1, "bad", text)])
    assert schema(connection) == before
    assert connection.execute("SELECT max(number) FROM migrations").fetchone() == (len(KNOWN),)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_dump_is_of_processes_that_run():
    assert start(1).record.id in DUMPS[0].read_text()
