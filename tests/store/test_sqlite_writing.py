"""The writer on SQLite: commits that are shared, disks that are full, logs that stay small."""

from __future__ import annotations

import asyncio
import resource
import signal
import sqlite3
import struct
from contextlib import closing, contextmanager

import pytest

from callboard.errors import UnavailableError
from callboard.ports.records import ProcessQuery
from callboard.ports.store import StaleError
from callboard.store.sqlite import places
from tests.store.adapters import SqliteAdapter
from tests.store.records import scenario, start, step


@pytest.fixture
def adapter(tmp_path):
    return SqliteAdapter(tmp_path)


def log_of(adapter):
    return adapter.path.with_name(adapter.path.name + "-wal")


def commits(log):
    """How many frames of the write-ahead log end a transaction (SQLite file format, 4.1)."""
    data = log.read_bytes()
    (page,) = struct.unpack(">I", data[8:12])
    frames = range(32, len(data), 24 + page)
    return sum(struct.unpack(">I", data[at + 4 : at + 8])[0] > 0 for at in frames)


@contextmanager
def full_disk(log):
    """Files cannot grow beyond the size of the log as it is now, and a page."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_writes_at_once_share_a_commit(adapter, run):
    store = adapter.open(checkpoint_seconds=1000)
    run(store.put_scenario(scenario()))
    before = commits(log_of(adapter))

    async def together():
        await asyncio.gather(*(store.write_process(start(number)) for number in range(1, 101)))

    run(together())
    assert commits(log_of(adapter)) - before <= 3
    run(store.close())


def test_a_group_is_bounded(adapter, run):
    store = adapter.open(checkpoint_seconds=1000, group_writes=10)
    run(store.put_scenario(scenario()))
    before = commits(log_of(adapter))

    async def together():
        await asyncio.gather(*(store.write_process(start(number)) for number in range(1, 101)))

    run(together())
    assert commits(log_of(adapter)) - before == 10
    run(store.close())


def test_a_large_write_goes_alone(adapter, run):
    store = adapter.open(checkpoint_seconds=1000, group_bytes=10)
    run(store.put_scenario(scenario()))
    before = commits(log_of(adapter))
    run(_all(store.write_process(start(number)) for number in range(1, 6)))
    assert commits(log_of(adapter)) - before == 5
    run(store.close())


async def _all(writes):
    return await asyncio.gather(*writes, return_exceptions=True)


def test_a_full_disk_refuses_writes_until_there_is_room(adapter, run):
    store = adapter.open()
    run(store.put_scenario(scenario()))
    write = start(1)
    run(store.write_process(write))
    with full_disk(log_of(adapter)):
        outcomes = run(_all(store.write_process(start(number)) for number in range(2, 40)))
        assert {type(outcome) for outcome in outcomes} == {UnavailableError}
        assert run(store.get_process(write.record.id)) == write.record
        assert run(store.fault()) is not None
    assert run(store.fault()) is None
    assert run(store.get_process(start(2).record.id)) is None
    run(store.write_process(step(write.record)))
    assert run(_all(store.write_process(start(number)) for number in range(2, 40))) == [None] * 38
    run(store.close())
    assert adapter.faults() == []
    assert adapter.query("SELECT count(*) FROM events") == [(40,)]


def test_readers_do_not_wait_for_a_writer(adapter, run):
    """Another program holds the file: reading goes on, writing is refused and then goes on too."""
    store = adapter.open(wait_seconds=0.05)
    run(store.put_scenario(scenario()))
    write = start(1)
    run(store.write_process(write))
    with closing(sqlite3.connect(adapter.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError):
            run(store.write_process(step(write.record)))
        assert run(store.get_process(write.record.id)) == write.record
        assert run(store.list_processes(ProcessQuery(None))).records == (write.record,)
    run(store.write_process(step(write.record)))
    run(store.close())


def test_it_is_not_ready_when_its_file_is_gone(adapter, run):
    store = adapter.open()
    assert run(store.fault()) is None
    adapter.path.unlink()
    assert run(store.fault()) is not None
    run(store.close())


def test_nothing_is_written_into_a_file_that_was_moved_away(adapter, run):
    store = adapter.open()
    run(store.put_scenario(scenario()))
    elsewhere = adapter.path.with_name("elsewhere.db")
    adapter.path.rename(elsewhere)
    with pytest.raises(UnavailableError):
        run(store.write_process(start(1)))
    with pytest.raises(UnavailableError):
        run(store.storage())
    assert run(store.fault()) is not None
    elsewhere.rename(adapter.path)
    assert run(store.fault()) is None
    run(store.write_process(start(2)))
    run(store.close())
    assert adapter.query("SELECT count(*) FROM processes") == [(1,)]


def test_under_steady_load_the_log_is_started_over(adapter, run):
    size = 500_000
    store = adapter.open(checkpoint_bytes=100_000, log_bytes=size)
    run(store.put_scenario(scenario()))

    async def walk(number):
        write = start(number)
        await store.write_process(write)
        for _ in range(100):
            write = step(write.record)
            await store.write_process(write)

    run(_all(walk(number) for number in range(1, 21)))
    assert log_of(adapter).stat().st_size < 4 * size
    assert adapter.path.stat().st_size > size
    run(store.close())


def test_what_is_quiet_is_copied_too(adapter, run):
    store = adapter.open(checkpoint_seconds=0.01)
    run(store.put_scenario(scenario()))
    run(store.write_process(start(1)))
    for _ in range(500):
        run(asyncio.sleep(0.01))
        if processes_in_file(adapter) == 1:
            break
    assert processes_in_file(adapter) == 1
    run(store.close())


def processes_in_file(adapter):
    """How many processes the database file has without its log; None when it is not whole yet."""
    alone = SqliteAdapter(adapter.folder / "alone")
    alone.folder.mkdir(exist_ok=True)
    alone.path.write_bytes(adapter.path.read_bytes())
    try:
        return alone.query("SELECT count(*) FROM processes")[0][0]
    except sqlite3.Error:
        return None


def test_nothing_of_a_write_with_a_value_that_no_column_holds_is_there(adapter, run):
    """It fails where nobody checked before: in the middle of the group, which is written again."""
    store = adapter.open()
    run(store.put_scenario(scenario()))
    bad = start(2, participants=frozenset({"user:\ud800"}))
    outcomes = run(_all(map(store.write_process, (start(1), bad, start(1), start(3)))))
    assert [type(outcome) for outcome in outcomes] == [
        type(None), UnicodeEncodeError, StaleError, type(None),
    ]  # fmt: skip
    assert adapter.query("SELECT count(*) FROM processes") == [(2,)]
    run(store.close())


def test_a_process_whose_place_was_forgotten_is_found_again(adapter, run, monkeypatch):
    """More processes than the writer remembers, then a step of the first."""
    monkeypatch.setattr(places, "_REMEMBERED", 5)
    store = adapter.open()
    run(store.put_scenario(scenario()))
    run(_all(store.write_process(start(number)) for number in range(1, 20)))
    run(store.write_process(step(start(1).record)))
    assert run(store.get_process(start(1).record.id)).version == 2
    assert run(_all([store.write_process(start(2))]))[0].code == "stale"
    run(store.close())
