"""What is counted over all nodes (engine.allowance says what for).

Theory: one number for each: when all is allowed again. It is of the database's clock, which all
nodes share. A row that lies in the past means as much as none, so whoever wrote it removes it.

Invariants: what is remembered here is bounded. Who it was cannot be read from the table.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from typing import Any, Final

from callboard.store.postgres.database import Database
from callboard.store.queries import queries

_SQL: Final = queries("postgres", "rates")
_REMEMBERED: Final = 20_000
_REMOVED: Final = 2
"""So many old rows are removed with each that is written."""
_LATER: Final = 60.0
"""Seconds for which a row is left that says nothing any more."""


class PostgresRates:
    """The counters of `ports.store`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mine: OrderedDict[str, float] = OrderedDict()

    async def spend(self, who: str, seconds: float, age: float) -> float:
        """Count it; seconds until all is allowed again."""
        key = sha256(who.encode()).hexdigest()[:32]

        async def count(connection: Any) -> tuple[float, float]:
            now: float = await connection.fetchval(_SQL["now"])
            full: float = await connection.fetchval(_SQL["spend"], key, now - age, seconds)
            return full, now

        full, now = await self._database.transaction(count)
        await self._remove(now)
        self._mine[key] = full
        self._mine.move_to_end(key)
        if len(self._mine) > _REMEMBERED:
            self._mine.popitem(last=False)
        return full - now

    async def _remove(self, now: float) -> None:
        for _ in range(_REMOVED):
            if not self._mine or next(iter(self._mine.values())) > now - _LATER:
                return
            key, _full = self._mine.popitem(last=False)
            await self._database.execute(_SQL["forget"], key, now)
