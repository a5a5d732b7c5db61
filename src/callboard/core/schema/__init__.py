"""JSON Schema: its shorthands, its defaults, and checking values against it."""

from __future__ import annotations

from callboard.core.schema.defaults import default_of
from callboard.core.schema.shorthand import normalize_schema

__all__ = ["default_of", "normalize_schema"]
