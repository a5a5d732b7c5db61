"""A few values that a schema admits: what an explorer tries as responses.

Deterministic and small: defaults, constants and enumerations, the ends of ranges, the shortest and
a longer text or list, with and without what is optional; and `clues`, values that somebody has
reason to try, with the numbers beside them. Whatever the schema's own checker refuses is dropped,
so a schema that is hard to satisfy may give no sample at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product, zip_longest
from math import prod

from callboard.core.schema.check import compile_schema
from callboard.core.schema.defaults import default_of
from callboard.core.values import ABSENT, Absent, Json, JsonObject, equal
from callboard.errors import SchemaError

DEPTH = 6
_MOST = 300
_CHOICES = 24

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


def samples(schema: Json, *, limit: int = 8, clues: Sequence[Json] = ()) -> list[Json]:
    """At most `limit` different values that satisfy a normalised schema; what the clues suggest
    comes early.

    >>> samples({"type": "integer", "minimum": 0}, limit=4, clues=[7])
    [1, 7, 8, 6]
    """
    checker = compile_schema(schema)
    found: list[Json] = []
    try:
        for value in islice(_Maker(schema, clues).candidates(schema, 0), _MOST):
            is_new = not any(equal(value, other) for other in found)
            if len(found) < limit and is_new and checker.is_valid(value):
                found.append(value)
    except SchemaError:
        return []
    return found


def admitted(schema: Json) -> int | None:
    """How many values a schema admits at most; None where they are not plainly few.

    >>> admitted({"type": "integer", "minimum": 1, "maximum": 6}), admitted({"type": "string"})
    (6, None)
    """
    if not isinstance(schema, dict) or "$ref" in schema:
        return None
    if "const" in schema:
        return 1
    if isinstance(schema.get("enum"), list):
        return len(_list(schema["enum"]))
    match schema.get("type"):
        case "boolean":
            return 2
        case "null":
            return 1
        case "integer":
            low, high = schema.get("minimum"), schema.get("maximum")
            return high - low + 1 if isinstance(low, int) and isinstance(high, int) else None
        case "object" if schema.get("additionalProperties") is False:
            return _admitted_objects(schema)
    return None


def _admitted_objects(schema: JsonObject) -> int | None:
    if "patternProperties" in schema:
        return None
    required = _list(schema.get("required"))
    counts = [(key in required, admitted(value)) for key, value in _properties(schema).items()]
    if any(count is None for _, count in counts):
        return None
    return prod((count or 0) + (not always) for always, count in counts)


def _properties(schema: JsonObject) -> JsonObject:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def _list(value: Json | None) -> list[Json]:
    return value if isinstance(value, list) else []


class _Maker:
    """Makes likely values; whether they fit is for the checker to say."""

    def __init__(self, root: Json, clues: Sequence[Json]) -> None:
        self.root = root
        self.numbers = [c for c in clues if isinstance(c, (int, float))]
        self.texts = [c for c in clues if isinstance(c, str)]

    def candidates(self, schema: Json, depth: int) -> Iterator[Json]:
        """Likely values of a schema, the likeliest first."""
        if not isinstance(schema, dict) or depth > DEPTH:
            yield None
            return
        default = default_of(schema)
        if not isinstance(default, Absent):
            yield default
        if "const" in schema:
            yield schema["const"]
        for key in ("enum", "examples"):
            yield from _list(schema.get(key))
        yield from self._referred(schema, depth)
        kinds = schema.get("type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            yield from self._of_type(kind, schema, depth)

    def _referred(self, schema: JsonObject, depth: int) -> Iterator[Json]:
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            target: Json = self.root
            for part in reference[2:].split("/"):
                target = target.get(part) if isinstance(target, dict) else None
            yield from self.candidates(target, depth + 1)
        for key in ("anyOf", "oneOf", "allOf"):
            for branch in _list(schema.get(key)):
                yield from islice(self.candidates(branch, depth + 1), 6)

    def _of_type(self, kind: Json, schema: JsonObject, depth: int) -> Iterator[Json]:
        match kind:
            case "object":
                yield from self._objects(schema, depth)
            case "array":
                yield from self._arrays(schema, depth)
            case "string":
                yield from self._strings(schema)
            case "integer" | "number":
                yield from self._numbers(schema, whole=kind == "integer")
            case "boolean":
                yield from (True, False)
            case "null":
                yield None
            case _:
                yield from ("text", 1, None, {})

    def _objects(self, schema: JsonObject, depth: int) -> Iterator[Json]:
        """All properties, the required ones alone, then one property varied, each in turn."""
        choices = {
            key: list(islice(self._valid(value, depth + 1), _CHOICES))
            for key, value in _properties(schema).items()
        }
        full: JsonObject = {key: values[0] for key, values in choices.items() if values}
        required = _list(schema.get("required"))
        yield full
        yield {key: value for key, value in full.items() if key in required}
        for values in zip_longest(*(values[1:] for values in choices.values()), fillvalue=ABSENT):
            for key, value in zip(choices, values, strict=True):
                if not isinstance(value, Absent):
                    yield {**full, key: value}
        yield from self._mixed(choices)

    def _mixed(self, choices: dict[str, list[Json]]) -> Iterator[Json]:
        """All properties varied together, where that is not too many; else none."""
        if len(choices) > 1 and prod(map(len, choices.values())) <= _MOST:
            for values in product(*choices.values()):
                yield dict(zip(choices, values, strict=True))

    def _valid(self, schema: Json, depth: int) -> Iterator[Json]:
        """Candidates that satisfy the part of the schema they are for, where it stands alone."""
        checker = compile_schema(schema)
        seen: list[Json] = []
        for value in islice(self.candidates(schema, depth), 2 * _CHOICES):
            if any(equal(value, other) for other in seen):
                continue
            seen.append(value)
            if checker.problem is not None or checker.is_valid(value):
                yield value

    def _arrays(self, schema: JsonObject, depth: int) -> Iterator[Json]:
        least = schema.get("minItems", 0)
        count = least if isinstance(least, int) else 0
        values = list(islice(self._valid(schema.get("items", {}), depth + 1), 5)) or [None]
        yield [values[i % len(values)] for i in range(count)]
        yield [values[i % len(values)] for i in range(count + 1)]
        yield list(values)

    def _strings(self, schema: JsonObject) -> Iterator[Json]:
        form = schema.get("format")
        if isinstance(form, str) and form in _FORMATS:
            yield _FORMATS[form]
        least, most = schema.get("minLength", 0), schema.get("maxLength", 0)
        yield "text"
        yield from self.texts
        yield from ("Some text", "A", "AB-12", "12", "")
        if isinstance(least, int) and 0 < least <= 1000:
            yield "x" * least
        if isinstance(most, int) and 0 < most <= 1000:
            yield "x" * most

    def _numbers(self, schema: JsonObject, *, whole: bool) -> Iterator[Json]:
        step = schema.get("multipleOf")
        unit = step if isinstance(step, (int, float)) and step > 0 else 1
        near = [n + d for n in self.numbers for d in (0, unit, -unit)]
        for value in (unit, *near, *_ends(schema, unit), 0, 10 * unit, 1000 * unit, 1_000, 100_000):
            yield round(value) if whole else value
        if whole and (admitted(schema) or _CHOICES) < _CHOICES:
            yield from range(int(_ends(schema, unit)[0]), int(_ends(schema, unit)[1]) + 1)


def _ends(schema: JsonObject, unit: float) -> list[float]:
    """The ends of a range of numbers, as far as there are."""
    low, high = (schema.get(key) for key in ("minimum", "maximum"))
    above, below = (schema.get(key) for key in ("exclusiveMinimum", "exclusiveMaximum"))
    ends = [value for value in (low, high) if isinstance(value, (int, float))]
    ends += [value + unit for value in (above,) if isinstance(value, (int, float))]
    ends += [value - unit for value in (below,) if isinstance(value, (int, float))]
    return ends
