"""Waiting for each other, and trying again.

Theory: in one node a fair lock per process lets steps come one after the other, so they do not
work in vain. It is a courtesy: what makes a step safe is the version that its write is guarded by,
and between nodes there is nothing else. Whoever was too late reads again and tries again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from callboard.errors import ConflictError
from callboard.ports.store import StaleError

T = TypeVar("T")

_FIRST_PAUSE: Final = 0.001
_LONGEST_PAUSE: Final = 0.1


class Locks:
    """A lock for each name, as long as somebody holds or waits for it."""

    __slots__ = ("_locks",)

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def __call__(self, name: str) -> asyncio.Lock:
        """The lock of a name. Keep it until it is held: nothing else does."""
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        return lock


async def retried(attempts: int, attempt: Callable[[], Awaitable[T]]) -> T:
    """What `attempt` gives; again when the process was changed by somebody else meanwhile.

    Raises ConflictError when that happened `attempts` times.
    """
    for count in range(attempts):
        try:
            return await attempt()
        except StaleError:
            await asyncio.sleep(pause(count))
    raise ConflictError("Others change this process all the time. Try again.", code="busy")


def pause(count: int) -> float:
    """Seconds to wait before trying again, after so many failures before this one.

    >>> pause(0), pause(2), pause(1000)
    (0.001, 0.004, 0.1)
    """
    return min(_FIRST_PAUSE * 2.0 ** min(count, 30), _LONGEST_PAUSE)
