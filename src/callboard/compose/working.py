"""The work that nobody asks for over HTTP: time-outs, notifications, checkpoints."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from callboard.engine import Engine
from callboard.engine.dispatch import Dispatch
from callboard.engine.listening import Listening
from callboard.engine.sealing import Sealing
from callboard.ports.clock import Clock
from callboard.ports.store import Store
from callboard.ports.transport import Listener

__all__ = ["working"]


@asynccontextmanager
async def working(
    engine: Engine,
    store: Store,
    clock: Clock,
    waits: Mapping[str, float],
    listeners: Mapping[str, Listener],
    sealing: Sealing,
) -> AsyncIterator[Dispatch]:
    """Do what is due, and hear what services answer later; at the end, what is under way is
    finished, and nothing more is begun. `waits` says for each configured service how long it may
    take to answer, in seconds; `listeners` who hears it, where that may be later;
    `sealing` signs what has ended.
    """
    dispatch = Dispatch(store, clock, engine.timers, engine.delivery, waits)
    await dispatch.start()
    listening = Listening(engine.replies, listeners)
    listening.start()
    sealing.start()
    try:
        yield dispatch
    finally:
        await sealing.stop()
        await listening.stop()
        await dispatch.stop()
