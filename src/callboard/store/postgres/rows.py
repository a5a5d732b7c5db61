"""A database on PostgreSQL as rows of one moment, and an empty one that is filled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg

from callboard.ports.store import StoreError
from callboard.store.export import TABLES
from callboard.store.migrate import refuse_old
from callboard.store.postgres.database import Database, told
from callboard.store.postgres.upgrade import pending_migrations, upgrade
from callboard.store.queries import queries
from callboard.store.rows import Row
from callboard.store.text import from_text

__all__ = ["PostgresLoading", "PostgresRows", "fill_database", "rows_of_database"]

_FETCHED: Final = 200
_IMPORT: Final = queries("postgres", "import")
_REFUSED: Final = TABLES["jobs"].index("refused")
_SERVICE: Final = TABLES["jobs"].index("service")
_CHECKS: Final = (
    *("constraints", "strays", "buried", "places", "states"),
    *("ended_tasks", "ended_timers", "waiting", "counters"),
)
_LIMITS: Final = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
_PREVIOUS: Final = ("events", "old_events")


class PostgresRows:
    """A connection in a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    checks = _CHECKS

    async def read(self, file: str, query: str) -> AsyncIterator[Sequence[Row]]:
        """The rows of a named query, some at a time. Raises StoreError."""
        try:
            cursor = await self._connection.cursor(queries("postgres", file)[query])
            while rows := await cursor.fetch(_FETCHED):
                yield [tuple(row) for row in rows]
        except asyncpg.PostgresError as error:
            raise StoreError(f"It cannot be read: {error}.") from error

    async def faults(self) -> Sequence[str]:
        """Nothing: pages and indexes are for `pg_amcheck` and checksums to check."""
        return ()


class PostgresLoading(PostgresRows):
    """A connection to an empty database, in a transaction."""

    async def load(self, table: str, rows: Sequence[Row]) -> None:
        """Write some rows of a table. Raises `ValueError`."""
        columns = list(TABLES[table])
        if table in _PREVIOUS:
            columns.append("previous")
        elif table == "processes":
            columns += ["state", "running"]
            rows = [(*row, *_resting(row[-1])) for row in rows]
        elif table == "jobs":
            rows = [_job(row) for row in rows]
        try:
            await self._connection.copy_records_to_table(table, records=rows, columns=columns)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            raise ValueError(str(error)) from error

    async def finish(self) -> None:
        """All rows are there: count, and let the planner know them."""
        await self._connection.execute(_IMPORT["counts"])
        for table in TABLES:
            await self._connection.execute(f"ANALYZE {table}")


@asynccontextmanager
async def rows_of_database(database: Database) -> AsyncIterator[PostgresRows]:
    """The database as it is now, also while engines write. Raises StoreError."""
    _refuse_spread(database)
    refuse_old(await pending_migrations(database), "on PostgreSQL")
    async with _transaction(database, isolation="repeatable_read", readonly=True) as connection:
        yield PostgresRows(connection)


@asynccontextmanager
async def fill_database(database: Database) -> AsyncIterator[PostgresLoading]:
    """The database, of the newest schema, to be filled: at the end all is committed, after an error
    nothing is. Raises StoreError.
    """
    _refuse_spread(database)
    await upgrade(database)
    async with _transaction(database) as connection:
        await connection.fetch(_IMPORT["lock"])
        yield PostgresLoading(connection)


@asynccontextmanager
async def _transaction(database: Database, **options: Any) -> AsyncIterator[Any]:
    """A connection in a transaction that may take its time."""
    connection = await database.connect()
    try:
        with told():
            async with connection.transaction(**options):
                for limit in _LIMITS:
                    await connection.execute(f"SET LOCAL {limit} = 0")
                yield connection
    except asyncpg.PostgresError as error:
        raise StoreError(f"The database on PostgreSQL cannot be used: {error}.") from error
    finally:
        await connection.close()


def _refuse_spread(database: Database) -> None:
    if database.config.distributed:
        raise StoreError(
            "A database that is spread over machines has no rows of one moment. Import before the "
            "layout, with postgres.distributed empty; for copies use what the database has itself."
        )


def _resting(document: str) -> tuple[str, bool]:
    """State of a process, and whether it runs."""
    try:
        told = from_text(document)
        return str(told["current"]["key"]), bool(told.get("isRunning", True))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("a document is no process") from None


def _job(row: Row) -> Row:
    values = list(row)
    values[_REFUSED] = bool(values[_REFUSED])
    values[_SERVICE] = values[_SERVICE] or ""
    return tuple(values)
