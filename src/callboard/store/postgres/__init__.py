"""The store on PostgreSQL. Public: `open_postgres`."""

from __future__ import annotations

from callboard.store.postgres.open import SCHEMES, open_postgres

__all__ = ["SCHEMES", "open_postgres"]
