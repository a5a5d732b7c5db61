"""How often a process may have services told: one that goes in circles hurts no other.

Theory: a scenario may lead back to a state whose service then answers again, for ever. Nobody can
tell that from a process which has much to do, so it is not ended but slowed down: each process has
a store of messages that it may send at once, and it fills up again evenly (`engine.allowance`).

Invariant: what is remembered is bounded; a process that is forgotten begins with a full store.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Final

from callboard.engine.allowance import MINUTE, Allowance
from callboard.ports.store import RateStore

__all__ = ["Pace"]

MOST: Final = 10_000


class Pace:
    """Messages of each process, `per_minute` of them; 0: as many as it likes."""

    def __init__(
        self,
        per_minute: int,
        now: Callable[[], float] = monotonic,
        shared: RateStore | None = None,
    ) -> None:
        """`shared` is where several engines count together."""
        self._now = now
        self._left = Allowance(per_minute, "process", shared, clock=now, remembered=MOST)
        self._warned: OrderedDict[str, float] = OrderedDict()

    def wait(self, process: str) -> float:
        """Seconds until a process may send one; at 0 it may now, and that counts."""
        return self._left.spend(process)

    async def settle(self, process: str) -> None:
        """Let other engines know, where that is due."""
        await self._left.settle(process)

    def is_news(self, process: str) -> bool:
        """Whether that a process has to wait was not told in the last minute; now it is."""
        now = self._now()
        before = self._warned.pop(process, now - MINUTE)
        self._warned[process] = now
        while len(self._warned) > MOST:
            self._warned.popitem(last=False)
        return now - before >= MINUTE
