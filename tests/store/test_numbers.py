"""Numbers of changes on PostgreSQL, which are those of transactions: all nodes give the same."""

from __future__ import annotations

from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.store.adapters import PostgresAdapter
from tests.store.records import scenario, start, step


@pytest.fixture
def adapter(tmp_path):
    made = PostgresAdapter(tmp_path)
    yield made
    made.remove()


@asynccontextmanager
async def opened(adapter):
    store = await adapter.start()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def long_transaction(adapter):
    """One that began before what follows, and is open all the time."""
    connection = await asyncpg.connect(adapter.url)
    try:
        async with connection.transaction():
            await connection.fetchval("SELECT pg_current_xact_id()::text")
            yield
    finally:
        await connection.close()


async def written(store, write, count):
    """So many steps after a write; the last of them."""
    for _ in range(count):
        write = step(write.record)
        await store.write_process(write)
    return write


def versions(adapter):
    found = adapter.query("SELECT version FROM changes ORDER BY seq")
    return [version for (version,) in found]


def test_a_node_that_begins_while_others_write_numbers_as_they_do(adapter, run):
    async def play():
        async with opened(adapter) as one:
            await one.put_scenario(scenario())
            write = start(1)
            async with long_transaction(adapter):
                await one.write_process(write)
                write = await written(one, write, 5)
                async with opened(adapter) as two:
                    for store in (two, one) * 3:
                        write = await written(store, write, 1)
            assert len(await one.changes_after(0, 99)) == 12

    run(play())
    assert versions(adapter) == list(range(1, 13))


def test_nodes_number_alike_in_a_database_that_was_copied(adapter, run):
    async def play():
        async with opened(adapter) as one:
            await one.put_scenario(scenario())
            write = start(1)
            await one.write_process(write)
        await adapter._run("UPDATE changes SET seq = seq + 1000000000")
        async with opened(adapter) as one:
            write = await written(one, write, 3)
            async with opened(adapter) as two:
                for store in (two, one) * 3:
                    write = await written(store, write, 1)
                assert len(await two.changes_after(0, 99)) == 10

    run(play())
    assert versions(adapter) == list(range(1, 11))
