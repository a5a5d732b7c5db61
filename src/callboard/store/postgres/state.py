"""How a database on PostgreSQL is; nothing is made or changed."""

from __future__ import annotations

from typing import Final

from callboard.store.migrate import COUNTED, migrations
from callboard.store.postgres.database import Database
from callboard.store.postgres.upgrade import pending_migrations
from callboard.store.queries import queries
from callboard.store.state import DatabaseState

__all__ = ["look_at_server"]

_STATE: Final = queries("postgres", "state")
_FIGURES: Final = queries("postgres", "figures")


async def look_at_server(database: Database, place: str) -> DatabaseState:
    """How the database is. Raises StoreError for one that an engine could not use."""
    known = migrations("postgres")
    left = await pending_migrations(database)
    version, size = await database.row(_STATE["server"])
    counts = None
    if not left:
        counts = dict(zip(COUNTED, await database.row(_STATE["state"]), strict=True))
    return DatabaseState(
        kind="postgresql",
        place=place,
        exists=True,
        version=f"PostgreSQL {version}",
        schema=len(known) - len(left),
        newest=len(known),
        pending=tuple(migration.title for migration in left),
        file_bytes=size,
        counts=counts,
    )
