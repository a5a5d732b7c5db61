"""Saying that a schema cannot be used."""

from __future__ import annotations

from callboard.errors import SchemaError


def schema_problem(message: str, place: str | None = None) -> SchemaError:
    """A SchemaError whose text names the place, a JSON Pointer in the schema, unless at its top."""
    error = SchemaError(f"{message} (at {place})" if place else message)
    error.pointer = place
    return error
