"""A node that is told to end while others go on: nobody notices, and nothing waits for it."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx

from callboard import verify
from callboard.auth import demo_token, find_account
from tests.acceptance.serving import Server
from tests.store.adapters import PostgresAdapter
from tests.transports.receiver import answer, hang, receiving

SECRET = "a secret of thirty-two bytes at least"
DRAIN = 1.5
COUNTER = {
    "title": "Counter",
    "actors": {"counter": {"role": "admin"}},
    "actions": {"note": {"response": "string"}},
    "states": {"initial": {"on": "note", "goto": None}},
}
ASKING = {
    "title": "Asking",
    "actions": {"take": {"actor": "service:desk"}},
    "states": {
        "initial": {"notify": "desk", "on": "take", "by": "service:desk", "goto": "(taken)"}
    },
}


class Balancer:
    """Sends each request to a node that said a moment ago that it is ready."""

    def __init__(self, nodes: list[Server], token: str) -> None:
        self.nodes, self.ready = nodes, [nodes[0].url]
        self.client = httpx.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=20)
        self.wrong: list[str] = []
        self.told: defaultdict[str, list[str]] = defaultdict(list)
        self.ended = False

    async def look(self) -> None:
        while not self.ended:
            found = []
            for node in self.nodes:
                try:
                    if (await self.client.get(f"{node.url}/readyz")).status_code == 200:
                        found.append(node.url)
                except httpx.TransportError:
                    continue
            self.ready = found or self.ready
            await asyncio.sleep(0.1)

    async def note(self, number: int, path: str) -> None:
        """Take steps in a process of one's own, one after the other."""
        turn = 0
        while not self.ended:
            turn += 1
            url = self.ready[(number + turn) % len(self.ready)]
            note = f"note {turn}"
            try:
                made = await self.client.post(f"{url}{path}/note", json=note)
            except httpx.TransportError as error:
                self.wrong.append(repr(error))
                continue
            if made.status_code != 204:
                self.wrong.append(made.text)
            else:
                self.told[path].append(note)

    async def begin(self, scenario: dict[str, Any], count: int) -> list[str]:
        url = self.ready[0]
        stored = await self.client.post(f"{url}/scenarios", json=scenario)
        body = {"scenario": stored.headers["location"].rpartition("/")[2]}
        made = [await self.client.post(f"{url}/processes", json=body) for _ in range(count)]
        return [answer.headers["location"] for answer in made]


def test_a_node_ends_under_load_and_nobody_notices(tmp_path: Path) -> None:
    adapter = PostgresAdapter(tmp_path)
    adapter.change(f"CREATE SCHEMA {adapter.schema}")

    async def play() -> None:
        async with receiving() as desk:
            desk.answers = [hang]
            desk.default = answer("200 OK", b"yes", content_type="text/plain")
            settings = {
                "CALLBOARD_AUTH_JWT_SECRET": SECRET,
                "CALLBOARD_AUTH_ROLES": '{"admin": ["*"]}',
                "CALLBOARD_SERVER_DRAIN_SECONDS": str(DRAIN),
                "CALLBOARD_ENGINE_SHUTDOWN_SECONDS": "1",
                "CALLBOARD_SERVICES": json.dumps(
                    {"desk": {"provider": "webhook", "url": desk.url, "timeout": 60}}
                ),
            }
            one, two = (
                Server(tmp_path / f"{name}.db", url=adapter.url, options=(), **settings)
                for name in ("one", "two")
            )
            account = find_account("admin")
            assert account is not None
            try:
                await asyncio.to_thread(one.start)
                balancer = Balancer([one], demo_token(account, time.time(), SECRET))
                (asked,) = await balancer.begin(ASKING, 1)
                paths = await balancer.begin(COUNTER, 6)
                async with asyncio.timeout(20):
                    while not desk.told:
                        await asyncio.sleep(0.02)
                await asyncio.to_thread(two.start)
                balancer.nodes = [one, two]
                await end_amid(balancer, one, paths)
                await check(balancer, two, asked)
                await balancer.client.aclose()
            finally:
                one.kill()
                await asyncio.to_thread(two.stop)

    try:
        asyncio.run(asyncio.wait_for(play(), 90))
    finally:
        adapter.remove()


async def end_amid(balancer: Balancer, node: Server, paths: list[str]) -> None:
    """End a node while others use it."""
    assert node.process is not None
    users = [
        asyncio.create_task(balancer.look()),
        *(asyncio.create_task(balancer.note(n, path)) for n, path in enumerate(paths)),
    ]
    await asyncio.sleep(0.7)
    assert len(balancer.ready) == 2
    begun = time.monotonic()
    node.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(DRAIN / 3)
    told = await balancer.client.get(f"{node.url}/readyz")
    assert (told.status_code, told.json()["detail"]) == (503, "The server ends. Ask another one.")
    assert told.headers["connection"] == "close"
    assert (await balancer.client.get(f"{node.url}/healthz")).status_code == 200
    assert await asyncio.to_thread(node.process.wait, 20) == 0
    assert DRAIN <= time.monotonic() - begun < DRAIN + 10
    balancer.ended = True
    await asyncio.gather(*users)


async def check(balancer: Balancer, other: Server, asked: str) -> None:
    """Nothing failed, all that was acknowledged is there, and the other node has the work."""
    assert balancer.wrong == []
    assert sum(map(len, balancer.told.values())) > 50
    for path, notes in balancer.told.items():
        events = (await balancer.client.get(f"{other.url}{path}")).json()["events"]
        assert [event["response"] for event in events[1:]] == notes
        assert verify(events).ok
    async with asyncio.timeout(10):  # The claim itself would last for two minutes.
        while True:
            process = (await balancer.client.get(f"{other.url}{asked}")).json()
            if process["current"]["key"] == "(taken)":
                break
            await asyncio.sleep(0.05)
    assert [event.get("action") for event in process["events"]].count("take") == 1
