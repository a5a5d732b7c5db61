"""What can stand at a path of a schema or of a value.

A place is called impossible only when it can never hold anything: the property of a closed object
that does not list it, or a property of a text. Everything else is unknown, or a schema to go on
with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from callboard.core.scenario.lint.reading import Any, ReadPath
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.schema.references import resolve_local
from callboard.core.values import Absent, Json, JsonObject

_REFERENCES: Final = 32


@dataclass(frozen=True, slots=True)
class Impossible:
    """The step of a path (by its index) that leads nowhere, and the names that would not."""

    index: int
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema as part of the document that its references are about."""

    schema: Json
    root: Json


Next: TypeAlias = "Shape | tuple[str, ...] | None"
"""What a step leads to: a shape, the names that it could have been instead, or the unknown."""


class Shapes:
    """Follows paths through schemas. `resources` are those that `$ref` may name, by URI."""

    def __init__(self, resources: Mapping[str, Json]) -> None:
        self.resources = resources

    def impossible(self, schema: Json, path: ReadPath, start: int) -> Impossible | None:
        """The first step from `start` on that the schema of what stands before it rules out."""
        shape = Shape(schema, schema)
        for index in range(start, len(path)):
            found = self.step(shape, path[index])
            if isinstance(found, tuple):
                return Impossible(index, found)
            if found is None:
                return None
            shape = found
        return None

    def step(self, shape: Shape, step: str | Any) -> Next:
        """One step from a shape."""
        followed = self._followed(shape)
        if followed is None:
            return None
        schema, types = followed.schema, _types(followed.schema)
        if not isinstance(schema, dict):
            return () if schema is False else None
        if step is Any.ITEM and (not types or "array" in types):
            return _item(followed)
        if isinstance(step, Any):
            return None
        if "array" in types and (step.isdecimal() or step == "length"):
            return _item(followed) if step.isdecimal() else None
        if "string" in types and step == "length":
            return None
        if types and "object" not in types:
            return ()
        return _property(followed, schema, step)

    def _followed(self, shape: Shape) -> Shape | None:
        """Through references to the schema that says something; None when that is unknown."""
        for _ in range(_REFERENCES):
            reference = shape.schema.get("$ref") if isinstance(shape.schema, dict) else None
            if not isinstance(reference, str):
                return None if is_function(shape.schema) else shape
            target = resolve_local(shape.root, reference)
            if isinstance(target, Absent):
                if reference not in self.resources:
                    return None
                shape = Shape(self.resources[reference], self.resources[reference])
            else:
                shape = Shape(target, shape.root)
        return None


def _types(schema: Json) -> Sequence[Json]:
    kind = schema.get("type") if isinstance(schema, dict) else None
    return kind if isinstance(kind, list) else () if kind is None else (kind,)


def _item(shape: Shape) -> Next:
    schema = shape.schema
    items = schema.get("items") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or items is None or "prefixItems" in schema:
        return None
    return Shape(items, shape.root)


def _property(shape: Shape, schema: JsonObject, name: str) -> Next:
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    if name in known:
        return Shape(known[name], shape.root)
    others = schema.get("additionalProperties")
    if schema.get("patternProperties") or others is None or others is True:
        return None
    return tuple(known) if others is False else Shape(others, shape.root)


def impossible_in(value: Json, path: ReadPath, start: int) -> Impossible | None:
    """The same for a value that is known as a whole."""
    for index in range(start, len(path)):
        step = path[index]
        if isinstance(step, Any) or not isinstance(value, dict) or is_function(value):
            return None
        if step not in value:
            return Impossible(index, tuple(value))
        value = value[step]
    return None


def written(path: Iterable[str | Any]) -> str:
    """A path as one reads it.

    >>> written(("vars", "lines", Any.ITEM, "price"))
    'vars.lines[].price'
    """
    text = ""
    for step in path:
        text += "[]" if isinstance(step, Any) else f".{step}" if text else step
    return text
