"""Schemas in a folder: `order.yaml` is `schema:order`, unless its `$id` says otherwise.

Theory: scenarios name a schema by `schema: order` or `$ref: schema:order`; what stands in the file
is brought to its normal form like the schemas in a scenario (specification: language, section
5.10). A folder is read as a whole, because its schemas may refer to each other.

Invariant: nobody ever sees a folder of which a part cannot be used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from callboard.core.scenario.text import load
from callboard.core.schema import compile_schema, normalize_schema
from callboard.core.values import Json
from callboard.errors import CallboardError, SchemaError, TextError

__all__ = ["SchemaFolder", "SchemaFolderError", "load_schemas"]

SUFFIXES: Final = (".yaml", ".yml", ".json")
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_Look: TypeAlias = "tuple[tuple[Path, int, int], ...]"


class SchemaFolderError(CallboardError):
    """A folder of schemas cannot be used."""

    code = "schemas"


def load_schemas(folder: Path) -> dict[str, Json]:
    """The schemas of a folder and those below it, by URI; none of a folder that does not exist.

    Raises `SchemaFolderError` for a file that cannot be read, for two schemas of one name, and for
    a schema that cannot be used: a reference to nothing, a pattern that is none.
    """
    schemas: dict[str, Json] = {}
    places: dict[str, Path] = {}
    for path in _files(folder):
        schema = _read(path)
        uri = _uri(schema, path.relative_to(folder))
        if uri in schemas:
            raise SchemaFolderError(f"{path}: {places[uri]} is the schema {uri!r} already.")
        schemas[uri], places[uri] = schema, path
    for uri, schema in schemas.items():
        problem = compile_schema(schema, resources=schemas).problem
        if problem is not None:
            at = f" at {problem.pointer}" if problem.pointer else ""
            raise SchemaFolderError(f"{places[uri]} cannot be used: {problem.message}{at}")
    return schemas


class SchemaFolder:
    """The schemas of a folder as they are now: calling it gives them, by URI.

    The files are looked at again when `every` seconds have gone by, and read when one of them has
    changed. Raises `SchemaFolderError` when it is made; later, when a change makes the folder
    unusable, the schemas stay as they were and `problem` says why.
    """

    def __init__(
        self, folder: Path, *, every: float = 1.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder = folder
        self.problem: SchemaFolderError | None = None
        self._every = every
        self._now = now
        self._looked = now()
        self._look = _look_at(folder)
        self._schemas = load_schemas(folder)

    def __call__(self) -> Mapping[str, Json]:
        """The schemas; the same object as long as nothing has changed."""
        now = self._now()
        if now - self._looked >= self._every:
            self._looked = now
            look = _look_at(self.folder)
            if look != self._look:
                self._look = look
                self._read_again()
        return self._schemas

    def _read_again(self) -> None:
        try:
            self._schemas = load_schemas(self.folder)
            self.problem = None
        except SchemaFolderError as error:
            self.problem = error


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())


def _look_at(folder: Path) -> _Look:
    """What changes whenever a file does."""
    stats = []
    for path in _files(folder):
        try:
            stat = path.stat()
        except OSError:
            continue
        stats.append((path, stat.st_mtime_ns, stat.st_size))
    return tuple(stats)


def _read(path: Path) -> Json:
    try:
        text = path.read_bytes()
        schema = load(text, format="json" if path.suffix == ".json" else "yaml")
        if isinstance(schema, dict):
            schema = {"$schema": DIALECT, **schema}
        return normalize_schema(schema)
    except (OSError, TextError, SchemaError) as error:
        raise SchemaFolderError(f"{path} cannot be used: {error}") from None


def _uri(schema: Json, path: Path) -> str:
    identity = schema.get("$id") if isinstance(schema, dict) else None
    return identity if isinstance(identity, str) else f"schema:{path.with_suffix('').as_posix()}"
