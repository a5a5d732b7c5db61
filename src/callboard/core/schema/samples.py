"""A few values that a schema admits: what an explorer tries as responses.

Deterministic and small: defaults, constants and enumerations, the ends of ranges, the shortest and
a longer text or list, with and without what is optional. Whatever the schema's own checker refuses
is dropped, so a schema that is hard to satisfy may give no sample at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from callboard.core.schema.check import compile_schema
from callboard.core.schema.defaults import default_of
from callboard.core.values import Absent, Json, JsonObject, equal
from callboard.errors import SchemaError

DEPTH = 6

_FORMATS: dict[str, str] = {
    "date": "2026-01-15",
    "time": "12:00:00Z",
    "date-time": "2026-01-15T12:00:00Z",
    "duration": "P1D",
    "email": "person@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/path",
    "uuid": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
    "json-pointer": "/a",
    "regex": "a",
    "byte": "YQ==",
}


def samples(schema: Json, *, limit: int = 8) -> list[Json]:
    """At most `limit` different values that satisfy a normalised schema."""
    checker = compile_schema(schema)
    found: list[Json] = []
    try:
        for value in islice(_candidates(schema, schema, 0), 200):
            is_new = not any(equal(value, other) for other in found)
            if len(found) < limit and is_new and checker.is_valid(value):
                found.append(value)
    except SchemaError:
        return []
    return found


def _candidates(schema: Json, root: Json, depth: int) -> Iterator[Json]:
    """Likely values; whether they fit is for the checker to say."""
    if not isinstance(schema, dict) or depth > DEPTH:
        yield None
        return
    default = default_of(schema)
    if not isinstance(default, Absent):
        yield default
    if "const" in schema:
        yield schema["const"]
    for key in ("enum", "examples"):
        values = schema.get(key)
        if isinstance(values, list):
            yield from values
    yield from _referred(schema, root, depth)
    kinds = schema.get("type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        yield from _of_type(kind, schema, root, depth)


def _referred(schema: JsonObject, root: Json, depth: int) -> Iterator[Json]:
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        target: Json = root
        for part in reference[2:].split("/"):
            target = target.get(part) if isinstance(target, dict) else None
        yield from _candidates(target, root, depth + 1)
    for key in ("anyOf", "oneOf", "allOf"):
        for branch in _list(schema.get(key)):
            yield from islice(_candidates(branch, root, depth + 1), 6)


def _list(value: Json | None) -> list[Json]:
    return value if isinstance(value, list) else []


def _of_type(kind: Json, schema: JsonObject, root: Json, depth: int) -> Iterator[Json]:
    match kind:
        case "object":
            yield from _objects(schema, root, depth)
        case "array":
            yield from _arrays(schema, root, depth)
        case "string":
            yield from _strings(schema)
        case "integer" | "number":
            yield from _numbers(schema, whole=kind == "integer")
        case "boolean":
            yield from (True, False)
        case "null":
            yield None
        case _:
            yield from ("text", 1, None, {})


def _objects(schema: JsonObject, root: Json, depth: int) -> Iterator[Json]:
    """All properties, the required ones alone, then each property varied in turn."""
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    choices = {
        key: list(islice(_valid(value, root, depth + 1), 5)) for key, value in properties.items()
    }
    full: JsonObject = {key: values[0] for key, values in choices.items() if values}
    required = _list(schema.get("required"))
    yield full
    yield {key: value for key, value in full.items() if key in required}
    for key, values in choices.items():
        for value in values[1:]:
            yield {**full, key: value}


def _valid(schema: Json, root: Json, depth: int) -> Iterator[Json]:
    """Candidates that satisfy the part of the schema they are for, where it stands alone."""
    checker = compile_schema(schema)
    for value in islice(_candidates(schema, root, depth), 30):
        if checker.problem is not None or checker.is_valid(value):
            yield value


def _arrays(schema: JsonObject, root: Json, depth: int) -> Iterator[Json]:
    items = schema.get("items", {})
    least = schema.get("minItems", 0)
    count = least if isinstance(least, int) else 0
    values = list(islice(_valid(items, root, depth + 1), 5)) or [None]
    yield [values[i % len(values)] for i in range(count)]
    yield [values[i % len(values)] for i in range(count + 1)]
    yield values


def _strings(schema: JsonObject) -> Iterator[Json]:
    form = schema.get("format")
    if isinstance(form, str) and form in _FORMATS:
        yield _FORMATS[form]
    least, most = schema.get("minLength", 0), schema.get("maxLength", 0)
    yield from ("text", "Some text", "A", "AB-12", "12", "")
    if isinstance(least, int) and 0 < least <= 1000:
        yield "x" * least
    if isinstance(most, int) and 0 < most <= 1000:
        yield "x" * most


def _numbers(schema: JsonObject, *, whole: bool) -> Iterator[Json]:
    step = schema.get("multipleOf")
    unit = step if isinstance(step, (int, float)) and step > 0 else 1
    low, high = (schema.get(key) for key in ("minimum", "maximum"))
    above, below = (schema.get(key) for key in ("exclusiveMinimum", "exclusiveMaximum"))
    ends = [value for value in (low, high) if isinstance(value, (int, float))]
    ends += [value + unit for value in (above,) if isinstance(value, (int, float))]
    ends += [value - unit for value in (below,) if isinstance(value, (int, float))]
    for value in (unit, *ends, 0, 10 * unit, 1000 * unit, 1_000, 100_000):
        yield round(value) if whole else value
