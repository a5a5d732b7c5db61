"""Links between processes on PostgreSQL."""

from __future__ import annotations

from typing import Final

from callboard.ports.links import LinkRecord
from callboard.store import links
from callboard.store.postgres.database import Database
from callboard.store.queries import queries

_LINKS: Final = queries("postgres", "links")


class PostgresLinks:
    """The links of `ports.links`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, job: str) -> LinkRecord | None:
        """What was done for a notification."""
        return await self._one("get", job)

    async def started(self, process_id: str) -> LinkRecord | None:
        """How a process was started."""
        return await self._one("started", process_id)

    async def of_event(self, event: str) -> LinkRecord | None:
        """The link of an event that came of one."""
        return await self._one("of_event", event)

    async def count(self, root: str, since: str, most: int) -> int:
        """How many a family has got since some time."""
        (count,) = await self._database.row(_LINKS["count"], root, since, most)
        return int(count)

    async def _one(self, query: str, value: str) -> LinkRecord | None:
        row = await self._database.row(_LINKS[query], value)
        return links.record(tuple(row)) if row else None
