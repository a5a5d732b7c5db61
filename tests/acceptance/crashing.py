"""Killing a server again and again under load, and looking at what is left in the end.

    python -m tests.acceptance.crashing [CRASHES] [--seed SEED]

The server is `callboard serve` over a real file. People order all the time, each order with a key
by which it is repeated until it is answered; two services are told by webhook, and each fails three
times in ten, before or after it has done what it was told. In between a timer waits a second. At
random instants, while it starts or works, the server is ended with SIGKILL and begun again.

In the end each order is one process that came to its end. Its chain is whole and holds each event
once, the time-out among them, and not before its time. The services were told of all the events
that are in a chain, each time with the same id and in order, and of nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx

from callboard import verify
from tests.acceptance.forking import Nursery
from tests.server.staging import free_port
from tests.transports.receiver import Receiver, answer, json_answer, receiving

BUYERS = 4
PAUSE = 0.2
"""Seconds that each buyer waits between two orders, about."""
FAILING = 0.3
STARTING = 0.2
"""How many of the crashes come while the server starts."""
LONGEST_LIFE = 0.5
LAST_SECONDS = 120.0
SCENARIO = """
title: Supply
name: supply
version: 1.0.0
actors: {buyer: {role: support}}
actions:
  order: {actor: buyer}
  reserve: {actor: service:stock, response: {properties: {count: !required integer}}}
  ship: {actor: service:carrier}
states:
  initial: {on: order, goto: ordered}
  ordered: {on: reserve, by: service:stock, goto: reserved}
  reserved: {after: 1 second, goto: packed}
  packed:
    notify:
      - {service: carrier, message: pack}
      - {service: carrier, trigger: ship, message: ship}
    on: ship
    goto: (shipped)
"""
YAML = {"content-type": "application/yaml"}
SETTINGS = {
    "CALLBOARD_ENGINE_DELIVERY_SECONDS": "0.05",
    "CALLBOARD_ENGINE_DELIVERY_LONGEST": "0.5",
    "CALLBOARD_ENGINE_DELIVERY_TRIES": "1000",
    "CALLBOARD_SCENARIOS_EXAMPLES": "false",
    "CALLBOARD_SERVER_REQUESTS_PER_MINUTE": "0",
}


@dataclass
class Ordering:
    """The people: what they have ordered, and what they were promised."""

    url: str
    chance: Random
    keys: list[str] = field(default_factory=list)
    promised: dict[str, str] = field(default_factory=dict)
    stopped: bool = False

    async def buy(self) -> None:
        """Order until it is stopped; each order until it is answered."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            while not self.stopped:
                key = str(self.chance.getrandbits(64))
                self.keys.append(key)
                self.promised[key] = await self._order(client, key)
                await asyncio.sleep(PAUSE * 2 * self.chance.random())

    async def _order(self, client: httpx.AsyncClient, key: str) -> str:
        body = {"scenario": "supply", "action": "order"}
        headers = {"as-actor": "buyer", "idempotency-key": f'"{key}"'}
        while True:
            try:
                made = await client.post("/processes", json=body, headers=headers)
            except httpx.HTTPError:
                await asyncio.sleep(0.01)
                continue
            assert made.status_code == 201, made.text
            return str(made.json()["id"])


def unreliable(receiver: Receiver, chance: Random, reply: bytes) -> None:
    """Let a service fail now and then, before or after it has done what it was told."""

    async def send(writer: asyncio.StreamWriter) -> None:
        said = receiver.told[-1].body
        await asyncio.sleep(chance.random() / 50)
        if chance.random() >= FAILING:
            writer.write(answer() if said == b"pack" else reply)
        elif chance.random() < 0.5:
            writer.write(answer("500 No"))
        else:
            writer.close()

    receiver.default = send


async def crash(server: Nursery, chance: Random) -> None:
    """Start the server, and kill it somewhere in its life."""
    await asyncio.to_thread(server.start)
    if chance.random() >= STARTING:
        await asyncio.to_thread(server.until_ready)
    await asyncio.sleep(chance.random() * LONGEST_LIFE)
    await asyncio.to_thread(server.kill)


async def settle(database: Path) -> None:
    """Wait until nothing is to be done any more."""
    async with asyncio.timeout(LAST_SECONDS):
        while rows(database, "SELECT 1 FROM jobs LIMIT 1"):
            await asyncio.sleep(0.1)


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def chains(database: Path) -> dict[str, list[dict[str, Any]]]:
    """The events of every process, as they are stored."""
    found = rows(
        database,
        "SELECT p.id, e.event FROM events e JOIN processes p ON p.row = e.process"
        " ORDER BY p.row, e.seq",
    )
    made: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for process, event in found:
        made[process].append(json.loads(event))
    return made


Told = dict[tuple[str, str, bytes], list[str]]
"""The ids of the messages about an event of a process, by what was said; in order."""


def told(receiver: Receiver) -> Told:
    made: Told = defaultdict(list)
    for request in receiver.told:
        process, event = (request.headers[f"callboard-{name}"] for name in ("process", "etag"))
        said = b"" if request.body.startswith(b"{") else request.body
        made[process, event, said].append(request.headers["webhook-id"])
    return made


def check_chain(events: list[dict[str, Any]]) -> None:
    """Each event is there once, and the time-out not before its time."""
    assert verify(events).ok
    who = [event.get("actor", {}).get("key") if "action" in event else None for event in events]
    assert who[1:] == ["buyer", "service:stock", None, "service:carrier"], who
    reserved, waited = (datetime.fromisoformat(events[at]["timestamp"]) for at in (2, 3))
    assert (waited - reserved).total_seconds() >= 1


def check_told(stock: Receiver, carrier: Receiver, found: dict[str, list[dict[str, Any]]]) -> None:
    """Everything that is stored was told, with one id; in order; and nothing else was."""
    of_stock, of_carrier = told(stock), told(carrier)
    assert of_stock.keys() == {(id_, events[1]["hash"], b"") for id_, events in found.items()}
    packed = {(id_, events[3]["hash"]) for id_, events in found.items()}
    both = {(*one, said) for one in packed for said in (b"pack", b"ship")}
    assert of_carrier.keys() == both
    for messages in (of_stock, of_carrier):
        ids = [set(same) for same in messages.values()]
        assert all(len(same) == 1 for same in ids), "a message had several ids"
        assert len(set.union(*ids)) == len(ids), "two messages had one id"
    order = list(of_carrier)
    first = {one: at for at, one in reversed([*enumerate(order)])}
    assert all(first[(*one, b"pack")] < first[(*one, b"ship")] for one in packed)


async def check_replays(url: str, found: dict[str, list[dict[str, Any]]]) -> None:
    """Each stored process is what its chain leads to, and has come to its end."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        for process in found:
            shown = (await client.get(f"/processes/{process}")).json()
            assert shown["current"]["key"] == "(shipped)"
            verdict = (await client.get(f"/processes/{process}/verify")).json()
            assert verdict["ok"], verdict


@dataclass(frozen=True)
class Figures:
    """What a run was."""

    crashes: int
    seed: int
    orders: int
    messages: int
    repeated: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.crashes} crashes, seed {self.seed}: {self.orders} processes, "
            f"{self.messages} messages, {self.repeated} of them repeats, {self.seconds:.0f} s"
        )


async def play(folder: Path, crashes: int, seed: int) -> Figures:
    """So many crashes, and what is to be seen in the end. Raises AssertionError."""
    begun, chance = time.monotonic(), Random(seed)
    database = folder / "callboard.db"
    async with receiving() as stock, receiving() as carrier:
        unreliable(stock, Random(seed + 1), json_answer(b'{"count": 2}'))
        unreliable(carrier, Random(seed + 2), answer("200 OK", b"sent", content_type="text/plain"))
        tables = {
            name: {"provider": "webhook", "url": service.url}
            for name, service in (("stock", stock), ("carrier", carrier))
        }
        services = {"CALLBOARD_SERVICES": json.dumps(tables)}
        server = Nursery(database, free_port(), **SETTINGS, **services)
        try:
            ordering = Ordering(server.url, Random(seed + 3))
            await under_load(server, ordering, chance, crashes)
            await settle(database)
            found = chains(database)
            assert sorted(found) == sorted(ordering.promised.values()), (
                "an order is lost or doubled"
            )
            for events in found.values():
                check_chain(events)
            check_told(stock, carrier, found)
            await check_replays(server.url, found)
            await asyncio.to_thread(server.stop)
        finally:
            server.close()
        assert rows(database, "PRAGMA integrity_check") == [("ok",)]
        messages = len(stock.told) + len(carrier.told)
    repeated, seconds = messages - 3 * len(found), time.monotonic() - begun
    return Figures(crashes, seed, len(found), messages, repeated, seconds)


async def under_load(server: Nursery, ordering: Ordering, chance: Random, crashes: int) -> None:
    """Crash it so often while people order; at the end it runs."""
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.until_ready)
    httpx.post(f"{server.url}/scenarios", content=SCENARIO, headers=YAML).raise_for_status()
    await asyncio.to_thread(server.kill)
    buyers = [asyncio.create_task(ordering.buy()) for _ in range(BUYERS)]
    for number in range(crashes):
        await crash(server, chance)
        if number % 100 == 99:
            print(f"{number + 1} crashes", file=sys.stderr, flush=True)
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.until_ready)
    ordering.stopped = True
    await asyncio.gather(*buyers)


def main() -> None:
    """As asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("crashes", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        print(asyncio.run(play(Path(folder), given.crashes, given.seed)))


if __name__ == "__main__":
    main()
