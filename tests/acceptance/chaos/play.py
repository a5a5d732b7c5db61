"""The run: nodes that die, clients that go on, calm, and what is left in the end."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import aiohttp
import httpx

from tests.acceptance.chaos import judging
from tests.acceptance.chaos.clients import (
    LIVE_SHARE,
    PATIENCE,
    Client,
    LostError,
    NotSentError,
    Web,
)
from tests.acceptance.chaos.database import Postgres, postgres
from tests.acceptance.chaos.errands import SCENARIO, shown
from tests.acceptance.chaos.fate import Fate, nodes
from tests.acceptance.chaos.model import Act
from tests.acceptance.chaos.seen import Process, Seen
from tests.acceptance.forking import Nursery
from tests.transports.receiver import Receiver, answer, json_answer, receiving

PAUSE = 0.15
"""Seconds that each client waits between two requests, about."""
LAST_SECONDS = 90.0
FAILING = 0.15
"""How many of the messages are not answered, after or before the service has done its work."""


@dataclass
class Report:
    """What a run was, and what is wrong."""

    seed: int
    clients: int
    seconds: float
    counts: Counter[str] = field(default_factory=Counter)
    figures: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = [f"chaos: {self.seconds:.0f} s, {self.clients} clients, seed {self.seed}"]
        told += [f"  {name:<36}{value:>9}" for name, value in self.counts.items()]
        told += [f"  {name:<36}{value:>9.2f}" for name, value in self.figures.items()]
        told += [f"WRONG: {what}" for what in self.wrong[:20]]
        told += [f"and {len(self.wrong) - 20} more"] if len(self.wrong) > 20 else []
        return "\n".join([*told, "nothing is wrong" if not self.wrong else "FAILED"])


async def play(
    folder: Path, seed: int, *, seconds: float, clients: int, crashes_database: bool
) -> Report:
    """Let it happen for so long, and say how it was."""
    report = Report(seed, clients, seconds)
    with postgres() as database:
        async with receiving() as desk:
            seen = Seen()
            unreliable(desk, seen, Random(f"{seed} desk"))
            machines = nodes(folder, database, desk.url)
            fate = Fate(machines, database, Random(f"{seed} fate"), crashes_database)
            try:
                await fate.start()
                await _play(report, fate, seen, desk)
            finally:
                for node in machines:
                    node.close()
    report.wrong += complaints(machines)
    return report


async def _play(report: Report, fate: Fate, seen: Seen, desk: Receiver) -> None:
    urls = [node.url for node in fate.nodes]
    httpx.post(f"{urls[0]}/scenarios", content=SCENARIO, headers=YAML).raise_for_status()
    token = {one["id"]: one["token"] for one in httpx.get(f"{urls[0]}/demo-accounts").json()}
    async with session() as opened:
        people = crowd(report, seen, Web(urls, token["alice"], opened))
        working = [asyncio.create_task(client.run()) for client in people]
        begun = time.monotonic()
        await fate.play(report.seconds)
        for client in people:
            client.stopped = True
        await asyncio.gather(*working)
        calm = datetime.now(UTC)
        try:
            await settle(people, seen, fate.database)
        except TimeoutError:
            report.wrong.append(f"not all processes have ended {LAST_SECONDS:.0f} s later")
        await until_nothing_waits(fate.database)
        report.figures["seconds with the calm after it"] = time.monotonic() - begun
        async with asyncio.timeout(LAST_SECONDS):
            await judge(report, fate, seen, calm, people[0].web)
    tell(report, fate, seen, desk)


YAML = {"content-type": "application/yaml"}


@asynccontextmanager
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as opened:
        yield opened


def crowd(report: Report, seen: Seen, web: Web) -> list[Client]:
    """All clients, who share the processes."""
    live: list[Process] = []
    most = max(2, report.clients // LIVE_SHARE)
    return [
        Client(web, seen, Random(f"{report.seed} client {number}"), live, most, PAUSE)
        for number in range(report.clients)
    ]


def unreliable(desk: Receiver, seen: Seen, chance: Random) -> None:
    """Let the service answer every message with a note of its own, and often not at all."""

    async def send(writer: asyncio.StreamWriter) -> None:
        request, now = desk.told[-1], time.monotonic()
        message, process = (
            request.headers[f"{name}"] for name in ("webhook-id", "callboard-process")
        )
        note = f"take {hashlib.sha256(message.encode()).hexdigest()[:16]}"
        seen.taken.setdefault(f"{process} {message}", (note, now))
        await asyncio.sleep(chance.random() / 50)
        if chance.random() >= FAILING:
            writer.write(json_answer(json.dumps(note).encode()))
        elif chance.random() < 0.5:
            writer.write(answer("500 No"))
        else:
            writer.close()

    desk.default = send


async def settle(people: list[Client], seen: Seen, database: Postgres) -> None:
    """Let all processes come to their end; also those that nobody knows to have been started."""
    async with asyncio.timeout(LAST_SECONDS):
        waiting = list(seen.processes.values())
        while waiting:
            await asyncio.gather(*(finish(client, waiting) for client in people))
            waiting = await unknown(people[0].web, seen, database)


async def finish(client: Client, waiting: list[Process]) -> None:
    """Take them in hand, one after the other."""
    while waiting:
        await client.finish(waiting.pop())


async def unknown(web: Web, seen: Seen, database: Postgres) -> list[Process]:
    """Processes whose start was never answered."""
    found = []
    for (id_,) in await database.rows("SELECT id::text FROM processes"):
        if id_ not in seen.processes:
            told = await until_told(web, f"/processes/{id_}")
            found.append(Process(id_, shown(told)))
            seen.processes[id_] = found[-1]
            seen.counts["starts unknown, and there"] += 1
    return found


async def until_told(web: Web, path: str) -> dict:
    """What some node shows there."""
    while True:
        try:
            return (await web.ask(Random(), "GET", path)).body
        except (NotSentError, LostError):
            await asyncio.sleep(0.1)


async def until_nothing_waits(database: Postgres) -> None:
    """Jobs of states that were left go soon; those of the dead when their lease is over."""
    end = time.monotonic() + 20
    while await database.rows("SELECT 1 FROM jobs LIMIT 1") and time.monotonic() < end:
        await asyncio.sleep(0.2)


async def judge(report: Report, fate: Fate, seen: Seen, calm: datetime, web: Web) -> None:
    """All that must be so."""
    for process in seen.processes.values():
        begun = time.monotonic()
        told = await until_told(web, f"/processes/{process.id}")
        ended = time.monotonic()
        verdict = await until_told(web, f"/processes/{process.id}/verify")
        if "events" not in told or not verdict.get("ok"):
            report.wrong.append(f"{process.id} does not verify, or is not there: {verdict}")
        else:
            process.see(begun, ended, Act("read", shown=shown(told)))
    found = await judging.stored(fate.database)
    begun = time.perf_counter()
    late_wrong, late = judging.times_out(found, calm)
    report.wrong += seen.wrong + late_wrong
    for check in (judging.steps_once, judging.starts_once, judging.histories):
        report.wrong += check(seen, found)
    for look in (judging.whole_chains, judging.nothing_left, judging.changes_told):
        report.wrong += look(found)
    events = [event for chain in found.chains.values() for event in chain]
    notes = {event.get("response") for event in events}
    lost = [
        one.act
        for process in seen.processes.values()
        for one in process.history
        if one.act.kind == "unknown"
    ]
    seen.counts["unknown, and it happened"] = sum(act.note in notes for act in lost if act.note)
    seen.counts["timers"] = sum("scenario" not in e and "action" not in e for e in events)
    seen.counts["replies of the service"] = sum(str(note).startswith("take") for note in notes)
    report.figures["seconds to judge"] = time.perf_counter() - begun
    report.figures["latest timer in the calm, s"] = max(late, default=0.0)
    report.figures["timers in the calm"] = len(late)


def tell(report: Report, fate: Fate, seen: Seen, desk: Receiver) -> None:
    """The counts, in one order."""
    report.counts.update({f"nodes: {name}": count for name, count in sorted(fate.struck.items())})
    report.counts["processes"] = len(seen.processes)
    report.counts["messages to the service"] = len(desk.told)
    report.counts.update(dict(sorted(seen.counts.items())))
    report.counts["longest history"] = max(len(p.history) for p in seen.processes.values())
    report.figures["slowest acknowledged step, s"] = seen.slowest


def complaints(machines: list[Nursery]) -> list[str]:
    """What the nodes have logged as errors of theirs."""
    found = []
    for node in machines:
        for line in node.log.read_text().splitlines():
            if '"level":"error"' in line.replace(" ", "") or line.startswith("Traceback"):
                found.append(f"a node logged: {line[:1500]}")
    return found
