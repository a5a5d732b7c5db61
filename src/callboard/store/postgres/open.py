"""Opening a PostgreSQL database by its URL."""

from __future__ import annotations

from typing import Final

from callboard.errors import UnavailableError
from callboard.ports.store import Store, StoreError
from callboard.store.config import PostgresConfig

__all__ = ["SCHEMES", "look_at_postgres", "open_postgres"]

SCHEMES: Final = ("postgresql://", "postgres://")
_DEFAULT: Final = PostgresConfig()
_EXTRA: Final = "PostgreSQL needs the extra: pip install 'callboard[postgres]'."


async def look_at_postgres(url: str, config: PostgresConfig = _DEFAULT) -> int:
    """How many migrations the next start will apply; nothing is changed. Raises StoreError when an
    engine could not use the database.
    """
    try:
        from callboard.store.postgres.store import PostgresStore
    except ImportError as error:
        raise StoreError(_EXTRA) from error
    store = PostgresStore(url, config)
    try:
        return await store.look()
    except UnavailableError as error:
        raise StoreError(f"The database on PostgreSQL cannot be opened. {error.message}") from error
    finally:
        await store.close()


async def open_postgres(url: str, config: PostgresConfig = _DEFAULT) -> Store:
    """The store on a PostgreSQL database; brought to the newest schema.

    Raises StoreError, without the URL, when the extra is not installed, nobody answers, or the
    database is no database of ours, is newer than this program, or does not keep what it promises.
    """
    try:
        from callboard.store.postgres.store import PostgresStore
    except ImportError as error:
        raise StoreError(_EXTRA) from error
    store = PostgresStore(url, config)
    try:
        await store.open()
    except UnavailableError as error:
        await store.close()
        raise StoreError(f"The database on PostgreSQL cannot be opened. {error.message}") from error
    except BaseException:
        await store.close()
        raise
    return store
