"""Where the schemas come from that scenarios refer to."""

from __future__ import annotations

from callboard.schemas.directory import SchemaFolderError, load_schemas

__all__ = ["SchemaFolderError", "load_schemas"]
