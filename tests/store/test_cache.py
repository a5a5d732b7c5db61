"""The cache of processes: bounded, and never ahead of or behind what is committed."""

from __future__ import annotations

import asyncio

from callboard.store.cache import ProcessCache
from tests.store.records import start, step

ONE, TWO, THREE = (start(number).record for number in (1, 2, 3))


def test_it_keeps_what_was_used_last():
    cache = ProcessCache(2, 1000)
    for record in (ONE, TWO):
        cache.put(record, 10)
    assert cache.get(ONE.id) is ONE
    cache.put(THREE, 10)
    assert [cache.get(record.id) for record in (ONE, TWO, THREE)] == [ONE, None, THREE]


def test_it_keeps_no_more_than_its_size():
    cache = ProcessCache(100, 100)
    for number in range(1, 20):
        cache.put(start(number).record, 12)
    kept = [number for number in range(1, 20) if cache.get(start(number).record.id)]
    assert kept == list(range(12, 20))


def test_it_counts_a_process_once():
    cache = ProcessCache(100, 100)
    for _ in range(50):
        cache.put(ONE, 12)
    cache.put(TWO, 12)
    assert [cache.get(ONE.id), cache.get(TWO.id)] == [ONE, TWO]


def test_one_that_is_very_large_is_not_kept():
    cache = ProcessCache(100, 100)
    cache.put(ONE, 13)
    assert cache.get(ONE.id) is None


def test_one_that_is_being_written_is_not_in_it():
    cache = ProcessCache(2, 1000)
    cache.put(ONE, 10)
    cache.begin(ONE.id)
    cache.begin(ONE.id)
    cache.end(ONE.id, ONE, 10)
    cache.put(ONE, 10)
    assert cache.get(ONE.id) is None
    cache.end(ONE.id, None, 10)
    assert cache.get(ONE.id) is None
    cache.begin(ONE.id)
    cache.end(ONE.id, ONE, 10)
    assert cache.get(ONE.id) is ONE


def test_what_was_written_is_read_no_more_where_nobody_else_writes(adapter, store, run):
    write = start(1)
    run(store.write_process(write))
    found = run(store.get_process(write.record.id))
    assert found == write.record
    assert (found is write.record) == (adapter.name == "sqlite")


def test_during_a_write_the_database_is_asked(store, run):
    """Whoever reads then sees what every other reader sees: all of the step, or nothing of it."""
    write = start(1)
    run(store.write_process(write))

    async def read_while_writing():
        writing = asyncio.create_task(store.write_process(step(write.record)))
        await asyncio.sleep(0)
        during = await store.get_process(write.record.id)
        await writing
        return during, await store.get_process(write.record.id)

    during, after = run(read_while_writing())
    assert during is not write.record
    assert during.version in (1, 2)
    assert after.version == 2


def test_a_refused_write_leaves_what_is_stored(store, run):
    write = start(1)
    run(store.write_process(write))
    stale = step(step(write.record).record)
    run(asyncio.wait_for(_swallow(store.write_process(stale)), 5))
    assert run(store.get_process(write.record.id)) == write.record


async def _swallow(coroutine):
    await asyncio.gather(coroutine, return_exceptions=True)
