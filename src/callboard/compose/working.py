"""The work that nobody asks for over HTTP: time-outs, for as long as the engine runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from callboard.engine import Engine
from callboard.engine.worker import Worker
from callboard.ports.clock import Clock
from callboard.ports.store import Store

__all__ = ["working"]

LAST_SECONDS: Final = 10.0
"""How long jobs under way may take to end."""


@asynccontextmanager
async def working(engine: Engine, store: Store, clock: Clock) -> AsyncIterator[Worker]:
    """Do what is due; at the end, what is under way is finished, and nothing more is begun."""
    await store.jobs.free()
    worker = Worker(store, clock, "timer", engine.timers.fire)
    running = asyncio.create_task(worker.run(), name="callboard-timers")
    try:
        yield worker
    finally:
        worker.stop()
        with suppress(asyncio.TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(running, LAST_SECONDS)
