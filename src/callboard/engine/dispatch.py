"""Who does the jobs: a worker for the timers, one for each service, and one for strays.

Theory: each service has a worker of its own, so that one which is slow or dead delays no other.
Names that nobody configured come from authors and could be any number; their jobs are given up one
after the other, where an operator sees them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from callboard.engine.delivery import Delivery
from callboard.engine.timers import Timers
from callboard.engine.worker import POLL_SECONDS, Worker
from callboard.ports.clock import Clock
from callboard.ports.store import Store

CONCURRENCY: Final = 16
"""Messages that are under way to one service at once."""
LAST_SECONDS: Final = 10.0
"""How long jobs under way may take to end."""


@dataclass(slots=True)
class Dispatch:
    """All workers of an engine."""

    store: Store
    clock: Clock
    timers: Timers
    delivery: Delivery
    waits: Mapping[str, float]
    """How long each service may take to answer, in seconds."""
    workers: list[Worker] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Begin to do what is due."""
        await self.store.jobs.free()
        self.workers = [Worker(self.store, self.clock, "timer", self.timers.fire)]
        self.workers += [
            Worker(
                *(self.store, self.clock, "notify", self.delivery.deliver),
                service=name,
                batch=CONCURRENCY,
                held_seconds=2 * seconds + 30,
            )
            for name, seconds in self.waits.items()
        ]
        strays = Strays(self.store, self.clock, "notify", self.delivery.deliver)
        strays.known = frozenset(self.waits)
        self.workers.append(strays)
        for worker in self.workers:
            name = f"callboard-{worker.kind}-{worker.service or ''}"
            self._tasks.append(asyncio.create_task(worker.run(), name=name))

    def wake(self) -> None:
        """Look for what is due: the clock was moved."""
        for worker in self.workers:
            worker.wake()

    async def stop(self) -> None:
        """Finish what is under way, and begin nothing more."""
        for worker in self.workers:
            worker.stop()
        with suppress(asyncio.TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await asyncio.gather(*self._tasks, return_exceptions=True)
        for task in self._tasks:
            task.cancel()


class Strays(Worker):
    """Does the jobs of all services that nobody configured, one service after the other."""

    known: frozenset[str] = frozenset()

    async def work(self) -> int:
        """Give up what is due for those services."""
        return sum([await self._claim(name) for name in await self._names()])

    async def _pause(self) -> float:
        dues = [await self.store.jobs.next_due(self.kind, name) for name in await self._names()]
        return min([self._until(due) for due in dues], default=POLL_SECONDS)

    async def _names(self) -> list[str]:
        return [name for name in await self.store.jobs.services() if name not in self.known]
