"""What several engines count together, in the database."""

from __future__ import annotations

import asyncio

import pytest

from tests.store.adapters import PostgresAdapter


@pytest.fixture
def adapter(tmp_path):
    made = PostgresAdapter(tmp_path)
    yield made
    made.remove()


def test_both_add_to_one_number_and_nobody_can_read_whose_it_is(adapter, run):
    async def play():
        one, two = await adapter.start(), await adapter.start()
        left = await one.rates.spend("credential user:alice", 3.0, 0.0)
        assert 2.5 < left <= 3.0
        told = [store.rates.spend("credential user:alice", 1.0, 0.0) for store in (one, two) * 5]
        assert 12.0 < max(await asyncio.gather(*told)) <= 13.0
        assert await two.rates.spend("credential user:bob", 1.0, 10.0) < -8.0  # long ago
        rows = await adapter._fetch("SELECT who FROM rates")
        assert len(rows) == 2
        assert not any("alice" in row["who"] for row in rows)
        await one.close()
        await two.close()

    run(play())


def test_what_says_nothing_any_more_is_removed(adapter, run):
    async def play():
        store = await adapter.start()
        for number in range(5):
            await store.rates.spend(f"address {number}", 1.0, 200.0)
        for number in range(3):
            await store.rates.spend(f"credential {number}", 5.0, 0.0)
        rows = await adapter._fetch("SELECT who FROM rates")
        assert len(rows) == 3
        await store.close()

    run(play())
