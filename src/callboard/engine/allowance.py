"""So much a minute for each, whoever counts: one engine by itself, or several together.

Theory: a bucket that holds a minute's worth and fills evenly, kept as one number: the time at which
it will be full again (the generic cell rate algorithm). Whatever is spent moves that time on by its
share of a minute; when it lies more than a minute ahead it is one too many.

Where several engines count, that number is in the database, and each has a copy. Asking for every
request would cost more than many requests do; so an engine counts by itself, and tells the database
after each `1 / PARTS` of the allowance what was spent, and since when. Then it learns what others
have told. Who asks seldom costs nothing at all.

Invariants: nobody is refused before a minute's worth was spent. With n engines at most
`1 + n / PARTS` of the allowance is let through, for each may hold one part that it has not told.
While the database is away each counts by itself. The memory is bounded; what is forgotten first is
what was not seen for longest.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from callboard.errors import UnavailableError
from callboard.ports.store import RateStore

__all__ = ["MINUTE", "PARTS", "Allowance"]

MINUTE: Final = 60.0
PARTS: Final = 20
REMEMBERED: Final = 20_000


@dataclass(slots=True)
class _Count:
    """What is known of somebody."""

    full: float
    """When all is allowed again."""
    untold: int = 0
    """What others do not know of yet."""
    since: float = 0.0
    """When the first of that was spent."""


class Allowance:
    """Counts what each spends. With 0 a minute nothing is counted and nothing refused."""

    def __init__(
        self,
        per_minute: int,
        what: str = "",
        shared: RateStore | None = None,
        *,
        clock: Callable[[], float] = monotonic,
        remembered: int = REMEMBERED,
    ) -> None:
        """`what` tells counters of different things apart, where `shared` has them all; `clock`
        gives seconds that only grow.
        """
        self._share = MINUTE / per_minute if per_minute else 0.0
        self._part = max(1, per_minute // PARTS)
        self._what, self._shared = what, shared
        self._clock, self._remembered = clock, remembered
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def spend(self, who: str) -> float:
        """Seconds until one more is allowed; at 0 it is now, and that counts."""
        if not self._share:
            return 0.0
        now = self._clock()
        count = self._counts.get(who)
        if count is None:
            count = self._counts[who] = _Count(now)
            if len(self._counts) > self._remembered:
                self._counts.popitem(last=False)
        full = max(count.full, now) + self._share
        if full - now > MINUTE:
            return full - now - MINUTE
        count.full = full
        self._counts.move_to_end(who)
        if self._shared is not None:
            count.since = count.since if count.untold else now
            count.untold += 1
        return 0.0

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._counts)

    async def settle(self, who: str) -> None:
        """Tell others what was spent, where that is due, and learn what they have told."""
        count = self._counts.get(who)
        if self._shared is None or count is None or count.untold < self._part:
            return
        told, age = count.untold, self._clock() - count.since
        count.untold = 0
        try:
            left = await self._shared.spend(f"{self._what} {who}", told * self._share, age)
        except UnavailableError:
            return
        count.full = self._clock() + left + count.untold * self._share
