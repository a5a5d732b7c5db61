"""What a sub-schema asserts by itself, made ready for the native checker, and what it costs.

The figures of work were measured on the native checker (units of about 70 nanoseconds): numbers
with a fraction are compared as big decimals, and a list in `enum` is searched unless it is all
texts or all whole numbers.
"""

from __future__ import annotations

from typing import Final

from callboard.core.limits import Limits
from callboard.core.schema import keywords as kw
from callboard.core.schema.formats import OWN_FORMATS
from callboard.core.schema.graph import Node
from callboard.core.schema.patterns import Measure, measure
from callboard.core.schema.problems import schema_problem
from callboard.core.schema.times import ORDERED
from callboard.core.values import Json, JsonObject

_PATTERN_SIZE: Final = 50_000
"""The states that all patterns of a schema may have together."""
_BOUNDS: Final = ("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum")
_COSTLY: Final = frozenset((*_BOUNDS, "enum", "const", "multipleOf", "dependentRequired"))
_FRACTION: Final = 25
_ENTRY: Final = 10
_OWN_FORMAT: Final = 15
_DIVISION: Final = 50
_LONG_DIVISION: Final = 500


class Assertions:
    """Reads the assertions of the sub-schemas of one bundle, within its limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.patterns = 0
        self.size = Measure(0, 0)
        self.limits_used: set[str] = set()

    def of(self, schema: JsonObject, pointer: str) -> tuple[JsonObject, Node]:
        """The assertions of a sub-schema alone, and its node without what it leads to."""
        result = {key: value for key, value in schema.items() if key in kw.ASSERTIONS}
        if schema.get("nullable") is True:
            _admit_null(result)
        for key in kw.LIMITS_OF_FORMATS:
            if key in result:
                self._check_limit(result, key, pointer)
        has_own_format = str(result.get("format")) in OWN_FORMATS
        node = Node(
            work=1 + _work(result) + _OWN_FORMAT * has_own_format,
            width=sum([self._width(text, pointer) for text in _patterns(schema)]),
            errors=1 + len(result) + _listed(result),
            surveys="unevaluatedProperties" in schema or "unevaluatedItems" in schema,
        )
        return result, node

    def _width(self, pattern: str, pointer: str) -> int:
        self.patterns += 1
        if self.patterns > self.limits.schema_patterns:
            raise schema_problem(
                f"The schema has more than {self.limits.schema_patterns} patterns.", pointer
            )
        if len(pattern) > self.limits.pattern_length:
            raise schema_problem(
                f"A pattern is longer than {self.limits.pattern_length} characters.", pointer
            )
        found = measure(pattern)
        self.size = self.size.plus(found)
        if self.size.size > _PATTERN_SIZE:
            raise schema_problem(
                f"The patterns of the schema, up to {pattern[:80]!r}, are too large "
                "once their repetitions are written out.",
                pointer,
            )
        return found.width

    def _check_limit(self, result: JsonObject, key: str, pointer: str) -> None:
        place = ORDERED.get(str(result.get("format")))
        limit = result[key]
        if place is None:
            raise schema_problem(f"`{key}` needs a `format` of dates or times.", pointer)
        if not isinstance(limit, str) or place(limit) is None:
            raise schema_problem(f"`{key}` is not of the format it limits.", pointer)
        self.limits_used.add(key)


def _admit_null(result: JsonObject) -> None:
    """`nullable` widens the type; what `enum` and `const` list stays as it is."""
    kind = result.get("type")
    kinds: list[Json] = kind if isinstance(kind, list) else [kind]
    if kind is not None and "null" not in kinds:
        result["type"] = [*kinds, "null"]


def _patterns(schema: JsonObject) -> list[str]:
    pattern, by_name = schema.get("pattern"), schema.get("patternProperties")
    listed = list(by_name) if isinstance(by_name, dict) else []
    return [*listed, pattern] if isinstance(pattern, str) else listed


def _work(result: JsonObject) -> int:
    if result.keys().isdisjoint(_COSTLY):
        return 0
    work = _work_of_enum(result.get("enum")) + _listed(result, of="dependentRequired")
    if "const" in result:
        work += _values(result["const"])
    work += _FRACTION * sum(isinstance(result.get(key), float) for key in _BOUNDS)
    divisor = result.get("multipleOf")
    if isinstance(divisor, float) and not divisor.is_integer():
        work += _DIVISION if abs(divisor) > 1e-20 else _LONG_DIVISION
    return work


def _work_of_enum(enum: Json) -> int:
    if not isinstance(enum, list):
        return 0
    kinds = {type(value) for value in enum} - {type(None)}
    if kinds <= {str} or kinds <= {int}:
        return 1
    return sum(_values(value) for value in enum) * (_FRACTION if float in kinds else _ENTRY)


def _values(value: Json) -> int:
    """How many values a constant is made of; one with a fraction counts for more."""
    count = 0
    pending = [value]
    while pending:
        item = pending.pop()
        count += _FRACTION if isinstance(item, float) else 1
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            pending.extend(item.values())
    return count


def _listed(result: JsonObject, of: str | None = None) -> int:
    """How many names `required` and `dependentRequired`, or just one of them, list."""
    count = 0
    required, dependent = result.get("required"), result.get("dependentRequired")
    if of is None and isinstance(required, list):
        count += len(required)
    if isinstance(dependent, dict):
        count += sum(len(names) for names in dependent.values() if isinstance(names, list))
    return count
