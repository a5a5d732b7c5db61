"""The formats of documents as JSON Schemas: for editors, for other programs, and to read.

One file a format, in `v1.0`; their `$id`s are the wire identifiers, by which they refer to each
other. As nothing is served at those addresses on our behalf, `bundled` gives a format as one
document that refers to nothing outside.

What these schemas refuse, `validate` refuses, and the other way round but for names of states and
actors, sub-schemas and limits; a test holds both equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from callboard.core.values import Json, JsonObject

__all__ = ["FORMATS", "FORMAT_BASE", "bundled", "published"]

FORMAT_BASE: Final = "https://schemas.letsflow.io/v1.0/"
FORMATS: Final = ("scenario", "action", "actor", "fn", "schema", "process")

_ANYTHING: Final[JsonObject] = {"type": ["string", "number", "boolean", "array", "null"]}
_TAGGED: Final[tuple[tuple[str, str, JsonObject], ...]] = (
    # `!ref x` in place of a condition, and `!select {…}` or `!tpl {…}` in place of a text.
    ("fn", "/$defs/condition/else", {"type": ["boolean", "string", "null"]}),
    ("fn", "", {"if": {"anyOf": [{"required": ["$"]}, {"required": ["template"]}]}}),
    # `!default 0`, `!enum [a, b]` and the like in place of a schema.
    ("schema", "/$defs/named", {"if": _ANYTHING, "then": True}),
    ("schema", "/$defs/typed", {"if": _ANYTHING, "then": True}),
    ("schema", "/$defs/plain", {"if": _ANYTHING, "then": True}),
    ("schema", "/$defs/variable", {"if": _ANYTHING, "then": True}),
    # `!merge x` in a list of updates.
    ("action", "/$defs/update", {"if": {"type": "string"}, "then": True}),
)
"""What else may stand where, for an editor that shows tagged values without their tags: the schema
in the place counts only where the condition does not hold."""


@cache
def _source(name: str) -> str:
    path = files("callboard.schemas").joinpath("v1.0", f"{name}.json")
    return path.read_text(encoding="utf-8")


def published(name: str) -> JsonObject:
    """The schema of a format as it is written; it refers to others by their `$id`s.

    Raises KeyError for a name that is not among `FORMATS`.
    """
    if name not in FORMATS:
        raise KeyError(name)
    document = json.loads(_source(name))
    assert isinstance(document, dict)
    return document


def bundled(name: str, *, tags: bool = False) -> JsonObject:
    """The schema of a format as one document, with all that it refers to among its `$defs`.

    `tags`: for editors of YAML that know nothing of our tags but that they exist; such a schema
    lets through more. Raises KeyError for a name that is not among `FORMATS`.
    """
    document = _prepared(name, tags=tags)
    pending, met = list(_named_in(document)), {name}
    result = _placed(document, name, name)
    definitions = result.setdefault("$defs", {})
    assert isinstance(definitions, dict)
    while pending:
        other = pending.pop(0)
        if other not in met:
            met.add(other)
            inner = _prepared(other, tags=tags)
            pending.extend(_named_in(inner))
            part = _placed(inner, other, name)
            definitions[other] = {key: part[key] for key in part if key not in ("$id", "$schema")}
    return result


def _prepared(name: str, *, tags: bool) -> JsonObject:
    document: JsonObject = published(name)
    for owner, pointer, otherwise in _TAGGED if tags else ():
        if owner == name:
            _loosen(document, pointer, otherwise)
    return document


def _loosen(document: JsonObject, pointer: str, otherwise: JsonObject) -> None:
    """Put the condition before what stands at the place, or the type in its stead."""
    place = document
    for part in pointer.split("/")[1:]:
        inner = place[part]
        assert isinstance(inner, dict)
        place = inner
    kept = {key: place.pop(key) for key in list(place) if key not in _ABOUT}
    place.update({**otherwise, "else": kept} if "if" in otherwise else otherwise)


_ABOUT: Final = ("$schema", "$id", "$defs", "title", "description", "examples")


def _references(value: Json) -> Iterator[str]:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str):
                yield reference
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _named_in(document: JsonObject) -> list[str]:
    """The other formats that a format refers to."""
    outside = (ref for ref in _references(document) if ref.startswith(FORMAT_BASE))
    return sorted({ref.removeprefix(FORMAT_BASE).partition("#")[0] for ref in outside})


def _placed(document: JsonObject, name: str, root: str) -> JsonObject:
    """A format with its references as they are inside the bundle of `root`."""

    def moved(reference: str) -> str:
        other, _, fragment = reference.removeprefix(FORMAT_BASE).partition("#")
        owner = other or name
        return f"#{fragment}" if owner == root else f"#/$defs/{owner}{fragment}"

    result = _with_references(document, moved)
    assert isinstance(result, dict)
    return result


def _with_references(value: Json, moved: Callable[[str], str]) -> Json:
    if isinstance(value, list):
        return [_with_references(item, moved) for item in value]
    if not isinstance(value, dict):
        return value
    result: JsonObject = {}
    for key, item in value.items():
        if key == "$ref" and isinstance(item, str):
            result[key] = moved(item)
        else:
            is_data = key in ("examples", "enum") and isinstance(item, list)
            result[key] = item if is_data else _with_references(item, moved)
    return result
