"""What the database says of itself when somebody asks whether it can be used."""

from __future__ import annotations

import asyncio

import pytest

from callboard.errors import UnavailableError
from tests.store.adapters import PostgresAdapter


@pytest.fixture
def adapter(tmp_path):
    made = PostgresAdapter(tmp_path)
    yield made
    made.remove()


def test_one_that_lacks_migrations_or_is_read_only_cannot_be_used(adapter, run):
    async def play():
        store = await adapter.start()
        assert await store.fault() is None
        await adapter._run("UPDATE migrations SET number = -number")
        assert (
            await store.fault() == "The database lacks migrations: it is older than this program."
        )
        await adapter._run("DROP TABLE migrations")
        assert "UndefinedTableError" in await store.fault()
        await store.close()

    run(play())


def test_busy_connections_are_no_fault_and_those_who_wait_in_vain_are_told(adapter, run):
    async def play():
        store = await adapter.start(connections=1, connect_seconds=0.3, waiting=2)
        while store._hints._connection is None:
            await asyncio.sleep(0.01)
        async with store._database.connection():
            assert await store.fault() is None
            asked = [asyncio.create_task(store.list_scenarios()) for _ in range(2)]
            await asyncio.sleep(0.05)
            with pytest.raises(UnavailableError, match="Too many wait"):
                await store.list_scenarios()
            told = await asyncio.gather(*asked, return_exceptions=True)
            assert [type(item) for item in told] == [UnavailableError] * 2
        assert await store.list_scenarios() == []
        await store.close()

    run(play())
