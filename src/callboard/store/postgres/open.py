"""Opening a PostgreSQL database by its URL."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from callboard.errors import UnavailableError
from callboard.ports.store import Store, StoreError
from callboard.store.config import PostgresConfig
from callboard.telemetry import SILENT, Telemetry

if TYPE_CHECKING:
    from callboard.store.postgres.database import Database
    from callboard.store.postgres.store import PostgresStore

__all__ = ["SCHEMES", "connected", "look_at_postgres", "open_postgres"]

log: Final = logging.getLogger("callboard.store")

SCHEMES: Final = ("postgresql://", "postgres://")
_DEFAULT: Final = PostgresConfig()
LATER: Final = 0.5
"""How long to wait before a database is asked again that is not there yet, in seconds."""
_EXTRA: Final = "PostgreSQL needs the extra: pip install 'callboard[postgres]'."


async def look_at_postgres(url: str, config: PostgresConfig = _DEFAULT) -> int:
    """How many migrations the next start will apply; nothing is changed. Raises StoreError when an
    engine could not use the database.
    """
    try:
        async with connected(url, config) as database:
            from callboard.store.postgres.upgrade import pending_migrations

            return len(await pending_migrations(database))
    except UnavailableError as error:
        raise StoreError(f"The database on PostgreSQL cannot be opened. {error.message}") from error


@asynccontextmanager
async def connected(url: str, config: PostgresConfig = _DEFAULT) -> AsyncIterator[Database]:
    """Connections to a database that nothing is done to. Raises StoreError when it is refused, and
    `UnavailableError`.
    """
    try:
        from callboard.store.postgres.database import Database
    except ImportError as error:
        raise StoreError(_EXTRA) from error
    database = Database(url, config)
    try:
        await database.enter()
        yield database
    finally:
        await database.close()


async def open_postgres(
    url: str,
    config: PostgresConfig = _DEFAULT,
    telemetry: Telemetry = SILENT,
    *,
    migrate: bool = True,
) -> Store:
    """The store on a PostgreSQL database; brought to the newest schema, or refused where it is not
    and `migrate` is off. One that is not there yet is waited for.

    Raises StoreError, without the URL, when the extra is not installed, nobody answers, or the
    database is no database of ours, is newer than this program, or does not keep what it promises.
    """
    store = _made(url, config, telemetry)
    try:
        await _when_there(partial(store.open, migrate=migrate), config.start_seconds)
    except UnavailableError as error:
        await store.close()
        raise StoreError(f"The database on PostgreSQL cannot be opened. {error.message}") from error
    except BaseException:
        await store.close()
        raise
    return store


async def _when_there(begin: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Begin, for so long again and again while the database is not there."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        try:
            return await begin()
        except UnavailableError as error:
            if loop.time() >= end:
                raise
            log.warning("the database is waited for", extra={"why": error.message})
        await asyncio.sleep(LATER)


def _made(url: str, config: PostgresConfig, telemetry: Telemetry = SILENT) -> PostgresStore:
    try:
        from callboard.store.postgres.distributed import DistributedStore
        from callboard.store.postgres.store import PostgresStore
    except ImportError as error:
        raise StoreError(_EXTRA) from error
    kind = DistributedStore if config.distributed else PostgresStore
    return kind(url, config, telemetry)
