"""Schemas from outside a scenario: those in a folder, which scenarios name, and those of the
formats of our documents, which we publish.
"""

from __future__ import annotations

from callboard.schemas.directory import SchemaFolder, SchemaFolderError, load_schemas
from callboard.schemas.published import FORMAT_BASE, FORMATS, bundled, published

__all__ = [
    "FORMATS",
    "FORMAT_BASE",
    "SchemaFolder",
    "SchemaFolderError",
    "bundled",
    "load_schemas",
    "published",
]
