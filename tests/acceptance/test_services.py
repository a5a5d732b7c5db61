"""Services, and a server that is killed: what was committed is told, and answered once."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from random import Random

import httpx

from tests.acceptance.serving import Server
from tests.server.staging import SUPPLY
from tests.transports.receiver import Receiver, answer, json_answer, receiving

KILLS = 3
ORDERS = 12
YAML = {"content-type": "application/yaml"}
FAILING = 0.3
PATIENT = {
    "CALLBOARD_ENGINE_DELIVERY_SECONDS": "0.05",
    "CALLBOARD_ENGINE_DELIVERY_LONGEST": "0.2",
    "CALLBOARD_ENGINE_DELIVERY_TRIES": "100",
}


def unreliable(receiver: Receiver, chance: Random, reply: bytes) -> None:
    """Let a service fail now and then, before or after it has done what it was told."""

    async def send(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(chance.random() / 50)
        if chance.random() < FAILING:
            writer.write(answer("500 No"))
        elif chance.random() < FAILING:
            writer.close()
        else:
            writer.write(reply)

    receiver.default = send


async def order(url: str, ids: set[str]) -> None:
    """Start processes until the server is gone; the ids of those that it has promised."""
    async with httpx.AsyncClient(base_url=url, timeout=5) as client:
        for _ in range(ORDERS):
            body = {"scenario": "supply", "action": "order"}
            try:
                made = await client.post("/processes", json=body, headers={"as-actor": "buyer"})
            except httpx.HTTPError:
                return
            ids.add(made.json()["id"])


async def states(url: str, ids: set[str]) -> set[str]:
    async with httpx.AsyncClient(base_url=url, timeout=20) as client:
        return {(await client.get(f"/processes/{id_}")).json()["current"]["key"] for id_ in ids}


async def crash(server: Server, chance: Random, ids: set[str]) -> None:
    """Start the server, let something happen, and kill it anywhere in it."""
    await asyncio.to_thread(server.start)
    ordering = asyncio.create_task(order(server.url, ids))
    await asyncio.sleep(0.05 + chance.random() / 2)
    server.kill()
    await ordering


async def settle(server: Server, ids: set[str]) -> None:
    """Start it once more, and wait until all processes have come to their end."""
    await asyncio.to_thread(server.start)
    async with asyncio.timeout(60):
        while await states(server.url, ids) != {"(shipped)"}:
            await asyncio.sleep(0.1)


async def check(server: Server, ids: set[str], told: Receiver) -> None:
    """Each process was answered once, and told with one id; nobody else was told anything."""
    seen = defaultdict(set)
    for request in told.told:
        seen[request.headers["callboard-process"]].add(request.headers["webhook-id"])
    assert ids <= seen.keys()
    assert all(len(found) == 1 for found in seen.values())
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        for process in seen:
            document = (await client.get(f"/processes/{process}")).json()
            actors = [event["actor"]["key"] for event in document["events"][1:]]
            assert actors == ["buyer", "service:stock", "service:carrier"]
            assert (await client.get(f"/processes/{process}/verify")).json()["ok"]


async def play(server: Server) -> None:
    chance, ids = Random(7), set[str]()
    async with receiving() as stock, receiving() as carrier:
        unreliable(stock, chance, json_answer(b'{"count": 2}'))
        unreliable(carrier, chance, answer("200 OK", b"sent"))
        tables = {
            name: {"provider": "webhook", "url": service.url}
            for name, service in (("stock", stock), ("carrier", carrier))
        }
        server.settings["CALLBOARD_SERVICES"] = json.dumps(tables)
        await asyncio.to_thread(server.start)
        httpx.post(f"{server.url}/scenarios", content=SUPPLY, headers=YAML).raise_for_status()
        await asyncio.to_thread(server.stop)
        for _ in range(KILLS):
            await crash(server, chance, ids)
        await settle(server, ids)
        await check(server, ids, stock)
        await check(server, ids, carrier)


def test_what_was_committed_is_told_and_answered_once(tmp_path, run):
    server = Server(tmp_path / "callboard.db", **PATIENT)
    try:
        run(play(server))
    finally:
        server.stop()
