"""Export and import: everything goes from one database to the other and back, or nothing does."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callboard.compose.database import export_database, import_database
from callboard.ports.store import StoreError
from callboard.store.export import TABLES
from tests.store.adapters import PostgresAdapter, SqliteAdapter
from tests.store.moving import fill
from tests.store.records import SCENARIO, api_key, start, step
from tests.store.test_concurrency import is_whole

STRANGER = "00000000-0000-0000-0000-0000000000ff"


def silent(_count, _total=None):
    """Nobody looks."""


@pytest.fixture
def place(tmp_path):
    """Makes databases of either kind, which are empty."""
    made = []

    def make(name):
        kind = PostgresAdapter if name.startswith("postgres") else SqliteAdapter
        folder = tmp_path / name
        folder.mkdir()
        made.append(kind(folder))
        made[-1].prepare()
        return made[-1]

    yield make
    for one in made:
        one.remove()


@pytest.fixture
def exported(place, tmp_path, run):
    """A full database on SQLite, and its export."""
    adapter = place("sqlite")
    store = run(adapter.start())
    run(fill(store))
    run(store.close())
    file = tmp_path / "first.jsonl"
    run(export_database(adapter.settings(), file, silent))
    return adapter, file


def lines(file: Path):
    return [json.loads(line) for line in file.read_text().splitlines()]


def signed_again(data: list) -> bytes:
    """Lines as a file whose end fits them."""
    text = b"".join(json.dumps(line).encode() + b"\n" for line in data[:-1])
    counts = {table: sum(row[0] == table for row in data[1:-1]) for table in TABLES}
    end = {"end": "callboard-export", "counts": counts, "sha256": hashlib.sha256(text).hexdigest()}
    return text + json.dumps(end).encode() + b"\n"


def test_there_and_back_gives_the_same_bytes(exported, place, tmp_path, run):
    first, file = exported
    server, back = place("postgres"), place("sqlite back")
    counts = run(import_database(server.settings(), file, silent))
    assert all(counts.values()), "a table without rows shows nothing"
    assert len(server.faults()) == 0
    packed = tmp_path / "second.jsonl.gz"
    run(export_database(server.settings(), packed, silent))
    assert gzip.decompress(packed.read_bytes()) == file.read_bytes()
    run(import_database(back.settings(), packed, silent))
    third = tmp_path / "third.jsonl"
    run(export_database(back.settings(), third, silent))
    assert third.read_bytes() == file.read_bytes()
    assert back.faults() == []
    for name in ("event_texts", "participants", "tasks", "jobs", "changes", "answers"):
        assert sorted(map(str, getattr(back, name)())) == sorted(map(str, getattr(first, name)()))


def test_every_column_is_in_it_or_follows(exported):
    """Who adds a column has to say what an export does with it."""
    first, _ = exported
    follow = {
        *("row", "process.row", "state", "running"),
        *("events.previous", "old_events.previous", "jobs.held"),
    }
    tables = first.tables() - {"migrations", "counts", "principals", "rates"}
    assert tables == set(TABLES)
    for table in tables:
        found = {row[1] for row in first.query(f"PRAGMA table_info({table})")}
        missing = found - set(TABLES[table]) - {"row"}
        assert {f"{table}.{name}" for name in missing} <= follow, table


@pytest.mark.parametrize("kind", ["sqlite other", "postgres"])
def test_what_was_moved_goes_on(kind, exported, place, run):
    first, file = exported
    there = place(kind)
    before = run(first.start())
    counted = sorted(map(str, run(before.counts())))
    run(before.close())
    run(import_database(there.settings(), file, silent))
    store = run(there.start())
    assert sorted(map(str, run(store.counts()))) == counted
    record = run(store.get_process(start(1).record.id))
    last = run(store.last_change())
    run(store.write_process(step(record)))
    assert is_whole(run(store.get_process(record.id)), run(store.get_events(record.id, 99)))
    assert [change.process for change in run(store.changes_after(last, 9))] == [record.id]
    held = run(store.jobs.claim("timer", None, "2027", 60.0, 9))
    assert {one.job.id for one in held} == {"t 1", "t 2", "t 3", "t 5"}  # 4 was erased.
    assert run(store.find_api_key(api_key().digest)) == api_key()
    assert run(store.get_tombstone(start(4).record.id)).reason == "Request 17"
    assert len(run(store.old_chains(start(3).record.id))) == 1
    assert run(store.get_idempotency("user:a", "alone")) is not None
    assert run(store.get_scenario(SCENARIO)).schemas == {"schema:a": {}}
    run(store.write_process(start(77)))
    run(store.close())


@pytest.mark.parametrize("kind", ["sqlite other", "postgres"])
def test_it_is_of_one_moment_while_others_write(kind, exported, place, tmp_path, run):
    _, file = exported
    there = place(kind)
    run(import_database(there.settings(), file, silent))
    written = []

    def write(_count):
        """In the middle of the export, on another connection."""
        if not written:
            with ThreadPoolExecutor(1) as thread:
                thread.submit(there.change, "DELETE FROM idempotency").result()
            written.append(True)

    run(export_database(there.settings(), tmp_path / "now.jsonl", write))
    assert there.answers() == set()
    assert (tmp_path / "now.jsonl").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("kind", ["sqlite other", "postgres"])
def test_only_an_empty_database_is_filled(kind, exported, place, run):
    _, file = exported
    there = place(kind)
    store = run(there.start())
    run(store.put_setting("signing-key", "x"))
    run(store.close())
    with pytest.raises(StoreError, match=r"not empty: it has settings.*new one"):
        run(import_database(there.settings(), file, silent))
    assert there.query("SELECT count(*) FROM settings") == [(1,)]


@pytest.mark.parametrize("kind", ["sqlite other", "postgres"])
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text[: len(text) // 2], "is no JSON|was cut off"),
        (lambda text: b"".join(text.splitlines(keepends=True)[:-1]), "was cut off"),
        (lambda text: text.replace(b"Request 17", b"Request 18"), "was changed"),
        (lambda text: text + b"\n", "goes on after its end"),
        (lambda text: text.replace(b'"version":1', b'"version":2', 1), "version 2"),
        (lambda text: b"hello\n" + text, "no export"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_leaves_nothing(kind, change, why, exported, place, run):
    _, file = exported
    file.write_bytes(change(file.read_bytes()))
    there = place(kind)
    with pytest.raises(StoreError, match=why):
        run(import_database(there.settings(), file, silent))
    run(run(there.start()).close())
    assert all(there.query(f"SELECT count(*) FROM {table}") == [(0,)] for table in TABLES)


@pytest.mark.parametrize("kind", ["sqlite other", "postgres"])
def test_what_contradicts_itself_is_not_stored(kind, exported, place, run):
    """Signed by whoever changed it: the sum fits, the rows do not."""
    _, file = exported
    found = lines(file)
    first = next(at for at, row in enumerate(found) if at and row[0] == "processes")
    row = ["processes", STRANGER, STRANGER, *found[first][3:]]
    stranger = [*found[:first], row, *found[first:]]
    swapped = [*found]
    swapped[first], swapped[first + 1] = swapped[first + 1], swapped[first]
    there = place(kind)
    for data, why in ((stranger, "cannot be stored"), (swapped, "reads back otherwise")):
        file.write_bytes(signed_again(data))
        with pytest.raises(StoreError, match=f"[Ll]ines? \\d+.*{why}"):
            run(import_database(there.settings(), file, silent))
    assert all(there.query(f"SELECT count(*) FROM {table}") == [(0,)] for table in TABLES)


def test_an_export_replaces_no_file_and_leaves_none_behind(exported, tmp_path, run):
    adapter, file = exported
    before = file.read_bytes()
    with pytest.raises(StoreError, match="is there already"):
        run(export_database(adapter.settings(), file, silent))
    assert file.read_bytes() == before
    shutil.rmtree(adapter.folder)
    with pytest.raises(StoreError, match=r"folder does not exist|no database"):
        run(export_database(adapter.settings(), tmp_path / "b.jsonl", silent))
    assert not list(tmp_path.glob("b.jsonl*"))


def test_what_is_read_in_order_is_not_sorted(exported):
    """Long tables are read off their indexes."""
    from callboard.store.queries import queries

    adapter, _ = exported
    for name in ("events", "old_events", "changes", "checkpoints", "links", "tombstones"):
        plan = adapter.query(f"EXPLAIN QUERY PLAN {queries('sqlite', 'export')[name]}")
        assert not re.search("TEMP B-TREE FOR ORDER BY", str(plan)), (name, plan)
