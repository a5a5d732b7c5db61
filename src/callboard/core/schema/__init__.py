"""JSON Schema: its shorthands, its defaults, and checking values against it."""

from __future__ import annotations

from callboard.core.schema.check import Checker, compile_schema
from callboard.core.schema.defaults import default_of
from callboard.core.schema.formats import FORMAT_NAMES
from callboard.core.schema.shorthand import normalize_schema

__all__ = ["FORMAT_NAMES", "Checker", "compile_schema", "default_of", "normalize_schema"]
