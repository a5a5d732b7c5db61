"""Schemas in a folder: `order.yaml` is `schema:order`, unless its `$id` says otherwise.

Theory: scenarios name a schema by `schema: order`; what stands in the file is brought to its normal
form like the schemas in a scenario (specification: language, details 10).

Invariant: what is wrong with any file is said before the engine starts, never while it runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from callboard.core.scenario.text import load
from callboard.core.schema import normalize_schema
from callboard.core.values import Json
from callboard.errors import CallboardError, SchemaError, TextError

__all__ = ["SchemaFolderError", "load_schemas"]

SUFFIXES: Final = (".yaml", ".yml", ".json")
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class SchemaFolderError(CallboardError):
    """A folder of schemas cannot be used."""

    code = "schemas"


def load_schemas(folder: Path) -> dict[str, Json]:
    """The schemas of a folder and those below it, by name; none of a folder that does not exist.

    Raises `SchemaFolderError` for a file that cannot be read and for two schemas of one name.
    """
    schemas: dict[str, Json] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in SUFFIXES or not path.is_file():
            continue
        schema = _read(path)
        name = _name(schema, path.relative_to(folder))
        if name in schemas:
            raise SchemaFolderError(f"{path}: there is another schema {name!r}.")
        schemas[name] = schema
    return schemas


def _read(path: Path) -> Json:
    try:
        text = path.read_bytes()
        schema = load(text, format="json" if path.suffix == ".json" else "yaml")
        if isinstance(schema, dict):
            schema = {"$schema": DIALECT, **schema}
        return normalize_schema(schema)
    except (OSError, TextError, SchemaError) as error:
        raise SchemaFolderError(f"{path} cannot be used: {error}") from None


def _name(schema: Json, path: Path) -> str:
    identity = schema.get("$id") if isinstance(schema, dict) else None
    return identity if isinstance(identity, str) else f"schema:{path.with_suffix('').as_posix()}"
