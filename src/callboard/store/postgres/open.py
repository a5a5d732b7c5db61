"""Opening a PostgreSQL database by its URL."""

from __future__ import annotations

from typing import Final

from callboard.errors import UnavailableError
from callboard.ports.store import Store, StoreError
from callboard.store.config import PostgresConfig

__all__ = ["SCHEMES", "open_postgres"]

SCHEMES: Final = ("postgresql://", "postgres://")
_DEFAULT: Final = PostgresConfig()


async def open_postgres(url: str, config: PostgresConfig = _DEFAULT) -> Store:
    """The store on a PostgreSQL database; brought to the newest schema.

    Raises StoreError, without the URL, when the extra is not installed, nobody answers, or the
    database is no database of ours, is newer than this program, or does not keep what it promises.
    """
    try:
        from callboard.store.postgres.store import PostgresStore
    except ImportError as error:
        raise StoreError(
            "PostgreSQL needs the extra: pip install 'callboard[postgres]'."
        ) from error
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
