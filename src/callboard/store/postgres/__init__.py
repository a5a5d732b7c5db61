"""The store on PostgreSQL. Public: `open_postgres`."""

from __future__ import annotations

from callboard.store.postgres.open import open_postgres

__all__ = ["open_postgres"]
