"""The shorthands in which authors write schemas, and what they stand for.

A text is a type or a reference, a missing `type` is inferred, objects are closed unless they say
otherwise, and properties marked `!required` are collected (specification: language, section 2).
How far each shorthand reaches decides scenario ids, so the uneven reach below is on purpose
(specification: language, section 5.8): a text is a reference only where `_NAMED` schemas and whole
schemas stand; in `items`, `additionalProperties` and the lists of `_BRANCHES` it is a type, even
when it is a URL; `not`, `if`, `then`, `else`, `prefixItems`, `contains` and `dependentSchemas` are
left as they are.

Invariants: the input is never changed; what is written out already comes back the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json, JsonObject
from callboard.errors import SchemaError

REQUIRED_MARK: Final = "!required"

_NAMED: Final = ("properties", "patternProperties", "$defs", "definitions")
_SINGLE: Final = ("items", "additionalProperties")
_BRANCHES: Final = ("allOf", "anyOf", "oneOf")
_FUNCTIONS: Final = frozenset(("<ref>", "<tpl>", "<select>"))
_REFERENCES: Final = ("http:", "https:", "#")

_Inner: TypeAlias = Callable[[Json, str], Json]


def normalize_schema(schema: Json, *, limits: Limits = DEFAULT_LIMITS, pointer: str = "") -> Json:
    """The JSON Schema that a schema with shorthands stands for.

    Booleans and data functions stay as they are. Raises SchemaError, with its `pointer`, for what
    is no schema (null, a number, a list) and for one nested deeper than `limits.document_depth`.

    >>> normalize_schema("string"), normalize_schema("#/$defs/money")
    ({'type': 'string'}, {'$ref': '#/$defs/money'})
    >>> normalize_schema({"properties": {"n": {"type": "string", "!required": True}}})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'properties': {'n': {'type': 'string'}}, 'type': 'object', 'required': ['n'],
     'additionalProperties': False}
    """
    return _Shorthand(limits.document_depth).schema(schema, pointer, 0)


def is_function(value: Json) -> bool:
    """Whether a value is a data function (`<ref>`, `<tpl>` or `<select>`), not a schema."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _FUNCTIONS


class _Shorthand:
    """One pass over one schema; `depth` is passed down so that nesting stays bounded."""

    def __init__(self, most: int) -> None:
        self.most = most

    def schema(self, schema: Json, pointer: str, depth: int) -> Json:
        """A schema where a text may be a reference."""
        if isinstance(schema, str) and schema.startswith(_REFERENCES):
            return {"$ref": schema}
        return self.typed(schema, pointer, depth)

    def typed(self, schema: Json, pointer: str, depth: int) -> Json:
        """A schema where a text is a type, whatever it looks like."""
        if depth > self.most:
            raise _error(f"The schema is nested deeper than {self.most} levels.", pointer)
        if isinstance(schema, str):
            # The word `object` is as closed as the map that it stands for: written out twice, it
            # would be closed anyway.
            return self.written_out({"type": schema}, pointer, depth)
        if isinstance(schema, bool) or is_function(schema):
            return schema
        if not isinstance(schema, dict):
            raise _error("A schema is a map, a text or a boolean.", pointer)
        return self.written_out(schema, pointer, depth)

    def written_out(self, schema: JsonObject, pointer: str, depth: int) -> JsonObject:
        result = {key: value for key, value in schema.items() if key != REQUIRED_MARK}

        def text_is_type(value: Json, place: str) -> Json:
            return self.typed(value, place, depth + 1)

        def text_may_refer(value: Json, place: str) -> Json:
            return self.schema(value, place, depth + 1)

        _change(
            result, _BRANCHES, list, lambda value, at: _each_item(value, at, text_is_type), pointer
        )
        if result.get("$ref") is not None:
            return result  # beside a reference nothing is inferred (section 5.8)
        _infer_type(result)
        _collect_required(result)
        _change(
            result, _NAMED, dict, lambda value, at: _each_value(value, at, text_may_refer), pointer
        )
        _change(result, _SINGLE, (str, dict), text_is_type, pointer)
        if result.get("type") == "object" and result.get("additionalProperties") is None:
            result["additionalProperties"] = False
        return result


def _change(
    schema: JsonObject,
    keys: tuple[str, ...],
    kind: type | tuple[type, ...],
    change: _Inner,
    pointer: str,
) -> None:
    """Change what stands at these keywords, where it is of the kind that they take."""
    for key in keys:
        value = schema.get(key)
        if isinstance(value, kind):
            schema[key] = change(value, f"{pointer}/{key}")


def _infer_type(schema: JsonObject) -> None:
    if schema.get("type") is not None:
        return
    schema.pop("type", None)
    inferred = _inferred(schema)
    if inferred:
        schema["type"] = inferred


def _inferred(schema: JsonObject) -> Json:
    """The type that a schema without one means; None when nothing tells."""
    if "const" in schema:
        return _typeof(schema["const"])
    enum = schema.get("enum")
    if isinstance(enum, list):
        types: list[Json] = list(dict.fromkeys(_typeof(value) for value in enum))
        return types[0] if len(types) == 1 else types
    if schema.get("items") is not None:
        return "array"
    keys = ("properties", "patternProperties", "additionalProperties")
    return "object" if any(schema.get(key) is not None for key in keys) else None


def _typeof(value: Json) -> str:
    """JavaScript's `typeof`: null and lists are objects too (section 5.8)."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "object"


def _collect_required(schema: JsonObject) -> None:
    marked = [key for key, value in _members(schema.get("properties")) if _is_marked(value)]
    listed = schema.get("required")
    if not marked or not (listed is None or isinstance(listed, list)):
        return
    names = list(listed or [])
    known = {name for name in names if isinstance(name, str)}
    schema["required"] = names + [key for key in marked if key not in known]


def _is_marked(value: Json) -> bool:
    return isinstance(value, dict) and bool(value.get(REQUIRED_MARK))


def _members(value: Json) -> Iterator[tuple[str, Json]]:
    return iter(value.items() if isinstance(value, dict) else ())


def _each_value(value: Json, pointer: str, inner: _Inner) -> Json:
    if is_function(value):
        return value
    return {
        key: inner(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
        for key, item in _members(value)
    }


def _each_item(value: Json, pointer: str, inner: _Inner) -> Json:
    items = value if isinstance(value, list) else []
    return [inner(item, f"{pointer}/{index}") for index, item in enumerate(items)]


def _error(message: str, pointer: str) -> SchemaError:
    error = SchemaError(message)
    error.pointer = pointer
    return error
