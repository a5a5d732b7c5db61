"""The shorthands of schemas, beyond what the vectors of normalisation show."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.limits import Limits
from callboard.core.schema import normalize_schema
from callboard.errors import SchemaError

KEYWORDS = ("properties", "items", "additionalProperties", "allOf", "type", "required", "const")
WORDS = ("$ref", "enum", "$defs", "!required", "not", "patternProperties", "x", *KEYWORDS)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["string", "object", "#/a", "http:b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_writing_out_twice_changes_nothing_and_never_the_input(schema: object) -> None:
    before = deepcopy(schema)
    try:
        once = normalize_schema(schema)
    except SchemaError:
        return
    assert schema == before
    assert normalize_schema(once) == once


def test_a_text_is_a_reference_only_where_a_whole_schema_stands() -> None:
    link = "https://schemas.example.com/line"
    assert normalize_schema(link) == {"$ref": link}
    assert normalize_schema({"items": link})["items"] == {"type": link}
    assert normalize_schema({"oneOf": [link]})["oneOf"] == [{"type": link}]
    assert normalize_schema({"patternProperties": {"^x": link}})["patternProperties"] == {
        "^x": {"$ref": link}
    }


@pytest.mark.parametrize("schema", [True, False, {"<ref>": "vars.schema"}, {"<tpl>": "x"}])
def test_booleans_and_functions_stay(schema: object) -> None:
    assert normalize_schema(schema) == schema
    inside = normalize_schema({"properties": {"a": schema}})
    assert inside["properties"] == {"a": schema}


def test_properties_that_are_a_function_stay() -> None:
    schema = {"properties": {"<ref>": "vars.fields"}}
    assert normalize_schema(schema)["properties"] == {"<ref>": "vars.fields"}


def test_required_marks_join_those_that_are_listed() -> None:
    marked = {"type": "string", "!required": True}
    schema = normalize_schema({"required": ["b"], "properties": {"a": marked, "b": marked}})
    assert schema["required"] == ["b", "a"]
    assert normalize_schema({"properties": {"a": {"!required": False}}}) == {
        "properties": {"a": {}},
        "type": "object",
        "additionalProperties": False,
    }


def test_the_word_object_is_closed_like_the_map_it_stands_for() -> None:
    assert normalize_schema("object") == {"type": "object", "additionalProperties": False}
    assert normalize_schema({"items": "object"}) == normalize_schema({"items": {"type": "object"}})


def test_an_object_that_may_be_null_stays_open() -> None:
    assert normalize_schema({"type": ["object", "null"]}) == {"type": ["object", "null"]}


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        (None, ""),
        (5, ""),
        ({"properties": {"a/b": None}}, "/properties/a~1b"),
        ({"allOf": [{}, []]}, "/allOf/1"),
    ],
)
def test_what_is_no_schema_is_refused_with_its_place(schema: object, pointer: str) -> None:
    with pytest.raises(SchemaError) as refusal:
        normalize_schema(schema)
    assert refusal.value.pointer == pointer


def test_nesting_is_bounded() -> None:
    schema: object = {}
    for _ in range(100_000):
        schema = {"items": schema}
    with pytest.raises(SchemaError):
        normalize_schema(schema, limits=Limits(document_depth=50))
