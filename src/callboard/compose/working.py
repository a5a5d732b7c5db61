"""The work that nobody asks for over HTTP: time-outs and notifications, while the engine runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from callboard.engine import Engine
from callboard.engine.dispatch import Dispatch
from callboard.ports.clock import Clock
from callboard.ports.store import Store

__all__ = ["working"]


@asynccontextmanager
async def working(
    engine: Engine, store: Store, clock: Clock, waits: Mapping[str, float]
) -> AsyncIterator[Dispatch]:
    """Do what is due; at the end, what is under way is finished, and nothing more is begun.
    `waits` says for each configured service how long it may take to answer, in seconds.
    """
    dispatch = Dispatch(store, clock, engine.timers, engine.delivery, waits)
    await dispatch.start()
    try:
        yield dispatch
    finally:
        await dispatch.stop()
