"""Bringing a database to the newest schema: each migration in one transaction, under a lock.

Theory: several nodes may start at once. The lock is a row of the register of migrations, which
whoever upgrades holds to the end; the others wait, and find nothing left to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import asyncpg

from callboard.ports.store import StoreError
from callboard.store.migrate import Migration, migrations, pending
from callboard.store.postgres.database import Database, told, transacting

__all__ = ["applied_migrations", "pending_migrations", "upgrade"]

_PLACE: Final = "on PostgreSQL"
_REGISTER: Final = """
CREATE TABLE IF NOT EXISTS migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL
)
"""
_HOLD: Final = "INSERT INTO migrations VALUES (0, 'lock', '') ON CONFLICT (number) DO NOTHING"
_LOCK: Final = "SELECT number FROM migrations WHERE number = 0 FOR UPDATE"
_APPLIED: Final = "SELECT number, checksum FROM migrations WHERE number > 0 ORDER BY number"
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


async def upgrade(
    database: Database, known: Sequence[Migration] = migrations("postgres")
) -> tuple[Migration, ...]:
    """Apply what is pending; which it was. Raises StoreError for a database of another program, or
    one that is newer than this, or that cannot be migrated; it is then as it was.
    """
    done: list[Migration] = []
    connection = await database.connect()  # Those of the pool give a statement little time.
    try:
        with told():
            async with transacting(connection):
                await _register(connection)
            while (migration := await _apply_next(connection, known)) is not None:
                done.append(migration)
    except asyncpg.PostgresError as error:
        raise StoreError(f"The database cannot be migrated: {error}.") from error
    finally:
        await connection.close()
    return tuple(done)


async def pending_migrations(
    database: Database, known: Sequence[Migration] = migrations("postgres")
) -> tuple[Migration, ...]:
    """What the database has not had. Raises StoreError as `upgrade` does."""
    async with database.connection() as connection:
        return pending(tuple(known), await applied_migrations(connection), _PLACE)


async def applied_migrations(connection: Any) -> dict[int, str]:
    """The checksums of the migrations that the database has had, by number. Raises StoreError for
    one of another program.
    """
    tables = {row[0] for row in await connection.fetch(_TABLES)}
    if not tables:
        return {}
    if "migrations" not in tables:
        raise StoreError("The database, or its schema, is another program's.")
    return {row[0]: row[1] for row in await connection.fetch(_APPLIED)}


async def _register(connection: Any) -> None:
    await applied_migrations(connection)
    with suppress(
        asyncpg.UniqueViolationError, asyncpg.DuplicateTableError
    ):  # Another node made it at this moment.
        async with transacting(connection):
            await connection.execute(_REGISTER)
    await connection.execute(_HOLD)


async def _apply_next(connection: Any, known: Sequence[Migration]) -> Migration | None:
    """Apply the next migration, and say which; None when there is none."""
    async with transacting(connection):
        await connection.execute("SET LOCAL lock_timeout = 0")
        await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        await connection.fetch(_LOCK)
        left = pending(tuple(known), await applied_migrations(connection), _PLACE)
        if not left:
            return None
        first = left[0]
        await connection.execute(first.text)
        await connection.execute(
            "INSERT INTO migrations VALUES ($1, $2, $3)", first.number, first.name, first.checksum
        )
        return first
