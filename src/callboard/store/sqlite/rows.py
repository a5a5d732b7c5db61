"""A SQLite file as rows of one moment, and an empty one that is filled."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from callboard.ports.store import StoreError
from callboard.store.config import SqliteConfig
from callboard.store.migrate import refuse_old
from callboard.store.queries import queries
from callboard.store.rows import Row
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.ownership import Ownership, refuse_network
from callboard.store.sqlite.upgrade import pending_migrations, upgrade

__all__ = ["SqliteLoading", "SqliteRows", "fill_file", "rows_of_file"]

_FETCHED: Final = 200
_CACHE_KIB: Final = 65_536
_IMPORT: Final = queries("sqlite", "import")
_CHECKS: Final = (
    *("strays", "buried", "places", "ended_tasks", "ended_timers", "waiting", "counters"),
)
_NAMED: Final = ("participants", "tasks")
"""Tables whose rows name principals, which have a table of their own."""


class SqliteRows:
    """A connection in a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    checks = _CHECKS

    async def read(self, file: str, query: str) -> AsyncIterator[Sequence[Row]]:
        """The rows of a named query, some at a time. Raises StoreError."""
        with (
            _unreadable(),
            closing(self._connection.execute(queries("sqlite", file)[query])) as cursor,
        ):
            while rows := cursor.fetchmany(_FETCHED):
                yield rows
                await asyncio.sleep(0)

    async def faults(self) -> Sequence[str]:
        """What SQLite finds wrong in pages, indexes and references. Raises StoreError."""
        with _unreadable():
            found = self._connection.execute("PRAGMA integrity_check(100)").fetchall()
            broken = self._connection.execute("PRAGMA foreign_key_check").fetchmany(100)
        told = [text for (text,) in found if text != "ok"]
        return told + [f"A row of {table} means a row of {other} that is not there."
                       for table, _, other, _ in broken]  # fmt: skip


class SqliteLoading(SqliteRows):
    """The connection of an empty file, in a transaction."""

    async def load(self, table: str, rows: Sequence[Row]) -> None:
        """Write some rows of a table. Raises `ValueError`."""
        try:
            if table in _NAMED:
                self._connection.executemany(_IMPORT["principals"], [(row[1],) for row in rows])
            self._connection.executemany(_IMPORT[table], rows)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, OverflowError) as error:
            raise ValueError(str(error)) from error

    async def finish(self) -> None:
        """All rows are there: count."""
        self._connection.execute(_IMPORT["counts"])


@contextmanager
def rows_of_file(path: Path, config: SqliteConfig) -> Iterator[SqliteRows]:
    """The file as it is now, also while an engine writes. Raises StoreError."""
    if not path.exists():
        raise StoreError(f"There is no database {path}.")
    with _told(path), closing(connect(path, wait=config.wait_seconds, makes=False)) as connection:
        connection.execute("PRAGMA temp_store = FILE")  # What has to be sorted may be long.
        connection.execute("BEGIN")
        refuse_old(pending_migrations(connection, path), str(path))
        yield SqliteRows(connection)


@contextmanager
def fill_file(path: Path, config: SqliteConfig) -> Iterator[SqliteLoading]:
    """The file, of the newest schema and nobody else's, to be filled: at the end all is committed,
    after an error nothing is. Raises StoreError.
    """
    refuse_network(path)
    owner = Ownership(path)
    try:
        with (
            _told(path),
            closing(connect(path, wait=config.wait_seconds, writes=True)) as connection,
        ):
            upgrade(connection, path)
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute("PRAGMA temp_store = FILE")
            connection.execute("BEGIN IMMEDIATE")
            yield SqliteLoading(connection)
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        owner.release()


@contextmanager
def _unreadable() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"It cannot be read: {error}.") from error


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"The database {path} cannot be used: {error}.") from error
