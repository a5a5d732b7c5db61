"""Doing what is due: a loop that sleeps until the next job and does it (architecture, section 3).

Theory: waiting costs nothing. The loop sleeps until the earliest job is due, or until the store
says that something has changed; behind both there is a slow poll, for what other nodes did. What is
due is taken in batches, each job held for a while by a fenced claim: if this engine dies, the claim
runs out and somebody else does the job.

Invariants: no more jobs are under way than are held; one that fails is taken again when its claim
has run out, and stops nothing else. Stopping waits for those under way.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from callboard.engine.times import from_text, to_text
from callboard.errors import CallboardError, UnavailableError
from callboard.ports.clock import Clock
from callboard.ports.jobs import HeldJob, JobKind
from callboard.ports.store import Store

log: Final = logging.getLogger("callboard.worker")

BATCH: Final = 64
HELD_SECONDS: Final = 60.0
POLL_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 1.0
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
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def wake(self) -> None:
        """Look for what is due now: something has changed, or the clock was moved."""
        self._woken.set()

    def stop(self) -> None:
        """Take nothing more; `run` ends when what is under way is done."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Do what is due, until it is stopped."""
        self.store.watch(self.wake)
        while not self._stopping:
            self._woken.clear()
            try:
                pause = await self._pause()
                if pause <= 0:
                    await self.work()
                    continue
            except UnavailableError:
                pause = PAUSE_SECONDS
            await self._sleep(pause)

    async def work(self) -> int:
        """Do what is due now, one batch of it; how many there were."""
        return await self._claim(self.service)

    async def _claim(self, service: str | None) -> int:
        now = to_text(self.clock.now())
        batch = await self.store.jobs.claim(self.kind, service, now, self.held_seconds, self.batch)
        by_process: dict[str, list[HeldJob]] = {}
        for held in batch:
            by_process.setdefault(held.job.process, []).append(held)
        await asyncio.gather(*map(self._in_order, by_process.values()))
        return len(batch)

    async def _in_order(self, held: Sequence[HeldJob]) -> None:
        """What is about one process is done one after the other."""
        for one in held:
            await self._do(one)

    async def _do(self, held: HeldJob) -> None:
        try:
            await self.do(held)
        except CallboardError as error:
            facts = {"job": held.job.id, "process_id": held.job.process, "why": error.code}
            log.warning("a job was not done; it will be tried again", extra=facts)
        except Exception:
            log.exception("a job failed", extra={"job": held.job.id})

    async def _pause(self) -> float:
        """Seconds until there is something to do."""
        return self._until(await self.store.jobs.next_due(self.kind, self.service))

    def _until(self, due: str | None) -> float:
        if due is None:
            return POLL_SECONDS
        waiting = (from_text(due) - self.clock.now()).total_seconds()
        return min(max(waiting, 0.0), POLL_SECONDS)

    async def _sleep(self, seconds: float) -> None:
        """Sleep so long, or until somebody wakes it; then a moment more, for others do so too."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
                if not self._stopping:
                    await asyncio.sleep(GATHER_SECONDS)
