"""Waiting for each other, and trying again.

Theory: in one node a fair lock per process lets steps come one after the other, so they do not
work in vain. It is a courtesy: what makes a step safe is the version that its write is guarded by,
and between nodes there is nothing else. Whoever was too late reads again and tries again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from callboard.errors import ConflictError
from callboard.ports.store import StaleError

T = TypeVar("T")

_FIRST_PAUSE: Final = 0.001
_LONGEST_PAUSE: Final = 0.1


class Turns:
    """Lets those who name the same thing go on one after the other, in the order they came.

    Either by `async with turns.of(name)`, or where every call counts: `take` the turn or, when it
    is not free, `wait` for it, and `leave` it in the end. What nobody wants is forgotten.
    """

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    def take(self, name: str) -> bool:
        """Take the turn if nobody has it; whether that was so."""
        if name in self._waiting:
            return False
        self._waiting[name] = deque()
        return True

    async def wait(self, name: str) -> None:
        """Wait for the turn that somebody has, behind all who wait already; then have it."""
        mine = asyncio.get_running_loop().create_future()
        self._waiting[name].append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                # It was given the turn at the moment it gave up.
                self.leave(name)
            raise

    def leave(self, name: str) -> None:
        """Give the turn to the next who still waits."""
        others = self._waiting[name]
        while others:
            following = others.popleft()
            if not following.done():
                following.set_result(None)
                return
        del self._waiting[name]

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Have the turn within a block."""
        if not self.take(name):
            await self.wait(name)
        try:
            yield
        finally:
            self.leave(name)


def matches(wanted: Collection[str] | None, head: str) -> bool:
    """Whether a process with this head is as a condition says; without a condition it is."""
    return wanted is None or head in wanted or "*" in wanted


async def retried(attempts: int, attempt: Callable[[], Awaitable[T]]) -> T:
    """What `attempt` gives, for one that found the process changed by somebody else; again when
    that happens again. Raises ConflictError when it happened `attempts` times.
    """
    for count in range(attempts):
        await asyncio.sleep(pause(count))
        try:
            return await attempt()
        except StaleError:
            continue
    raise ConflictError("Others change this process all the time. Try again.", code="busy")


def pause(count: int) -> float:
    """Seconds to wait before trying again, after so many failures before this one.

    >>> pause(0), pause(2), pause(1000)
    (0.001, 0.004, 0.1)
    """
    return min(_FIRST_PAUSE * 2.0 ** min(count, 30), _LONGEST_PAUSE)
