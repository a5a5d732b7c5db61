"""Clients that go on working while something happens to the database, and what they were told.

Theory: each note is written once in the world. Some clients send each note once and believe only an
acknowledgement; others send it again with the same key until they have one. So afterwards a note
that was acknowledged is there once, one with a key is there once in any case, and any other at most
once. Beside them there are time-outs that fall due meanwhile, a service that is told and answers,
and a stream that is read on from where it ended.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from callboard import verify
from tests.acceptance.serving import Server

CLIENTS, PROCESSES, OTHERS = 20, 16, 6
BOUND = 15.0
"""No request may take longer, with the settings below: each of at most three questions waits for a
connection, and for its answer."""
SETTINGS = {
    "CALLBOARD_POSTGRES_CONNECTIONS": "5",
    "CALLBOARD_POSTGRES_CONNECT_SECONDS": "1",
    "CALLBOARD_POSTGRES_STATEMENT_SECONDS": "2",
    "CALLBOARD_POSTGRES_LOCK_SECONDS": "1",
    "CALLBOARD_ENGINE_LEASE_SECONDS": "2",
    "CALLBOARD_SERVICES": json.dumps(
        {"engine": {"provider": "engine", "scenarios": ["child"], "actions": ["begin"]}}
    ),
}
COUNTER = {
    "title": "Counter",
    "actors": {"counter": {"role": "admin"}},
    "vars": {"notes": {"type": "array", "items": "string", "default": []}},
    "actions": {"note": {"response": "string", "update": {"set": "vars.notes", "mode": "append"}}},
    "states": {"initial": {"on": "note", "goto": None}},
}
TIMED = {
    "title": "Timed",
    "actors": {"counter": {"role": "admin"}},
    "states": {"initial": {"after": 1, "goto": "(late)"}},
}
CHILD = {
    "title": "Child",
    "name": "child",
    "version": "1.0.0",
    "actions": {"begin": {"actor": "service:engine"}},
    "states": {"initial": {"on": "begin", "goto": "(begun)"}},
}
PARENT = {
    "title": "Parent",
    "actors": {"counter": {"role": "admin"}},
    "actions": {"order": {}, "began": {"actor": "service:engine", "response": {}}},
    "states": {
        "initial": {"on": "order", "goto": "starting"},
        "starting": {
            "notify": {
                "service": "engine",
                "trigger": "began",
                "message": {"start": "child", "action": "begin"},
            },
            "on": "began",
            "goto": "(done)",
        },
    },
}


@dataclass
class Pressing:
    """Clients of one server."""

    server: Server
    paths: list[str] = field(default_factory=list)
    timed: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    told: dict[str, list[str]] = field(default_factory=dict)
    """What was acknowledged, by process."""
    keyed: dict[str, list[str]] = field(default_factory=dict)
    """What was acknowledged in the end, for it had a key."""
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    ended: bool = False
    heard: list[str] = field(default_factory=list)
    """The ids of what the stream told, of the first process."""
    worked: float = 0.0
    """When a request was begun that did something, the last one."""

    def __post_init__(self) -> None:
        self._number = self._before = 0
        self._name = uuid4().hex[:8]
        token = self.server.tokens()["admin"]
        self._auth = {"Authorization": f"Bearer {token}"}

    async def run(self, happen: Callable[[Pressing], Awaitable[None]]) -> None:
        """Work while something happens, and until it is over."""
        limits = httpx.Limits(max_connections=CLIENTS + 10)
        async with httpx.AsyncClient(
            base_url=self.server.url, headers=self._auth, timeout=60, limits=limits
        ) as client:
            await self._prepare(client)
            working = [asyncio.create_task(self._work(client, bool(n % 2))) for n in range(CLIENTS)]
            listening = asyncio.create_task(self._listen(client))
            await self._until_worked(time.monotonic())
            try:
                await happen(self)
                await asyncio.sleep(0.3)
                self.ended = True
                await asyncio.gather(*working)
                await self._check(client)
            finally:
                for task in (listening, *working):
                    task.cancel()
                await asyncio.gather(listening, *working, return_exceptions=True)

    async def back(self, since: float) -> float:
        """Wait until something is done again; how long that took."""
        await self._until_worked(since)
        return time.monotonic() - since

    async def readiness(self, path: str = "/readyz") -> int:
        """What load balancers are told."""
        async with httpx.AsyncClient(base_url=self.server.url, timeout=10) as client:
            return (await client.get(path)).status_code

    async def _until_worked(self, since: float) -> None:
        end = time.monotonic() + 30
        while self.worked < since:
            assert time.monotonic() < end, f"nothing works: {self.statuses}"
            await asyncio.sleep(0.01)

    async def _prepare(self, client: httpx.AsyncClient) -> None:
        self.paths = await self._begun(client, COUNTER, PROCESSES)
        self.told = {path: [] for path in self.paths}
        self.keyed = {path: [] for path in self.paths}
        (await client.post("/scenarios", json=CHILD)).raise_for_status()
        self._before = await self._children(client)
        self.parents = await self._begun(client, PARENT, OTHERS)
        self.timed = await self._begun(client, TIMED, OTHERS)
        for path in self.parents:
            (await client.post(f"{path}/order")).raise_for_status()

    async def _begun(self, client: httpx.AsyncClient, scenario: Any, count: int) -> list[str]:
        stored = await client.post("/scenarios", json=scenario)
        identity = stored.raise_for_status().headers["location"].rpartition("/")[2]
        found = []
        for _ in range(count):
            answer = await client.post("/processes", json={"scenario": identity})
            found.append(answer.raise_for_status().headers["location"])
        return found

    async def _work(self, client: httpx.AsyncClient, keyed: bool) -> None:
        """Write one note after the other."""
        chance = random.Random(7)
        while not self.ended:
            self._number += 1
            note, path = f"{self._name}-{self._number}", chance.choice(self.paths)
            headers = {"Idempotency-Key": note} if keyed else {}
            while not await self._note(client, path, note, headers) and keyed:
                await asyncio.sleep(0.1)

    async def _note(
        self, client: httpx.AsyncClient, path: str, note: str, headers: dict[str, str]
    ) -> bool:
        begun = time.monotonic()
        answer = await client.post(f"{path}/note", json=note, headers=headers)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.statuses[answer.status_code] += 1
        if answer.status_code == 204:
            (self.keyed if headers else self.told)[path].append(note)
            self.worked = max(self.worked, begun)
            return True
        assert answer.status_code in (409, 503), answer.text
        kind = answer.json()["type"]
        if answer.status_code == 409:  # Others wrote the same process all the time.
            assert kind == "urn:callboard:problem:conflict"
        else:
            assert int(answer.headers["retry-after"]) >= 1
            assert kind == "urn:callboard:problem:unavailable"
            await asyncio.sleep(0.05)
        return False

    async def _listen(self, client: httpx.AsyncClient) -> None:
        """Read what happens to the first process, on from what was heard."""
        process = self.paths[0].rpartition("/")[2]
        last = ""
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            with suppress(httpx.TransportError):
                async with client.stream(
                    "GET", "/stream", params={"process": process}, headers=headers
                ) as stream:
                    assert stream.status_code in (200, 503)
                    async for line in stream.aiter_lines():
                        if line.startswith("id:"):
                            last = line[3:].strip()
                        elif line == "event: stepped":
                            self.heard.append(last)
            await asyncio.sleep(0.1)

    async def _check(self, client: httpx.AsyncClient) -> None:
        """Nothing that was acknowledged is lost, and nothing is there twice."""
        for path in self.paths:
            process = (await client.get(path)).raise_for_status().json()
            kept = Counter(process["vars"]["notes"])
            assert kept.keys() >= {*self.told[path], *self.keyed[path]}
            assert set(kept.values()) <= {1}
            assert verify(process["events"]).ok
            assert len(process["events"]) == kept.total() + 1
        for path in self.timed:
            process = await self._settled(client, path)
            assert (process["current"]["key"], len(process["events"])) == ("(late)", 2)
        for path in self.parents:
            process = await self._settled(client, path)
            assert (process["current"]["key"], len(process["events"])) == ("(done)", 3)
        assert await self._children(client) == self._before + OTHERS
        await self._heard_all(client)

    async def _children(self, client: httpx.AsyncClient) -> int:
        """How many processes the engine started for others, of all that came to this server."""
        shown = (await client.get("/admin/overview")).raise_for_status().json()
        of_children = (one for one in shown["scenarios"] if one.get("name") == "child")
        return sum(state["count"] for one in of_children for state in one["states"])

    async def _heard_all(self, client: httpx.AsyncClient) -> None:
        """The stream told of each event of its process that it could know of, once."""
        process = (await client.get(self.paths[0])).json()
        end = time.monotonic() + 10
        while len(self.heard) < len(process["events"]) - 2:
            assert time.monotonic() < end, "the stream does not go on"
            await asyncio.sleep(0.05)
        assert len(self.heard) == len(set(self.heard))

    async def _settled(self, client: httpx.AsyncClient, path: str) -> Any:
        """A process that ends by itself."""
        end = time.monotonic() + 15
        while (process := (await client.get(path)).json())["isRunning"]:
            assert time.monotonic() < end, f"{path} does not go on"
            await asyncio.sleep(0.1)
        return process
