"""Who does the jobs: a worker for the timers, one for each service, and one for strays.

Theory: each service has a worker of its own, so that one which is slow or dead delays no other, and
a circuit, so that one which is away keeps nobody busy. Names that nobody configured come from
authors and could be any number; one worker gives up all their jobs, where an operator sees them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from callboard.engine.circuit import Watched
from callboard.engine.delivery import Delivery
from callboard.engine.timers import Timers
from callboard.engine.worker import Worker
from callboard.ports.clock import Clock
from callboard.ports.jobs import HeldJob
from callboard.ports.store import Store

CONCURRENCY: Final = 16
"""Messages that are under way to one service at once."""
SHORTEST_LEASE: Final = 1.0


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
    _resting: float | None = None
    """Since when nothing more is taken, by the clock of the event loop."""

    async def start(self) -> None:
        """Begin to do what is due."""
        await self.store.jobs.free()
        timers = Worker(
            *(self.store, self.clock, "timer", self.timers.fire), held_seconds=self._lease
        )
        strays = Strays(
            *(self.store, self.clock, "notify", self.delivery.deliver),
            held_seconds=self._lease,
            gather_seconds=1,
        )
        strays.known = frozenset(self.waits)
        services = [self._of_service(name, seconds) for name, seconds in self.waits.items()]
        self.workers = [timers, *services, strays]
        for worker in self.workers:
            name = f"callboard-{worker.kind}-{worker.service or ''}"
            self._tasks.append(asyncio.create_task(worker.run(), name=name))

    def _of_service(self, name: str, seconds: float) -> Worker:
        way = self.delivery.services.get(name)
        return Worker(
            *(self.store, self.clock, "notify", self.delivery.deliver),
            service=name,
            batch=CONCURRENCY,
            held_seconds=2 * seconds + self._lease / 2,
            circuit=way.circuit if isinstance(way, Watched) else None,
        )

    @property
    def _lease(self) -> float:
        return max(self.delivery.config.lease_seconds, SHORTEST_LEASE)

    def wake(self) -> None:
        """Look for what is due: the clock was moved."""
        for worker in self.workers:
            worker.wake()

    def rest(self) -> None:
        """Begin nothing more: what is due others take, or whoever comes next."""
        if self._resting is None:
            self._resting = asyncio.get_running_loop().time()
            for worker in self.workers:
                worker.stop()

    async def stop(self) -> None:
        """Finish what is under way, and begin nothing more; what takes long is handed back. The
        time for that counts from when it began to rest.
        """
        self.rest()
        if self._tasks and self._resting is not None:
            rested = asyncio.get_running_loop().time() - self._resting
            seconds = max(0.0, self.delivery.config.shutdown_seconds - rested)
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self.workers:
            await worker.hand_back()


class Strays(Worker):
    """Does the jobs of all services that nobody configured. Nobody waits for them, so what comes in
    a second is looked at together.
    """

    known: frozenset[str] = frozenset()

    async def _claim(self, now: str, room: int) -> Sequence[HeldJob]:
        taken: list[HeldJob] = []
        for name in await self._names():
            seconds, left = self.held_seconds, room - len(taken)
            taken += await self.store.jobs.claim(self.kind, name, now, seconds, left)
            if len(taken) >= room:
                break
        return taken

    async def _due(self) -> str | None:
        dues = [await self.store.jobs.next_due(self.kind, name) for name in await self._names()]
        return min([due for due in dues if due is not None], default=None)

    async def _names(self) -> list[str]:
        return [name for name in await self.store.jobs.services() if name not in self.known]
