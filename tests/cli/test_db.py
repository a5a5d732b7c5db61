"""`callboard db`: what it says of databases of both kinds, and what it does to them."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from callboard.compose.running import open_database
from callboard.ports.store import StoreError
from callboard.settings import load_settings
from callboard.store import SqliteConfig, open_sqlite
from callboard.store.migrate import migrations
from callboard.store.sqlite import backup
from callboard.store.sqlite.ownership import Ownership
from tests.cli.running import callboard
from tests.store.adapters import ADAPTERS, SqliteAdapter
from tests.store.records import api_key, scenario, start

FIXTURE = Path(__file__).parents[1] / "store" / "fixtures" / "sqlite_0006.sql"


@pytest.fixture(params=ADAPTERS)
def adapter(request, tmp_path, monkeypatch):
    made = ADAPTERS[request.param](tmp_path)
    made.prepare()
    monkeypatch.setenv("CALLBOARD_DATABASE", made.url)
    yield made
    made.remove()


@pytest.fixture
def file(tmp_path, monkeypatch):
    made = SqliteAdapter(tmp_path)
    monkeypatch.setenv("CALLBOARD_DATABASE", made.url)
    return made


async def fill(adapter):
    store = await adapter.start()
    await store.put_scenario(scenario())
    await store.put_api_key(api_key())
    for number in range(1, 4):
        await store.write_process(start(number))
    await store.close()


def test_status_before_and_after_an_upgrade(adapter, run):
    before = callboard("db", "status", "--format", "json")
    assert before.exit_code == 1
    assert json.loads(before.stdout)["pending"][0] == "0001_start"
    assert adapter.tables() == set()
    dry = callboard("db", "upgrade", "--dry-run")
    assert "would apply 0001_start" in dry.stdout
    assert adapter.tables() == set()
    assert "applied 0001_start" in callboard("db", "upgrade").stdout
    again = callboard("db", "upgrade")
    assert again.exit_code == 0
    assert "applied" not in again.stdout
    run(fill(adapter))
    after = callboard("db", "status", "--format", "json")
    told = json.loads(after.stdout)
    assert after.exit_code == 0
    assert (told["schema"], told["pending"]) == (told["newest"], [])
    assert told["counts"]["running"] == 3
    assert told["counts"]["api_keys"] == told["counts"]["scenarios"] == 1
    assert "3 running, 0 ended, 0 erased" in callboard("db", "status").stdout


def test_a_database_that_is_newer_is_refused(adapter):
    callboard("db", "upgrade")
    adapter.change("INSERT INTO migrations VALUES (99, 'later', 'x')")
    for command in ("status", "upgrade"):
        result = callboard("db", command)
        assert result.exit_code == 3
        assert "newer Callboard" in result.stderr
        assert "99" in result.stderr


def test_the_server_does_not_migrate_where_it_must_not(adapter, run):
    settings = load_settings(overrides={"database": adapter.url, "migrate": False})
    with pytest.raises(StoreError, match=r"lacks the migration.* `callboard db upgrade`"):
        run(open_database(settings))
    assert adapter.tables() == set()
    callboard("db", "upgrade")
    run(run(open_database(settings)).close())


def test_a_file_is_upgraded_when_the_other_one_is_done(file):
    with closing(sqlite3.connect(file.path)) as connection:
        connection.executescript(FIXTURE.read_text())
    owner = Ownership(file.path)
    refused = callboard("db", "upgrade", "--wait", "0.1")
    assert refused.exit_code == 3
    assert "in use by another Callboard" in refused.stderr
    owner.release()
    applied = callboard("db", "upgrade", "--wait", "0.1").stdout
    assert applied.count("applied ") == len(migrations("sqlite")) - 6


def test_a_copy_is_made_while_the_engine_has_the_file(file, run):
    run(fill(file))
    store = open_sqlite(file.path)
    result = callboard("db", "backup", str(file.folder / "copy.db"))
    run(store.write_process(start(9)))
    run(store.close())
    assert result.exit_code == 0, result.output
    copy = file.folder / "copy.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(path.name for path in file.folder.glob("copy*")) == ["copy.db"]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM processes").fetchone() == (3,)
    run(open_sqlite(copy).close())


def test_who_writes_during_a_copy_does_not_wait_and_is_not_in_it(file, run, monkeypatch):
    monkeypatch.setattr(backup, "_PAGES", 4)
    run(fill(file))
    store = open_sqlite(file.path, SqliteConfig(wait_seconds=0.2))
    numbers = iter(range(10, 99))

    def write(done, pages):
        if done < pages:
            run(store.write_process(start(next(numbers))))

    target = file.folder / "copy.db"
    backup.back_up(file.path, target, SqliteConfig(), write)
    assert next(numbers) > 20, "too small to be written to meanwhile"
    run(store.close())
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("SELECT count(*) FROM processes").fetchone() == (3,)


def test_a_copy_replaces_nothing(file, run):
    run(fill(file))
    copy = file.folder / "copy.db"
    copy.write_text("mine")
    result = callboard("db", "backup", str(copy))
    assert (result.exit_code, copy.read_text()) == (3, "mine")
    assert "is there already" in result.stderr


def test_a_database_that_is_broken_gives_no_copy(file, run):
    run(fill(file))
    with closing(sqlite3.connect(file.path)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'events_in_order'"
        ).fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.path.open("r+b") as opened:
        opened.seek(4096 * (page - 1) + 4000)
        opened.write(b"\xff" * 90)
    result = callboard("db", "backup", str(file.folder / "copy.db"))
    assert result.exit_code == 3
    assert not list(file.folder.glob("copy*"))


def test_postgresql_is_copied_by_its_own_program():
    url = "postgresql://me:hidden@db.example.com/callboard?search_path=cb"
    result = callboard("db", "backup", "x.dump", "--database", url)
    assert result.exit_code == 3
    assert "--schema='cb' 'postgresql://me@db.example.com/callboard'" in result.stderr
    assert "hidden" not in result.stderr
