"""How a SQLite database is; nothing is made or changed, and an engine that has it goes on."""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from callboard.ports.store import StoreError
from callboard.store.config import SqliteConfig
from callboard.store.migrate import COUNTED, migrations
from callboard.store.queries import queries
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.upgrade import pending_migrations
from callboard.store.state import DatabaseState

__all__ = ["is_in_use", "look_at_sqlite"]

_STATE: Final = queries("sqlite", "state")["state"]


def look_at_sqlite(path: Path, config: SqliteConfig) -> DatabaseState:
    """How the database is. Raises StoreError for one that an engine could not use."""
    known = migrations("sqlite")
    left, counts, exists = known, None, path.exists()
    if exists:
        with closing(connect(path, wait=config.wait_seconds, makes=False)) as connection:
            try:
                left = pending_migrations(connection, path)
                if not left:
                    counts = dict(zip(COUNTED, connection.execute(_STATE).fetchone(), strict=True))
            except sqlite3.Error as error:
                raise StoreError(f"The database {path} cannot be read: {error}.") from error
    log = path.with_name(path.name + "-wal")
    return DatabaseState(
        kind="sqlite",
        place=str(path),
        exists=exists,
        version=f"SQLite {sqlite3.sqlite_version}",
        schema=len(known) - len(left),
        newest=len(known),
        pending=tuple(migration.title for migration in left),
        in_use=is_in_use(path),
        file_bytes=path.stat().st_size if exists else 0,
        log_bytes=log.stat().st_size if log.exists() else 0,
        counts=counts,
    )


def is_in_use(path: Path) -> bool:
    """Whether an engine, or another program of ours, has the file."""
    lock = path.with_name(path.name + ".lock")
    if not lock.exists():
        return False
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
