"""What a service that hangs and one that answers without end cost the others.

    python -m benchmarks.isolation [--rate 10] [--seconds 35] [--rounds 3]

The server is `callboard serve` in a process of its own, which tells three services by webhook; they
are here. At first all of them answer at once. Then one hangs, so that every message to it takes the
whole time-out, 30 seconds, and one answers with 50 MB at 1 KB in a second. Each is told as often as
before. Measured is how long it takes from the request that starts a process until the service that
still works has its message, and the memory and processor time of the server. There are several
rounds, one with and one without in turn, for other programs may be busy.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import httpx

from benchmarks.timers import processor_seconds
from tests.acceptance.serving import Server
from tests.transports.receiver import Receiver, answer, hang, receiving, trickle

TIMEOUT: Final = 30
SCENARIO: Final = """
title: NAME
name: NAME
version: 1.0.0
actors: {one: {role: support}}
actions: {ask: {actor: one}, take: {actor: "service:NAME"}}
states:
  initial: {on: ask, goto: asked}
  asked: {on: take, by: "service:NAME", goto: (taken)}
"""
NAMES: Final = ("quick", "hangs", "endless")
YES: Final = answer("200 OK", b"yes", content_type="text/plain")


@dataclass
class Load:
    """Who starts processes, and when the quick service was told of each."""

    client: httpx.AsyncClient
    quick: Receiver
    begun: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)

    async def start(self, name: str) -> None:
        begun = time.perf_counter()
        body = {"scenario": name, "action": "ask"}
        made = await self.client.post("/processes", json=body, headers={"as-actor": "one"})
        made.raise_for_status()
        if name == "quick":
            self.begun[made.json()["id"]] = begun

    async def take(self, writer: asyncio.StreamWriter) -> None:
        """Be the quick service."""
        self.told[self.quick.told[-1].headers["callboard-process"]] = time.perf_counter()
        writer.write(YES)

    async def run(self, rate: float, seconds: float) -> list[float]:
        """Start so many a second of each; how long each message took, in milliseconds, in order."""
        self.begun.clear()
        end, starts = time.perf_counter() + seconds, set[asyncio.Task[None]]()
        while time.perf_counter() < end:
            starts |= {asyncio.create_task(self.start(name)) for name in NAMES}
            await asyncio.sleep(1 / rate)
        await asyncio.gather(*starts)
        while self.begun.keys() - self.told.keys():
            await asyncio.sleep(0.01)
        return sorted(1_000 * (self.told[id_] - at) for id_, at in self.begun.items())


@asynccontextmanager
async def services() -> AsyncIterator[list[Receiver]]:
    async with receiving() as quick, receiving() as hangs, receiving() as endless:
        yield [quick, hangs, endless]


def memory(server: Server) -> float:
    """What the server has in memory, in megabytes."""
    assert server.process is not None
    for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the server has gone")


async def watch(server: Server, sizes: list[float]) -> None:
    while True:
        sizes.append(memory(server))
        await asyncio.sleep(0.25)


async def measure(folder: Path, options: argparse.Namespace) -> None:
    async with services() as made:
        tables = {
            name: {"provider": "webhook", "url": service.url, "timeout": TIMEOUT}
            for name, service in zip(NAMES, made, strict=True)
        }
        for number in range(options.rounds):
            server = Server(folder / f"{number}.db", CALLBOARD_SERVICES=json.dumps(tables))
            await asyncio.to_thread(server.start)
            try:
                async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
                    await ask(server, Load(client, made[0]), made, options)
            finally:
                await asyncio.to_thread(server.kill)


async def ask(
    server: Server, load: Load, made: list[Receiver], options: argparse.Namespace
) -> None:
    """One round: all work, then two do not."""
    for receiver in made:
        receiver.default = YES
    made[0].default = load.take
    for name in NAMES:
        text = SCENARIO.replace("NAME", name)
        kind = {"content-type": "application/yaml"}
        (await load.client.post("/scenarios", content=text, headers=kind)).raise_for_status()
    await load.run(options.rate, 3)
    times, costs = [], [processor_seconds(server)]
    sizes = [memory(server)]
    for others in (None, (hang, trickle(50_000_000, 1_000))):
        if others is not None:
            made[1].default, made[2].default = others
            sizes = [memory(server)]
        watching = asyncio.create_task(watch(server, sizes))
        times.append(await load.run(options.rate, options.seconds))
        costs.append(processor_seconds(server))
        watching.cancel()
    for what, found, spent in zip(("all work", "two do not"), times, pairwise(costs), strict=True):
        part = (spent[1] - spent[0]) / options.seconds
        print(f"{what:12}{shown(found)}   processor {part:4.0%}")
    more = [quantile(times[1], part) - quantile(times[0], part) for part in (50, 99)]
    grown = max(sizes) - sizes[0]
    print(f"{'difference':12}p50 {more[0]:7.1f} ms   p99 {more[1]:7.1f} ms   memory {grown:.0f} MB")


def quantile(times: list[float], part: int) -> float:
    return times[min(len(times) - 1, len(times) * part // 100)]


def shown(times: list[float]) -> str:
    p50, p99 = statistics.median(times), quantile(times, 99)
    return f"p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   ({len(times)} messages)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=35)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(Path(name), options))


if __name__ == "__main__":
    main()
