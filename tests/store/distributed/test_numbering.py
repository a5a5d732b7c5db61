"""Changes that are numbered after their commit: no gap, no repeat, whoever reads and whatever is
lost in between. And jobs that several nodes take, and wait for an end, without locking many shards.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from callboard.ports.jobs import AttemptRecord, JobRecord
from tests.store.adapters import DistributedAdapter
from tests.store.records import at, scenario, start, step

NODES = 3
STEPS = 12


@pytest.fixture
def adapter(tmp_path):
    made = DistributedAdapter(tmp_path)
    yield made
    made.remove()


async def opened(adapter, count=NODES):
    nodes = [await adapter.start() for _ in range(count)]
    await nodes[0].put_scenario(scenario())
    return nodes


async def closed(nodes):
    for node in nodes:
        await node.close()


async def read_to(node, count):
    """What one reader finds, resuming at the last number each time."""
    found, seq = [], 0
    while len(found) < count:
        part = await node.changes_after(seq, 5)
        found += part
        seq = part[-1].seq if part else seq
        await asyncio.sleep(0)
    return [(change.seq, change.process, change.version) for change in found]


async def grown(node, number):
    write = start(number)
    await node.write_process(write)
    for _ in range(STEPS):
        write = step(write.record)
        await node.write_process(write)


def test_all_readers_find_the_same_while_others_write(adapter, run):
    async def go():
        nodes = await opened(adapter)
        writers = [grown(node, number) for number, node in enumerate(nodes * 2, 1)]
        count = len(writers) * (STEPS + 1)
        readers = [read_to(node, count) for node in nodes]
        async with asyncio.timeout(30):
            _, *found = await asyncio.gather(asyncio.gather(*writers), *readers)
        await closed(nodes)
        return found

    first, *others = run(go())
    assert all(other == first for other in others)
    assert [seq for seq, *_ in first] == sorted({seq for seq, *_ in first})
    for process in {process for _, process, _ in first}:
        versions = [version for _, of, version in first if of == process]
        assert versions == list(range(1, STEPS + 2))


def test_a_change_whose_removal_was_lost_is_not_numbered_again(adapter, run):
    async def go():
        (node,) = await opened(adapter, 1)
        write = start(1)
        await node.write_process(write)
        kept = await rows(adapter, "SELECT * FROM unnumbered")
        before = await node.changes_after(0, 9)
        connection = await asyncpg.connect(adapter.url)
        await connection.copy_records_to_table("unnumbered", records=[tuple(row) for row in kept])
        await connection.close()
        await node.write_process(step(write.record))
        after = await node.changes_after(0, 9)
        left = await rows(adapter, "SELECT * FROM unnumbered")
        await closed([node])
        return before, after, left

    before, after, left = run(go())
    assert after[: len(before)] == before
    assert [change.version for change in after] == [1, 2]
    assert left == []


def test_what_an_open_transaction_writes_is_numbered_when_it_is_there(adapter, run):
    async def go():
        nodes = await opened(adapter, 1)
        first = start(1)
        await nodes[0].write_process(first)
        before = await nodes[0].changes_after(0, 9)
        connection = await asyncpg.connect(adapter.url)
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            "INSERT INTO unnumbered VALUES ($1, 1, gen_random_uuid(), $2, 9, 'stepped', NULL)",
            *(first.record.id, at(0)),
        )
        await nodes[0].write_process(start(2))
        between = await nodes[0].changes_after(before[-1].seq, 9)
        await transaction.commit()
        await connection.close()
        after = await nodes[0].changes_after(between[-1].seq, 9)
        await closed(nodes)
        return [[change.version for change in part] for part in (before, between, after)]

    assert run(go()) == [[1], [1], [9]]


def jobs_of(number, count):
    process = start(number).record.id
    names = [f"n{number}-{each}" for each in range(count)]
    return tuple(JobRecord(name, "timer", process, at(1), "event") for name in names)


def test_each_job_is_taken_by_one_node(adapter, run):
    async def go():
        nodes = await opened(adapter)
        for number in range(1, 11):
            await nodes[0].write_process(replace(start(number), jobs=jobs_of(number, 2)))
        taken = await asyncio.gather(
            *(node.jobs.claim("timer", None, at(9), 60, 4) for node in nodes * 3)
        )
        rest = await nodes[0].jobs.claim("timer", None, at(9), 60, 20)
        await closed(nodes)
        return [held.job.id for part in [*taken, rest] for held in part]

    found = run(go())
    assert len(found) == len(set(found)) == 20


def test_who_waits_for_an_end_at_its_moment_is_woken(adapter, run):
    """Whichever comes first, the job is due afterwards, or was never let go."""

    async def go(number, node, other):
        ending, waiting = start(2 * number), start(2 * number + 1)
        job = JobRecord(f"w{number}", "notify", waiting.record.id, at(1), "event", {}, f"s{number}")
        await node.write_process(ending)
        await node.write_process(replace(waiting, jobs=(job,)))
        (held,) = await node.jobs.claim("notify", f"s{number}", at(9), 60, 1)
        tried = AttemptRecord(job.process, job.id, f"s{number}", 1, at(9), 1, "failed")
        last = step(ending.record)
        last = replace(
            last,
            record=replace(last.record, document={**last.record.document, "isRunning": False}),
            change="ended",
        )
        if number % 3 == 0:
            await other.write_process(last)
            assert not await node.jobs.await_end(held.claim, ending.record.id, {}, tried)
            return await state(number)
        await asyncio.gather(
            node.jobs.await_end(held.claim, ending.record.id, {}, tried), other.write_process(last)
        )
        return await state(number)

    async def state(number):
        query = f"SELECT due, awaits FROM jobs WHERE id = 'w{number}'"
        ((due, awaits),) = await rows(adapter, query)
        return due < "9999", awaits

    async def all_of_them():
        nodes = await opened(adapter, 2)
        found = [await go(number, *nodes) for number in range(1, 16)]
        await closed(nodes)
        return found

    for is_due, awaits in run(all_of_them()):
        assert is_due
        assert awaits is None


async def rows(adapter, sql):
    connection = await asyncpg.connect(adapter.url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()
