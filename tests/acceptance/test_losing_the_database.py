"""A server whose database is restarted, killed, halted, locked or read-only: nothing that it
acknowledged is lost or doubled, it says 503 meanwhile, and it goes on by itself.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator

import asyncpg
import pytest

from tests.acceptance.clusters import Cluster, Folder, thaw
from tests.acceptance.pressing import BOUND, SETTINGS, Pressing
from tests.acceptance.serving import Server

BACK = 10.0
"""So soon after its database a server has to be back, in seconds."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    folder = Folder()
    made = Cluster(folder, "one").make()
    try:
        made.start()
        yield made
    finally:
        made.remove()
        folder.remove()


@pytest.fixture(scope="module")
def server(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests here: whatever happened to it before, nobody lends it a hand."""
    folder = tmp_path_factory.mktemp("server")
    made = Server(folder / "callboard.db", url=cluster.url, **SETTINGS)
    made.start()
    yield made
    made.stop()


def press(server: Server, happen: object) -> Pressing:
    pressing = Pressing(server)
    asyncio.run(pressing.run(happen))  # type: ignore[arg-type]  # an async function of the test
    assert pressing.slowest < BOUND
    told = sum(map(len, [*pressing.told.values(), *pressing.keyed.values()]))
    print(f"{told} notes, {dict(pressing.statuses)}, slowest {pressing.slowest:.1f} s")
    return pressing


@pytest.mark.parametrize("way", ["SIGINT", "SIGQUIT", "SIGKILL"])
def test_a_restart(cluster: Cluster, server: Server, way: str) -> None:
    """In order, at once, and by a crash; for long enough that time-outs fall due meanwhile."""

    async def happen(pressing: Pressing) -> None:
        await asyncio.to_thread(cluster.end, signal.Signals[way])
        await asyncio.sleep(1)
        assert await pressing.readiness() == 503
        assert await pressing.readiness("/healthz") == 200
        await asyncio.to_thread(cluster.start)
        seconds = await pressing.back(time.monotonic())
        print(f"{way}: back after {seconds:.2f} s")
        assert seconds < BACK
        assert await pressing.readiness() == 200

    assert press(server, happen).statuses[503]


def test_sessions_that_are_ended_in_the_middle(cluster: Cluster, server: Server) -> None:
    async def happen(_: Pressing) -> None:
        for _ in range(10):
            await asyncio.to_thread(cluster.end_sessions)
            await asyncio.sleep(0.1)

    press(server, happen)


def test_a_database_that_hangs(cluster: Cluster, server: Server) -> None:
    async def happen(pressing: Pressing) -> None:
        frozen = cluster.freeze()
        begun = time.monotonic()
        assert await pressing.readiness() == 503
        assert time.monotonic() - begun < 3
        assert await pressing.readiness("/healthz") == 200
        await asyncio.sleep(3.5)
        thaw(frozen)
        seconds = await pressing.back(time.monotonic())
        print(f"hung: back after {seconds:.2f} s")
        assert seconds < BACK

    assert press(server, happen).statuses[503]


@pytest.mark.parametrize("table", ["processes", "events"])
def test_locks_of_others(cluster: Cluster, server: Server, table: str) -> None:
    """All connections wait for the lock; who gets none, and who waits too long, is told so."""

    async def happen(pressing: Pressing) -> None:
        other = await asyncpg.connect(cluster.url)
        async with other.transaction():
            await other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            await asyncio.sleep(2.5)
            assert await pressing.readiness("/healthz") == 200
        since = time.monotonic()
        await other.close()
        assert await pressing.back(since) < BACK

    pressing = press(server, happen)
    assert pressing.statuses[503]


def test_statements_that_take_too_long(cluster: Cluster, server: Server) -> None:
    slow = """CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(30); RETURN NEW; END';
      CREATE TRIGGER slow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION slow()"""

    async def happen(pressing: Pressing) -> None:
        await asyncio.to_thread(cluster.ask, slow, "SELECT 1")
        await asyncio.sleep(2.5)
        await asyncio.to_thread(cluster.ask, "DROP FUNCTION slow CASCADE")
        assert await pressing.back(time.monotonic()) < BACK

    assert press(server, happen).statuses[503]


def test_a_database_that_can_only_be_read(cluster: Cluster, server: Server) -> None:
    """As a fenced primary, or one whose disk is full at some providers."""

    async def happen(pressing: Pressing) -> None:
        readonly = "ALTER SYSTEM SET default_transaction_read_only = on"
        await asyncio.to_thread(cluster.ask, readonly, "SELECT pg_reload_conf()")
        await asyncio.sleep(1.5)
        assert await pressing.readiness() == 503
        await asyncio.to_thread(
            cluster.ask,
            "SET default_transaction_read_only = off",
            "ALTER SYSTEM RESET default_transaction_read_only",
            "SELECT pg_reload_conf()",
        )
        assert await pressing.back(time.monotonic()) < BACK

    assert press(server, happen).statuses[503]
