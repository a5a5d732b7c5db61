"""Migrations on both databases: what runs in a database of any release goes on afterwards."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from callboard.compose.database import check_database, upgrade_database
from callboard.ports.store import StoreError
from callboard.store.config import PostgresConfig
from callboard.store.migrate import Migration, migrations
from callboard.store.postgres.database import Database
from callboard.store.postgres.upgrade import upgrade
from tests.server.world import HandClock, world
from tests.store.adapters import PostgresAdapter, SqliteAdapter

FIXTURES = Path(__file__).parent / "fixtures"
DUMPS = sorted(FIXTURES.glob("running_*.sql"))
KNOWN = migrations("postgres")
LATER = 5.0
"""Seconds in which a timer that is past has to be noticed."""


@pytest.fixture
def postgres(tmp_path):
    made = PostgresAdapter(tmp_path)
    made.prepare()
    yield made
    made.remove()


async def migrated(adapter, known):
    """What was applied."""
    database = Database(adapter.url, PostgresConfig(connections=2))
    await database.open()
    try:
        return [one.number for one in await upgrade(database, known)]
    finally:
        await database.close()


def bad(number, text):
    return [*KNOWN[: number - 1], Migration(number, "bad", text)]


async def restore(adapter, dump):
    """A database as the release left it."""
    number = int(dump.stem[-4:])
    await migrated(adapter, KNOWN[:number])
    connection = await asyncpg.connect(adapter.url)
    for table in ("migrations", *(("numbering",) if number > 1 else ())):
        await connection.execute(f"DELETE FROM {table}")
    await connection.execute(dump.read_text())
    await connection.close()


def test_each_release_has_left_a_dump_of_processes_that_run():
    expected = [
        f"running_{dialect}_{one.number:04}"
        for dialect in ("postgres", "sqlite")
        for one in migrations(dialect)
    ]
    assert [dump.stem for dump in DUMPS] == expected


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)
def test_what_runs_goes_on_after_the_upgrade(dump, tmp_path, run):
    """A step is made, the timer that was set before fires, and all holds."""
    adapter = (PostgresAdapter if "postgres" in dump.stem else SqliteAdapter)(tmp_path)
    adapter.prepare()
    if isinstance(adapter, PostgresAdapter):
        asyncio.run(restore(adapter, dump))
    else:
        with closing(sqlite3.connect(adapter.path)) as connection:
            connection.executescript(dump.read_text())
    applied = run(upgrade_database(adapter.settings(), 1.0))
    assert len(applied) == len(migrations(dump.stem.split("_")[1])) - int(dump.stem[-4:])
    clock = HandClock()
    clock.at = datetime(2027, 1, 1, tzinfo=UTC)
    with world(tmp_path, clock=clock, database=adapter.url) as server:
        waiting, begun = adapter.query(
            "SELECT id FROM processes ORDER BY version DESC"
            if adapter.name == "sqlite"
            else "SELECT id::text FROM processes ORDER BY version DESC"
        )
        assert server.post(f"/processes/{begun[0]}/ask", "alice", json=9).status_code == 204
        end = time.monotonic() + LATER
        while server.get(f"/processes/{waiting[0]}", "alice").json()["current"]["key"] != "(late)":
            assert time.monotonic() < end, "the timer did not fire"
            server.run(asyncio.sleep(0.02))
        for (process,) in (waiting, begun):
            assert server.get(f"/processes/{process}/verify", "alice").json()["ok"]
    assert run(check_database(adapter.settings(), lambda _: None)).faults == []
    adapter.remove()


def test_of_several_upgrades_at_once_each_migration_is_applied_by_one(postgres, run):
    async def play():
        return await asyncio.gather(*(migrated(postgres, KNOWN) for _ in range(4)))

    done = run(play())
    assert sorted(number for numbers in done for number in numbers) == [one.number for one in KNOWN]


def test_one_that_comes_meanwhile_waits_longer_than_any_limit(postgres, run):
    """Neither the time for a lock nor that for a statement is for who waits for a migration."""
    run(migrated(postgres, KNOWN))
    slow = [
        *KNOWN,
        Migration(len(KNOWN) + 1, "slow", "SELECT pg_sleep(1.5)"),
    ]

    async def hasty():
        await asyncio.sleep(0.3)
        config = PostgresConfig(connections=1, lock_seconds=0.2, statement_seconds=0.2)
        database = Database(postgres.url, config)
        await database.open()
        done = await upgrade(database, slow)
        await database.close()
        return done

    async def play():
        return await asyncio.gather(migrated(postgres, slow), hasty())

    assert run(play()) == [[len(KNOWN) + 1], ()]


def test_several_upgrades_of_a_file_wait_for_one_another(tmp_path):
    adapter = SqliteAdapter(tmp_path)

    def one(_):
        return asyncio.run(upgrade_database(adapter.settings(), 20.0))

    with ThreadPoolExecutor(3) as threads:
        done = [name for names in threads.map(one, range(3)) for name in names]
    assert sorted(done) == [migration.title for migration in migrations("sqlite")]


@pytest.mark.parametrize(
    "text", ["CREATE TABLE extra (); CREATE TABLE extra ()", "CREATE TABLE extra (); SELECT 1 / 0"]
)
def test_a_migration_that_fails_leaves_the_database_as_it_was(text, postgres, run):
    run(migrated(postgres, KNOWN))
    tables = postgres.tables()
    with pytest.raises(StoreError, match="cannot be migrated"):
        run(migrated(postgres, bad(len(KNOWN) + 1, text)))
    assert postgres.tables() == tables
    assert postgres.query("SELECT max(number) FROM migrations") == [(len(KNOWN),)]
    good = [*KNOWN, Migration(len(KNOWN) + 1, "good", "CREATE TABLE extra ()")]
    assert run(migrated(postgres, good)) == [len(KNOWN) + 1]


def test_a_database_that_is_newer_or_another_is_refused(postgres, run):
    run(migrated(postgres, KNOWN))
    with pytest.raises(StoreError, match=r"was another one"):
        run(migrated(postgres, [*bad(1, "SELECT 1"), *KNOWN[1:]]))
    postgres.change("INSERT INTO migrations VALUES (99, 'later', 'x')")
    with pytest.raises(StoreError, match=r"newer Callboard.*migration 99"):
        run(migrated(postgres, KNOWN))


def test_another_programs_schema_is_refused_and_left_alone(postgres, run):
    postgres.change("CREATE TABLE mine ()")
    with pytest.raises(StoreError, match=r"another program's"):
        run(migrated(postgres, KNOWN))
    assert postgres.tables() == {"mine"}


KILLED = {
    "sqlite": """
import sys
from pathlib import Path
from callboard.store.migrate import Migration, migrations
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.upgrade import upgrade
path, known = Path(sys.argv[1]), migrations("sqlite")
slow = '''CREATE TABLE extra (x); UPDATE scenarios SET title = 'lost'; WITH RECURSIVE c(n) AS
(SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1e12) SELECT count(*) FROM c;'''
upgrade(connect(path, wait=1, writes=True), path, [*known, Migration(len(known) + 1, "slow", slow)])
""",
    "postgres": """
import asyncio, sys
from tests.store.adapters import PostgresAdapter
from tests.store.test_migrations import KNOWN, Migration, migrated
class At:
    url = sys.argv[1]
slow = "CREATE TABLE extra (); UPDATE scenarios SET title = 'lost'; SELECT pg_sleep(2)"
asyncio.run(migrated(At, [*KNOWN, Migration(len(KNOWN) + 1, "slow", slow)]))
""",
}


def is_migrating(adapter):
    """Whether somebody is in the middle of the migration."""
    if isinstance(adapter, PostgresAdapter):
        return adapter.query(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE TABLE extra%'"
            " AND wait_event = 'PgSleep'"
        )
    try:
        with closing(sqlite3.connect(adapter.path, timeout=0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    return False


@pytest.mark.parametrize("kind", [SqliteAdapter, PostgresAdapter], ids=["sqlite", "postgres"])
def test_a_program_that_is_killed_in_a_migration_leaves_it_to_the_next(kind, tmp_path, run):
    adapter = kind(tmp_path)
    adapter.prepare()
    run(run(adapter.start()).close())
    tables = adapter.tables()
    place = adapter.path if adapter.name == "sqlite" else adapter.url
    child = subprocess.Popen([sys.executable, "-c", KILLED[adapter.name], str(place)])
    end = time.monotonic() + 20
    while not is_migrating(adapter):
        assert time.monotonic() < end
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert run(upgrade_database(adapter.settings(), 1.0)) == ()
    run(run(adapter.start()).close())
    assert adapter.tables() == tables
    adapter.remove()
