"""The ways by which messages come: one small class each, which anybody can add to."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from callboard.worker.desk import Desk

__all__ = ["LONGEST_PAUSE", "Way", "backoff", "happens"]

LONGEST: Final = 300.0
LONGEST_PAUSE: Final = 5.0
"""The longest pause between two tries to reach a broker."""


class Way(Protocol):
    """Where messages come from."""

    async def receive(self, desk: Desk, stop: asyncio.Event) -> None:
        """Let the desk handle what comes, and carry the answers back, until `stop` is set. Then
        take nothing more, finish what is under way, and return. Raises what it cannot begin with.
        """
        ...


def backoff(failures: int, after: float = 0.0) -> float:
    """Seconds until a message is tried again, where the way has to say it; `failures` from 1.

    >>> backoff(1), backoff(3), backoff(1, after=60.0), backoff(99)
    (1.0, 9.0, 60.0, 300.0)
    """
    return max(after, min(LONGEST, 3.0 ** min(failures - 1, 10)))


async def happens(event: asyncio.Event, seconds: float) -> bool:
    """Whether an event is set within so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
