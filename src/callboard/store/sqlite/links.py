"""Links between processes of one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from callboard.ports.links import LinkRecord
from callboard.store import links
from callboard.store.queries import queries
from callboard.store.sqlite.bulk import insert
from callboard.store.sqlite.readers import Readers

_LINKS: Final = queries("sqlite", "links")


class SqliteLinks:
    """The links of `ports.links`, over a reader."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def get(self, job: str) -> LinkRecord | None:
        """What was done for a notification."""
        return self._one("get", job)

    async def started(self, process_id: str) -> LinkRecord | None:
        """How a process was started."""
        return self._one("started", process_id)

    async def of_event(self, event: str) -> LinkRecord | None:
        """The link of an event that came of one."""
        return self._one("of_event", event)

    async def count(self, root: str, since: str, most: int) -> int:
        """How many a family has got since some time."""
        row = self._readers.row(_LINKS["count"], (root, since, most))
        return int(row[0]) if row else 0

    def _one(self, query: str, value: str) -> LinkRecord | None:
        row = self._readers.row(_LINKS[query], (value,))
        return links.record(row) if row else None


def is_done(connection: sqlite3.Connection, job: str) -> bool:
    """Whether a notification has a link already."""
    return connection.execute(_LINKS["get"], (job,)).fetchone() is not None


def add(connection: sqlite3.Connection, records: Sequence[LinkRecord]) -> None:
    """Keep new ones."""
    insert(connection, _LINKS["add"], [links.columns(record) for record in records])
