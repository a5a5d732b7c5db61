"""Two PostgreSQL servers, one of which follows the other and has what that acknowledges: the first
dies, the second takes over, and the first comes back as if nothing had happened.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.clusters import Cluster, Folder, pair
from tests.acceptance.pressing import BOUND, SETTINGS, Pressing
from tests.acceptance.serving import Server

BACK = 10.0
"""So soon after a primary is there a server has to be back, in seconds."""


@pytest.fixture
def clusters() -> Iterator[tuple[Cluster, Cluster]]:
    folder = Folder()
    made: list[Cluster] = []
    try:
        made += pair(folder)
        yield made[0], made[1]
    finally:
        for cluster in made:
            cluster.remove()
        folder.remove()


@pytest.fixture
def server(clusters: tuple[Cluster, Cluster], tmp_path: Path) -> Iterator[Server]:
    hosts = ",".join(str(cluster.socket) for cluster in clusters)
    url = f"postgresql://postgres@/postgres?host={hosts}&target_session_attrs=read-write"
    made = Server(tmp_path / "callboard.db", url=url, **SETTINGS)
    made.start()
    yield made
    made.stop()


def events_of(cluster: Cluster) -> int:
    return int(cluster.ask("SELECT count(*) FROM events"))


def test_a_standby_takes_over_and_the_old_primary_is_not_written(
    clusters: tuple[Cluster, Cluster], server: Server
) -> None:
    """The old one comes back even without waiting for a standby, so it would acknowledge."""
    old, new = clusters

    async def happen(pressing: Pressing) -> None:
        await asyncio.to_thread(old.end, signal.SIGKILL)
        await asyncio.sleep(0.5)
        assert await pressing.readiness() == 503
        await asyncio.to_thread(new.promote)
        seconds = await pressing.back(time.monotonic())
        print(f"promoted: back after {seconds:.2f} s")
        assert seconds < BACK

    first = Pressing(server)
    asyncio.run(first.run(happen))
    assert first.slowest < BOUND
    assert first.statuses[503]
    old.start("synchronous_standby_names=")
    before = events_of(old)

    async def reconnect(pressing: Pressing) -> None:
        """All sessions are lost, so each is made anew while both say that they take writes."""
        for _ in range(3):
            await asyncio.to_thread(new.end_sessions)
            assert await pressing.back(time.monotonic()) < BACK

    second = Pressing(server)
    asyncio.run(second.run(reconnect))
    assert events_of(old) == before
    new.end(signal.SIGINT)
    told = [asyncio.run(second.readiness()) for _ in range(3)]
    assert told == [503] * 3
    assert events_of(old) == before


def test_what_the_standby_does_not_have_is_not_acknowledged(
    clusters: tuple[Cluster, Cluster], server: Server
) -> None:
    """A commit waits for the standby. When nobody can wait any longer, it is not called done: also
    not after a look at the primary, where it is.
    """
    old, new = clusters

    async def happen(pressing: Pressing) -> None:
        await asyncio.to_thread(new.end, signal.SIGINT)
        pressing.statuses.clear()
        begun = time.monotonic()
        for _ in range(3):
            await asyncio.sleep(1)
            await asyncio.to_thread(old.end_sessions)  # What waited is visible now.
        await asyncio.sleep(1)
        assert pressing.statuses[503]
        assert pressing.worked < begun + 0.5
        await asyncio.to_thread(new.start)
        assert await pressing.back(time.monotonic()) < BACK

    pressing = Pressing(server)
    asyncio.run(pressing.run(happen))
    assert pressing.slowest < BOUND
