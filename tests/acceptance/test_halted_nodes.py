"""A node that was halted (SIGSTOP) past its claims writes nothing that it does not own any more."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from callboard import verify
from tests.acceptance.serving import Server
from tests.store.adapters import PostgresAdapter
from tests.transports.receiver import Receiver, answer, hang, receiving

TIMED = {"title": "Timed", "states": {"initial": {"after": 3, "goto": "(late)"}}}
ASKING = {
    "title": "Asking",
    "actions": {"take": {"actor": "service:desk"}},
    "states": {
        "initial": {"notify": "desk", "on": "take", "by": "service:desk", "goto": "(taken)"}
    },
}
WAITING = """
SELECT count(*) FROM pg_locks
WHERE relation = 'processes'::regclass AND NOT granted AND mode <> 'AccessExclusiveLock'
"""
WRITES = f"{WAITING} AND mode = 'RowExclusiveLock'"
LOCK = "LOCK TABLE processes IN ACCESS EXCLUSIVE MODE"


@pytest.fixture
def adapter(tmp_path: Path) -> Any:
    made = PostgresAdapter(tmp_path)
    made.change(f"CREATE SCHEMA {made.schema}")
    yield made
    made.remove()


@asynccontextmanager
async def two_nodes(adapter: PostgresAdapter) -> AsyncIterator[tuple[Server, Server, Receiver]]:
    """Two servers with short claims, of which the second is halted; and the service they tell."""
    async with receiving() as desk:
        services = {"desk": {"provider": "webhook", "url": desk.url, "timeout": 1}}
        settings = {
            "CALLBOARD_SERVICES": json.dumps(services),
            "CALLBOARD_ENGINE_LEASE_SECONDS": "1",
            "CALLBOARD_POSTGRES_CONNECTIONS": "2",
        }
        names = [adapter.folder / name for name in ("one.db", "two.db")]
        one, two = (Server(name, url=adapter.url, **settings) for name in names)
        try:
            await asyncio.gather(*(asyncio.to_thread(node.start) for node in (one, two)))
            halt(two)
            yield one, two, desk
        finally:
            for node in (one, two):
                go_on(node)
                node.kill()


@asynccontextmanager
async def connected(adapter: PostgresAdapter) -> AsyncIterator[list[Any]]:
    """Three connections of the test."""
    made = [await asyncpg.connect(adapter.url) for _ in range(3)]
    try:
        yield made
    finally:
        for connection in made:
            connection.terminate()


def halt(node: Server) -> None:
    assert node.process is not None
    node.process.send_signal(signal.SIGSTOP)


def go_on(node: Server) -> None:
    assert node.process is not None
    node.process.send_signal(signal.SIGCONT)


async def until(what: Callable[[], Any], seconds: float = 20) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await what()):
            await asyncio.sleep(0.02)
    return found


async def begun(node: Server, scenario: dict[str, Any]) -> str:
    async with httpx.AsyncClient(base_url=node.url, timeout=20) as client:
        stored = await client.post("/scenarios", json=scenario)
        body = {"scenario": stored.headers["location"].rpartition("/")[2]}
        return str((await client.post("/processes", json=body)).headers["location"])


async def process_at(node: Server, path: str) -> Any:
    async with httpx.AsyncClient(base_url=node.url, timeout=20) as client:
        return (await client.get(path)).json()


async def overtaken(node: Server, kind: str) -> float:
    """How many jobs of a kind it had to leave to another."""
    async with httpx.AsyncClient(base_url=node.url, timeout=20) as client:
        text = (await client.get("/metrics")).text
    found = re.search(rf'^callboard_claims_overtaken_total{{kind="{kind}"}} (\S+)$', text, re.M)
    return float(found[1]) if found else 0.0


def test_a_timer_is_another_nodes_once_its_claim_has_run_out(adapter: PostgresAdapter) -> None:
    """The one is halted after it read the process; it goes on while the other has the job, but has
    not written yet. Nothing but the fence tells it that the job is not its own any more.
    """

    async def play() -> None:
        async with two_nodes(adapter) as (one, two, _), connected(adapter) as connections:
            first, second, looking = connections
            path = await begun(one, TIMED)
            # Each connection has prepared its statement by then, so that reading is one message.
            await asyncio.gather(*(process_at(one, path) for _ in range(12)))
            await first.execute("BEGIN")
            await first.execute(LOCK)
            await until(lambda: looking.fetchval("SELECT fence = 1 FROM jobs"))
            await until(lambda: looking.fetchval(WAITING))
            halt(one)
            await second.execute("BEGIN")
            locked = asyncio.create_task(second.execute(LOCK))
            await asyncio.sleep(0.1)
            await first.execute("ROLLBACK")  # Now the first node's read is done, and nobody else's.
            await locked
            go_on(two)
            await until(lambda: looking.fetchval("SELECT fence = 2 FROM jobs"))
            halt(two)
            go_on(one)

            await until(lambda: looking.fetchval(WRITES))
            await second.execute("ROLLBACK")
            await until(lambda: overtaken(one, "timer"), 5)
            go_on(two)
            await until(lambda: looking.fetchval("SELECT count(*) = 0 FROM jobs"))
            process = await process_at(one, path)
            assert process["current"]["key"] == "(late)"
            assert len(process["events"]) == 2
            assert verify(process["events"]).ok
            assert "a claim had run out" in one.log.read_text()

    asyncio.run(asyncio.wait_for(play(), 60))


def test_a_notification_is_answered_once_by_whoever_holds_it(adapter: PostgresAdapter) -> None:
    async def play() -> None:
        async with two_nodes(adapter) as (one, two, desk):
            desk.answers = [hang]
            desk.default = answer("200 OK", b"yes", content_type="text/plain")
            path = await begun(one, ASKING)

            async def is_told() -> bool:
                return bool(desk.told)

            await until(is_told)
            halt(one)
            go_on(two)

            async def is_taken() -> bool:
                return bool((await process_at(two, path))["current"]["key"] == "(taken)")

            await until(is_taken)
            go_on(one)
            await until(lambda: overtaken(one, "notify"))
            process = await process_at(two, path)
            assert [event.get("action") for event in process["events"]].count("take") == 1
            assert verify(process["events"]).ok
            assert len(desk.told) == 2
            assert len({told.headers["webhook-id"] for told in desk.told}) == 1
            assert "a claim had run out" in one.log.read_text()

    asyncio.run(asyncio.wait_for(play(), 60))
