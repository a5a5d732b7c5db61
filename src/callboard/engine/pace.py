"""How often a process may have services told: one that goes in circles hurts no other.

Theory: a scenario may lead back to a state whose service then answers again, for ever. Nobody can
tell that from a process which has much to do, so it is not ended but slowed down: each process has
a store of messages that it may send at once, and it fills up again evenly.

Invariant: what is remembered is bounded; a process that is forgotten begins with a full store.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final, NamedTuple

__all__ = ["Pace"]

MOST: Final = 10_000
MINUTE: Final = 60.0


class _Left(NamedTuple):
    """What a process may still send."""

    messages: float
    at: float
    warned: float


class Pace:
    """Messages of each process, `per_minute` of them; 0: as many as it likes."""

    def __init__(self, per_minute: int, now: Callable[[], float] = monotonic) -> None:
        self._most = float(per_minute)
        self._now = now
        self._left: OrderedDict[str, _Left] = OrderedDict()

    def wait(self, process: str) -> float:
        """Seconds until a process may send one; at 0 it may now, and that counts."""
        if not self._most:
            return 0.0
        now = self._now()
        left = self._left.pop(process, _Left(self._most, now, -MINUTE))
        messages = min(self._most, left.messages + (now - left.at) * self._most / MINUTE)
        wait = 0.0 if messages >= 1 else (1 - messages) * MINUTE / self._most
        self._left[process] = _Left(messages if wait else messages - 1, now, left.warned)
        while len(self._left) > MOST:
            self._left.popitem(last=False)
        return wait

    def is_news(self, process: str) -> bool:
        """Whether that a process has to wait was not told in the last minute; now it is."""
        left, now = self._left[process], self._now()
        self._left[process] = left._replace(warned=now)
        return now - left.warned >= MINUTE
