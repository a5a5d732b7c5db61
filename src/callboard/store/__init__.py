"""Where everything is kept: the store of `ports.store`, on a database.

Public: `open_store` takes the setting `database` and gives the store; `open_sqlite` does so for a
SQLite file, with its config.
"""

from __future__ import annotations

from callboard.store.config import SqliteConfig
from callboard.store.open import open_sqlite, open_store

__all__ = ["SqliteConfig", "open_sqlite", "open_store"]
