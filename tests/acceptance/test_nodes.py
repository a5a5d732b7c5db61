"""Two servers on one PostgreSQL: what one does the other knows, and a crash loses nothing."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from callboard import verify
from tests.acceptance.pressing import COUNTER, TIMED
from tests.acceptance.serving import Server
from tests.store.adapters import PostgresAdapter

CLIENTS, PROCESSES, NOTES, TIMERS = 12, 24, 600, 20
LEASE, WAIT = "2", 30.0
"""What a node held that was killed is taken by the other soon."""


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[Server]]:
    adapter = PostgresAdapter(tmp_path)
    adapter.change(f"CREATE SCHEMA {adapter.schema}")
    found = [
        Server(tmp_path / f"{name}.db", url=adapter.url, CALLBOARD_ENGINE_LEASE_SECONDS=LEASE)
        for name in ("one", "two")
    ]
    for node in found:
        node.start()
    yield found
    for node in found:
        node.stop()
    adapter.remove()


def client_of(node: Server) -> httpx.Client:
    token = node.tokens()["admin"]
    return httpx.Client(base_url=node.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)


def begun(client: httpx.Client, scenario: dict[str, Any], count: int) -> list[str]:
    """So many processes of a scenario; their paths."""
    identity = client.post("/scenarios", json=scenario).headers["location"].rpartition("/")[2]
    answers = [client.post("/processes", json={"scenario": identity}) for _ in range(count)]
    return [answer.headers["location"] for answer in answers]


async def note_all(nodes: list[Server], told: dict[str, list[str]]) -> None:
    """Leave notes in random processes at random nodes, of which the first is killed and started
    again meanwhile; `told` is what was acknowledged.
    """
    notes, chance = iter(range(NOTES)), random.Random(11)
    auth = {"Authorization": f"Bearer {nodes[1].tokens()['admin']}"}

    async def work(client: httpx.AsyncClient) -> None:
        for number in notes:
            path, note, node = chance.choice([*told]), f"note {number}", chance.choice(nodes)
            with suppress(httpx.TransportError):
                answer = await client.post(f"{node.url}{path}/note", json=note)
                assert answer.status_code in (204, 409, 503), answer.text
                if answer.status_code == 204:
                    told[path].append(note)

    async def crash() -> None:
        await asyncio.sleep(0.4)
        await asyncio.to_thread(nodes[0].kill)
        await asyncio.to_thread(nodes[0].start)

    async with httpx.AsyncClient(headers=auth, timeout=60) as client:
        await asyncio.gather(crash(), *(work(client) for _ in range(CLIENTS)))


def test_a_crash_of_one_loses_nothing_and_times_nothing_out_twice(nodes: list[Server]) -> None:
    with client_of(nodes[0]) as client:
        timed = begun(client, TIMED, TIMERS)
        told: dict[str, list[str]] = {path: [] for path in begun(client, COUNTER, PROCESSES)}
    asyncio.run(note_all(nodes, told))
    assert sum(map(len, told.values())) > NOTES / 4
    with client_of(nodes[1]) as client:
        for path, notes in told.items():
            process = client.get(path).json()
            kept = process["vars"]["notes"]
            assert set(notes) <= set(kept)
            assert len(kept) == len(set(kept))
            assert verify(process["events"]).ok
        end = time.monotonic() + WAIT
        for path in timed:
            while (process := client.get(path).json())["isRunning"]:
                assert time.monotonic() < end, "a timer has not come"
                time.sleep(0.1)
            assert process["current"]["key"] == "(late)"
            assert [event.get("timeout") is not None for event in process["events"]].count(
                True
            ) <= 1
            assert len(process["events"]) == 2


def test_a_stream_of_one_hears_what_the_other_does(nodes: list[Server]) -> None:
    with client_of(nodes[0]) as writer, client_of(nodes[1]) as reader:
        (path,) = begun(writer, COUNTER, 1)
        process = path.rpartition("/")[2]
        with reader.stream("GET", "/stream", params={"process": process}) as stream:
            lines = stream.iter_lines()
            next(lines)
            writer.post(f"{path}/note", json="heard")
            assert next(line for line in lines if line.startswith("event:")) == "event: stepped"
