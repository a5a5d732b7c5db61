"""Validity, against another implementation, on random schemas and values."""

from typing import Any

import jsonschema
from hypothesis import assume, given
from hypothesis import strategies as st

from callboard.core.schema import compile_schema

NAMES = st.sampled_from(("a", "b", "c"))
NUMBERS = st.integers(-3, 3) | st.sampled_from((0.5, -0.5, 1.0, 2.0))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(("null", "boolean", "integer", "number", "string", "array", "object"))
COUNTS = st.integers(0, 3)
SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
    "const": VALUES,
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "minimum": NUMBERS,
    "exclusiveMaximum": NUMBERS,
    "multipleOf": st.sampled_from((1, 2, 0.5)),
    "minLength": COUNTS,
    "maxLength": COUNTS,
    "minItems": COUNTS,
    "maxItems": COUNTS,
    "uniqueItems": st.booleans(),
    "minProperties": COUNTS,
    "maxProperties": COUNTS,
    "required": st.lists(NAMES, max_size=2, unique=True),
    "dependentRequired": st.dictionaries(
        NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=1
    ),
    "$ref": st.sampled_from(("#/$defs/x", "#/$defs/y")),
}


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, inner, max_size=2)
    one = ("not", "if", "then", "else", "items", "contains", "additionalProperties")
    rest = ("unevaluatedItems", "unevaluatedProperties", "propertyNames")
    return st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys((*one, *rest), inner),
            **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), several),
            **dict.fromkeys(("properties", "dependentSchemas"), named),
        },
    )


LEAVES = st.booleans() | st.fixed_dictionaries({}, optional=SIMPLE)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda a, b: {**a, **b}, nested(inner), st.just({}))
        | st.builds(lambda a, b: {**a, **b} if isinstance(b, dict) else a, nested(inner), LEAVES)
    ),
    max_leaves=6,
)
DEFINITIONS = st.fixed_dictionaries(
    {
        "x": st.sampled_from(
            ({"type": "string"}, {"properties": {"a": {"$ref": "#/$defs/y"}}}, False)
        ),
        "y": st.sampled_from(({"minimum": 1}, {"items": {"$ref": "#/$defs/x"}}, True)),
    }
)


@given(SCHEMAS, DEFINITIONS, st.lists(VALUES, min_size=1, max_size=5))
def test_validity_agrees(schema: Any, definitions: Any, values: list[Any]) -> None:
    document = {**schema, "$defs": definitions} if isinstance(schema, dict) else schema
    checker = compile_schema(document)
    assume(checker.problem is None)
    oracle = jsonschema.Draft202012Validator(document)
    for value in values:
        assert checker.is_valid(value) == oracle.is_valid(value), (document, value)
        assert bool(checker.check(value)) == (not checker.is_valid(value))
