"""Three nodes on one database, and what happens to them.

Theory: at a random instant a random node that runs is killed, stands still for longer than its
claims hold and goes on, or is told to end; a while later it is there again. The others are left in
peace, so that there always is a node which answers, but for now and then the moment in which the
database itself is killed.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.acceptance.chaos.database import Postgres
from tests.acceptance.forking import EndedError, Nursery
from tests.server.staging import free_port

NODES = 3
LEASE = 3.0
DELIVERY = 1.0
"""Seconds that the service has to answer."""
BETWEEN = (1.0, 4.0)
"""Seconds between two blows."""
DOWN = (0.2, 2.0)
STANDSTILL = (LEASE + 0.5, LEASE + 3.5)
LEFT_IN_PEACE = 1
"""So many nodes always are."""
SETTINGS = {
    "CALLBOARD_ENGINE_LEASE_SECONDS": str(LEASE),
    "CALLBOARD_ENGINE_DELIVERY_SECONDS": "0.1",
    "CALLBOARD_ENGINE_DELIVERY_LONGEST": "0.5",
    "CALLBOARD_ENGINE_DELIVERY_TRIES": "1000",
    "CALLBOARD_ENGINE_CHECKPOINT_SECONDS": "5",
    "CALLBOARD_ENGINE_SHUTDOWN_SECONDS": "3",
    "CALLBOARD_POSTGRES_STATEMENT_SECONDS": "10",
    "CALLBOARD_SCENARIOS_EXAMPLES": "false",
    "CALLBOARD_SERVER_REQUESTS_PER_MINUTE": "0",
    "CALLBOARD_SERVER_SHUTDOWN_SECONDS": "3",
}


def nodes(folder: Path, database: Postgres, desk: str) -> list[Nursery]:
    """The nodes, not begun yet; `desk` is where the service answers."""
    tables = {"desk": {"provider": "webhook", "url": desk, "timeout": DELIVERY}}
    settings = SETTINGS | {"CALLBOARD_SERVICES": json.dumps(tables)}
    return [
        Nursery(folder / f"node{number}.db", free_port(), url=database.url, **settings)
        for number in range(NODES)
    ]


@dataclass
class Fate:
    """Strikes them until it is stopped; then all of them run."""

    nodes: list[Nursery]
    database: Postgres
    chance: Random
    crashes_database: bool
    struck: Counter[str] = field(default_factory=Counter)
    _down: set[Nursery] = field(default_factory=set)
    _blows: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        await asyncio.gather(*(self._begin(node) for node in self.nodes))

    async def play(self, seconds: float) -> None:
        """Strike for so long, and let all come back."""
        crashes = self._crash_database(seconds) if self.crashes_database else asyncio.sleep(0)
        other = asyncio.create_task(crashes)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await asyncio.sleep(self.chance.uniform(*BETWEEN))
                    self._strike()
        except TimeoutError:
            await asyncio.gather(other, *self._blows)

    def _strike(self) -> None:
        standing = [node for node in self.nodes if node not in self._down]
        if len(standing) <= LEFT_IN_PEACE:
            return
        node = self.chance.choice(standing)
        self._down.add(node)
        ways = (self._kill, self._stand_still, self._end)
        (way,) = self.chance.choices(ways, weights=(6, 2, 2))
        self._blows.append(asyncio.create_task(self._blow(way(node), node)))

    async def _blow(self, way, node: Nursery) -> None:
        await way
        self._down.discard(node)

    async def _kill(self, node: Nursery) -> None:
        self.struck["kill -9"] += 1
        pause = self.chance.uniform(*DOWN)
        await asyncio.to_thread(node.kill)
        await asyncio.sleep(pause)
        await self._begin(node)

    async def _end(self, node: Nursery) -> None:
        self.struck["SIGTERM"] += 1
        pause = self.chance.uniform(*DOWN)
        await asyncio.to_thread(node.stop)
        await asyncio.sleep(pause)
        await self._begin(node)

    async def _stand_still(self, node: Nursery) -> None:
        """Sometimes it is killed in the end, and does not go on."""
        self.struck["SIGSTOP"] += 1
        pause, dies = self.chance.uniform(*STANDSTILL), self.chance.random() < 0.2
        node.pause()
        await asyncio.sleep(pause)
        if dies:
            await self._kill(node)
        else:
            node.resume()

    async def _begin(self, node: Nursery) -> None:
        """Where the database is away it ends, and is begun again as by whatever looks after it."""
        while True:
            await asyncio.to_thread(node.start)
            try:
                await asyncio.to_thread(node.until_ready)
            except EndedError:
                self.struck["could not begin"] += 1
                await asyncio.sleep(0.2)
            else:
                return

    async def _crash_database(self, seconds: float) -> None:
        """About once a minute."""
        for _ in range(max(1, round(seconds / 60))):
            share = seconds / max(1, round(seconds / 60))
            before = self.chance.uniform(0.2, 0.8) * share
            await asyncio.sleep(before)
            self.struck["database"] += 1
            await asyncio.to_thread(self.database.crash)
            await asyncio.sleep(share - before)
