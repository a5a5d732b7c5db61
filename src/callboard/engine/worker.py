"""Doing what is due: a loop that sleeps until the next job and begins it (architecture, section 3).

Theory: waiting costs nothing. The loop sleeps until the earliest job is due, or until the store
says that something has changed; behind both there is a slow poll, for what other nodes did and for
claims that ran out. What is due is taken as far as there is room, each job held for a while by a
fenced claim, and every job that ends makes room for the next: one that takes long holds up no
other. If this engine dies, the claims run out and somebody else does the jobs.

Invariants: every job that is held is under way, and no more than `batch` are. One that fails is
taken again when its claim has run out, or, where the database was away, when that is back; it
stops nothing else; nor does anything else that goes wrong end the loop. Stopping waits for what is
under way; what cannot wait is handed back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Final

from callboard.engine.circuit import Circuit
from callboard.engine.config import EngineConfig
from callboard.engine.times import from_text, to_text
from callboard.errors import CallboardError, UnavailableError
from callboard.ports.clock import Clock
from callboard.ports.jobs import HeldJob, JobClaim, JobKind
from callboard.ports.store import Store

log: Final = logging.getLogger("callboard.worker")

BATCH: Final = 32
HELD_SECONDS: Final = EngineConfig().lease_seconds
POLL_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 1.0
"""How long to wait when the database cannot be used."""
MISSED_SECONDS: Final = 0.1
"""How long to wait when somebody else was faster."""
GATHER_SECONDS: Final = 0.02


@dataclass
class Worker:
    """Does the jobs of one kind."""

    store: Store
    clock: Clock
    kind: JobKind
    do: Callable[[HeldJob], Awaitable[object]]
    service: str | None = None
    batch: int = BATCH
    held_seconds: float = HELD_SECONDS
    circuit: Circuit | None = None
    gather_seconds: float = GATHER_SECONDS
    _under_way: dict[asyncio.Task[None], HeldJob] = field(default_factory=dict)
    _undone: list[JobClaim] = field(default_factory=list)
    """Claims to what could not be done because the database was away."""
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _looked: float = 0.0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def _poll(self) -> float:
        """How often to look when nobody says anything: what others held is free after a lease."""
        return min(POLL_SECONDS, self.held_seconds / 2)

    def wake(self) -> None:
        """Look for what is due now: something has changed, or the clock was moved."""
        self._woken.set()

    def stop(self) -> None:
        """Take nothing more; `run` ends when what is under way is done."""
        self._stopping.set()
        self.wake()

    async def run(self) -> None:
        """Do what is due, until it is stopped."""
        self.store.watch(self.wake)
        while not self._stopping.is_set():
            self._woken.clear()
            await self._sleep(await self._look())
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def work(self) -> int:
        """Do what is due now, as much as there is room for; how many there were."""
        begun = await self._begin(self.batch)
        await asyncio.gather(*begun)
        return len(begun)

    async def hand_back(self) -> None:
        """Break off what is still under way, and let others take it."""
        given_up = dict(self._under_way)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        self._undone += [held.claim for held in given_up.values()]
        with suppress(UnavailableError):
            await self._let_go()

    async def _look(self) -> float:
        """Begin what is due; seconds until there may be more."""
        try:
            return await self._take()
        except UnavailableError:
            return PAUSE_SECONDS
        except Exception:
            log.exception("a worker stumbled", extra={"service": self.service or ""})
            return PAUSE_SECONDS

    async def _take(self) -> float:
        await self._let_go()
        room, pause = self._room()
        if room <= 0:
            return pause
        pause = self._until(await self._due())
        polling = asyncio.get_running_loop().time() - self._looked >= self._poll
        if pause > 0 and not polling:
            return pause
        begun = len(await self._begin(room))
        if begun < room:
            return 0.0 if begun else pause or MISSED_SECONDS
        return self._poll

    async def _let_go(self) -> None:
        """Hand back what could not be done for want of the database: it is there again."""
        claims, self._undone = self._undone, []
        if claims:
            try:
                await self.store.jobs.let_go(claims)
            except UnavailableError:
                self._undone += claims
                raise

    def _room(self) -> tuple[int, float]:
        """How many more may be begun; where there are none, seconds until that may be otherwise.
        Whatever ends wakes the worker before.
        """
        if self.circuit is None:
            return self.batch - len(self._under_way), self._poll
        most, wait = self.circuit.most(self.batch)
        return most - len(self._under_way), wait or self._poll

    async def _begin(self, room: int) -> Sequence[asyncio.Task[None]]:
        """Take so many that are due, and begin each."""
        self._looked = asyncio.get_running_loop().time()
        until = monotonic() + self.held_seconds
        taken = await self._claim(to_text(self.clock.now()), room)
        held = [replace(one, until=until) for one in taken]
        tasks = {asyncio.create_task(self._do(one)): one for one in held}
        self._under_way |= tasks
        for task in tasks:
            task.add_done_callback(self._ended)
        return list(tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self.wake()

    async def _do(self, held: HeldJob) -> None:
        try:
            await self.do(held)
        except CallboardError as error:
            facts = {"job": held.job.id, "process_id": held.job.process, "why": error.code}
            log.warning("a job was not done; it will be tried again", extra=facts)
            if isinstance(error, UnavailableError):
                await asyncio.sleep(PAUSE_SECONDS)
                self._undone.append(held.claim)
        except Exception:
            log.exception("a job failed", extra={"job": held.job.id})

    async def _claim(self, now: str, room: int) -> Sequence[HeldJob]:
        """Hold so many that are due."""
        return await self.store.jobs.claim(self.kind, self.service, now, self.held_seconds, room)

    async def _due(self) -> str | None:
        """When there is something to do."""
        return await self.store.jobs.next_due(self.kind, self.service)

    def _until(self, due: str | None) -> float:
        if due is None:
            return self._poll
        waiting = (from_text(due) - self.clock.now()).total_seconds()
        return min(max(waiting, 0.0), self._poll)

    async def _sleep(self, seconds: float) -> None:
        """Sleep so long, or until somebody wakes it; then a moment more, for others do so too."""
        if seconds <= 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
                async with asyncio.timeout(self.gather_seconds):
                    await self._stopping.wait()
