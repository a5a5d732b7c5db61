"""The store on PostgreSQL. Public: `open_postgres`; `look_at_postgres` changes nothing."""

from __future__ import annotations

from callboard.store.postgres.open import SCHEMES, look_at_postgres, open_postgres

__all__ = ["SCHEMES", "look_at_postgres", "open_postgres"]
