"""Whether a schema may refuse what another one admits.

The answer is safe, not exact: `False` promises that the new schema admits whatever the old one did;
`True` says only that this is not plain. Annotations and defaults never refuse anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from callboard.core.canonical import canonical
from callboard.core.values import Json, JsonObject

DEPTH: Final = 64

_NOTES: Final = frozenset(
    (
        *("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"),
        *("$comment", "$schema", "errorMessage"),
    )
)
_AT_MOST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_AT_LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")


def may_refuse(old: Json, new: Json, depth: int = 0) -> bool:
    """Whether a value that the old (normalised) schema admits may be refused by the new one.

    >>> may_refuse({"maximum": 10}, {"maximum": 100, "title": "Amount"})
    False
    >>> may_refuse({"maximum": 100}, {"maximum": 10}), may_refuse({}, {"type": "string"})
    (True, True)
    """
    if new is True or old is False or depth > DEPTH:
        return depth > DEPTH
    if not isinstance(old, dict) or not isinstance(new, dict):
        return canonical(old) != canonical(new)
    keys = {key for key in {**old, **new} if key not in _NOTES and not key.startswith("x-")}
    differing = {key for key in keys if not _same(old, new, key)}
    return any(not _widens(key, old, new, depth) for key in differing)


def _same(old: JsonObject, new: JsonObject, key: str) -> bool:
    return key in old and key in new and canonical(old[key]) == canonical(new[key])


def _widens(key: str, old: JsonObject, new: JsonObject, depth: int) -> bool:
    """Whether a keyword that differs refuses nothing more than it did."""
    if key in _AT_MOST:
        return _compares(old.get(key), new.get(key), lambda a, b: a <= b)
    if key in _AT_LEAST:
        return _compares(old.get(key), new.get(key), lambda a, b: a >= b)
    match key:
        case "type":
            return key not in new or (key in old and _types(old) <= _types(new))
        case "enum" | "const":
            return _values(new) is None or _values_widen(old, new)
        case "required":
            return {*_texts(new.get(key))} <= {*_texts(old.get(key))}
        case "properties":
            return _properties_widen(old, new, depth)
        case "additionalProperties" | "items":
            return not may_refuse(old.get(key, True), new.get(key, True), depth + 1)
        case "nullable":
            return new.get(key) is True or not old.get(key)
        case "pattern" | "format" | "multipleOf" | "uniqueItems":
            return key not in new
    return False


def _compares(old: Json, new: Json, holds: Callable[[float, float], bool]) -> bool:
    if new is None:
        return True
    return isinstance(old, (int, float)) and isinstance(new, (int, float)) and holds(old, new)


def _types(schema: JsonObject) -> set[str]:
    kinds = schema.get("type")
    found = {*_texts(kinds if isinstance(kinds, list) else [kinds])}
    return found | {"integer"} if "number" in found else found


def _values(schema: JsonObject) -> list[Json] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else None


def _values_widen(old: JsonObject, new: JsonObject) -> bool:
    before, after = _values(old), {canonical(value) for value in _values(new) or []}
    return before is not None and all(canonical(value) in after for value in before)


def _properties_widen(old: JsonObject, new: JsonObject, depth: int) -> bool:
    before, after = old.get("properties") or {}, new.get("properties") or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    others = old.get("additionalProperties", True)
    rest = new.get("additionalProperties", True)
    return not any(
        may_refuse(before.get(key, others), after.get(key, rest), depth + 1)
        for key in {**before, **after}
    )


def _texts(value: Json) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
