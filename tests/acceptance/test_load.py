"""Many clients at once, and a crash in the middle: nothing is lost, doubled or torn."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from callboard import verify
from tests.acceptance.serving import Server

CLIENTS = 50
PROCESSES = 200
STEPS = 1_500

COUNTER = {
    "title": "Counter",
    "actors": {"counter": {"role": "admin"}},
    "vars": {"notes": {"type": "array", "items": "string", "default": []}},
    "actions": {"note": {"response": "string", "update": {"set": "vars.notes", "mode": "append"}}},
    "states": {"initial": {"on": "note", "goto": None}},
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "callboard.db")
    running.start()
    yield running
    running.stop()


def headers(server: Server) -> dict[str, str]:
    return {"Authorization": f"Bearer {server.tokens()['admin']}"}


def started(server: Server, count: int) -> list[str]:
    with httpx.Client(base_url=server.url, headers=headers(server)) as client:
        location = client.post("/scenarios", json=COUNTER).headers["location"]
        scenario = location.rpartition("/")[2]
        return [
            client.post("/processes", json={"scenario": scenario}).json()["id"]
            for _ in range(count)
        ]


Accepted = dict[str, list[str]]
"""What was answered with success, by process."""


async def step_all(
    server: Server, accepted: Accepted, stop: asyncio.Event, statuses: list[int]
) -> None:
    """Step random processes from many clients, and note what was answered with success."""
    processes = list(accepted)
    notes = iter(range(STEPS))
    chance = random.Random(7)

    async def work(client: httpx.AsyncClient) -> None:
        for number in notes:
            if stop.is_set():
                return
            process, note = chance.choice(processes), f"note {number}"
            with suppress(httpx.TransportError):
                answer = await client.post(f"/processes/{process}/note", json=note)
                statuses.append(answer.status_code)
                if answer.status_code == 204:
                    accepted[process].append(note)

    auth = await asyncio.to_thread(headers, server)
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(
        base_url=server.url, headers=auth, limits=limits, timeout=60
    ) as client:
        await asyncio.gather(*(work(client) for _ in range(CLIENTS)))


def read_back(server: Server, processes: list[str]) -> dict[str, dict]:
    with httpx.Client(base_url=server.url, headers=headers(server)) as client:
        return {process: client.get(f"/processes/{process}").json() for process in processes}


def test_every_accepted_step_is_in_its_chain_exactly_once(server: Server) -> None:
    processes = started(server, PROCESSES)
    statuses: list[int] = []
    accepted: Accepted = {process: [] for process in processes}
    asyncio.run(step_all(server, accepted, asyncio.Event(), statuses))
    assert set(statuses) == {204}
    assert sum(map(len, accepted.values())) == STEPS
    for process, document in read_back(server, processes).items():
        assert sorted(document["vars"]["notes"]) == sorted(accepted[process])
        assert len(document["events"]) == 1 + len(accepted[process])
        assert verify(document["events"]).ok


def test_a_crash_loses_no_answered_step(server: Server) -> None:
    processes = started(server, 40)
    accepted: Accepted = {process: [] for process in processes}

    async def crash_under_load() -> None:
        stop = asyncio.Event()
        load = asyncio.create_task(step_all(server, accepted, stop, []))
        while sum(map(len, accepted.values())) < 200 and not load.done():
            await asyncio.sleep(0.01)
        await asyncio.to_thread(server.kill)
        stop.set()
        await load

    asyncio.run(crash_under_load())
    assert 200 <= sum(map(len, accepted.values())) < STEPS, "the crash has to come amid the load"
    server.start()
    for process, document in read_back(server, processes).items():
        notes = document["vars"]["notes"]
        assert set(accepted[process]) <= set(notes), "a step that was answered is gone"
        assert len(notes) == len(set(notes)), "a step was applied twice"
        assert verify(document["events"]).ok
    server.stop()
    with sqlite3.connect(server.database) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
