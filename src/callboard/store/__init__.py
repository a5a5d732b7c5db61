"""Where everything is kept: the store of `ports.store`, on a database.

Public: `open_sqlite` and `open_postgres` take what the setting `database` says, and their config,
and give the store; `check_url` says whether it can be that, and `without_password` how it may be
shown.
"""

from __future__ import annotations

from callboard.store.config import PostgresConfig, SqliteConfig
from callboard.store.open import check_url, open_sqlite, without_password
from callboard.store.postgres import SCHEMES as POSTGRES
from callboard.store.postgres import look_at_postgres, open_postgres

__all__ = [
    "POSTGRES",
    "PostgresConfig",
    "SqliteConfig",
    "check_url",
    "look_at_postgres",
    "open_postgres",
    "open_sqlite",
    "without_password",
]
