"""What a checker says of values, and how it reads schemas."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from callboard.core.schema import compile_schema
from callboard.errors import Reason, SchemaError


def found(schema: object, value: object) -> list[tuple[str | None, str | None]]:
    return sorted((r.pointer, r.keyword) for r in compile_schema(schema).check(value))


def messages(schema: object, value: object) -> list[str]:
    return [reason.message for reason in compile_schema(schema).check(value)]


def test_a_reason_has_code_place_keyword_and_parameters() -> None:
    checker = compile_schema({"properties": {"a/b": {"type": "integer", "minimum": 1}}})
    assert checker.check({"a/b": 0}) == [
        Reason(
            "schema",
            "must be at least 1",
            "/a~1b",
            "minimum",
            {"params": {"comparison": ">=", "limit": 1}},
        )
    ]
    assert checker.check({"a/b": 1}) == []


@pytest.mark.parametrize(
    ("schema", "value", "reasons"),
    [
        ({"required": ["a", "b"]}, {}, [("", "required"), ("", "required")]),
        ({"additionalProperties": False}, {"a": 1}, [("", "additionalProperties")]),
        ({"unevaluatedProperties": False}, {"a": 1}, [("", "unevaluatedProperties")]),
        ({"unevaluatedItems": False}, [1], [("", "unevaluatedItems")]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, [("", "dependentRequired")]),
        (
            {"propertyNames": {"maxLength": 1}},
            {"ab": 1},
            [("", "maxLength"), ("", "propertyNames")],
        ),
        ({"if": True, "then": {"required": ["a"]}}, {}, [("", "required")]),
        ({"if": False, "else": {"required": ["a"]}}, {}, [("", "required")]),
        ({"anyOf": [{"type": "null"}, {"const": 1}]}, 2, [("", "anyOf")]),
        ({"oneOf": [{"type": "null"}, {"const": 1}]}, 2, [("", "oneOf")]),
        ({"oneOf": [True, True]}, 2, [("", "oneOf")]),
        ({"not": True}, 2, [("", "not")]),
        ({"contains": {"const": 1}, "minContains": 2}, [1], [("", "contains")]),
        ({"prefixItems": [True], "items": False}, [1, 2, 3], [("", "items")]),
        ({"items": False}, [1], [("/0", "false schema")]),
        ({"properties": {"a": False}}, {"a": 1}, [("/a", "false schema")]),
        ({"properties": {"a": {"items": {"type": "null"}}}}, {"a": [1]}, [("/a/0", "type")]),
        ({"type": "string", "nullable": True}, 1, [("", "type")]),
        ({"format": "int32"}, 1.5, [("", "format")]),
        (False, 1, [("", "false schema")]),
    ],
)
def test_places_and_keywords(schema: object, value: object, reasons: list[object]) -> None:
    assert found(schema, value) == reasons


@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        ({"type": ["null", "string", "integer"]}, True, "must be a text, a whole number or null"),
        ({"required": ["a"]}, {}, 'must have the property "a"'),
        (
            {"properties": {}, "additionalProperties": False},
            {"x": 1},
            'must not have the property "x"',
        ),
        ({"enum": ["a", 1.0, None]}, 5, 'must be one of: "a", 1, null'),
        ({"const": {"a": 1}}, 5, "must be an object"),
        ({"minLength": 1}, "", "must have at least 1 character"),
        ({"maxItems": 2}, [1, 2, 3], "must have at most 2 items"),
        ({"exclusiveMaximum": 10}, 10, "must be less than 10"),
        ({"format": "date"}, "x", "must be of the format date"),
        (
            {"format": "date", "formatMinimum": "2026-01-01"},
            "2025-12-31",
            "must not be before 2026-01-01",
        ),
    ],
)
def test_texts_are_ours(schema: object, value: object, text: str) -> None:
    assert messages(schema, value) == [text]


def test_long_texts_are_cut() -> None:
    [message] = messages({"const": "x" * 10_000}, "y")
    assert len(message) < 100
    [message] = messages({"enum": [f"option {n}" for n in range(1000)]}, "y")
    assert message.endswith("and 990 more")


def test_numbers_are_judged_by_value_and_truth_is_no_number() -> None:
    assert compile_schema({"type": "integer"}).is_valid(1.0)
    assert compile_schema({"const": 1}).is_valid(1.0)
    assert not compile_schema({"type": "integer"}).is_valid(True)
    assert not compile_schema({"const": 1}).is_valid(True)
    assert compile_schema({"enum": [{"a": [1]}]}).is_valid({"a": [1.0]})


def test_nullable_widens_the_type_alone() -> None:
    assert compile_schema({"type": "string", "nullable": True}).is_valid(None)
    assert compile_schema({"type": ["string", "null"], "nullable": True}).is_valid(None)
    assert not compile_schema({"type": "string", "nullable": False}).is_valid(None)
    assert not compile_schema({"type": "string", "enum": ["a"], "nullable": True}).is_valid(None)


def test_annotations_may_hold_anything() -> None:
    schema = {
        "title": 5,
        "description": {"<tpl>": "x"},
        "deprecated": "soon",
        "examples": None,
        "contentSchema": "x",
        "x-ui": {"$ref": "nowhere"},
        "default": {"$ref": "nowhere"},
        "$comment": 1,
        "$schema": "https://schemas.example.com/unknown",
    }
    assert compile_schema(schema).is_valid("anything")


def test_error_message_as_a_text_covers_what_is_inside() -> None:
    inner = {"type": "integer", "errorMessage": "A whole number, please"}
    schema = {"properties": {"a": {"type": "string"}, "b": inner}, "errorMessage": "Wrong"}
    assert messages(schema, {"a": 1}) == ["Wrong"]
    assert messages(schema, {"b": "x"}) == ["A whole number, please"]


def test_error_message_as_a_map_covers_the_keywords_it_names() -> None:
    named = {"required": "Say your name", "minimum": "unused"}
    schema = {"required": ["a"], "properties": {"b": {"const": 1}}, "errorMessage": named}
    assert messages(schema, {}) == ["Say your name"]
    assert messages(schema, {"a": 1, "b": 2}) == ["must be 1"]


def test_error_message_is_found_through_references() -> None:
    here = {"$ref": "#/$defs/n", "errorMessage": "Wrong"}
    schema = {"properties": {"a": here}, "$defs": {"n": {"type": "null"}}}
    assert messages(schema, {"a": 1}) == ["Wrong"]
    there = {"type": "null", "errorMessage": "Must be nothing"}
    assert messages({**schema, "$defs": {"n": there}}, {"a": 1}) == ["Must be nothing"]


def test_references_to_resources() -> None:
    person = {
        "properties": {"name": {"$ref": "name"}, "friend": {"$ref": "#"}, "old": {"$ref": "#/x/y"}},
        "x": {"y": {"type": "null"}},
    }
    resources = {
        "https://schemas.example.com/person": person,
        "https://schemas.example.com/name": {"$defs": {"n": {"$anchor": "n"}}, "type": "string"},
    }
    checker = compile_schema({"$ref": "https://schemas.example.com/person"}, resources=resources)
    assert checker.is_valid({"name": "A", "friend": {"name": "B"}, "old": None})
    reasons = checker.check({"friend": {"name": 1}, "old": 1})
    assert sorted(reason.pointer for reason in reasons) == ["/friend/name", "/old"]


def test_names_inside_a_schema() -> None:
    schema = {
        "$id": "https://schemas.example.com/root",
        "properties": {
            "a": {"$ref": "part"},
            "b": {"$ref": "#here"},
            "c": {"$dynamicRef": "#here"},
        },
        "$defs": {
            "p": {"$id": "part", "type": "null", "$defs": {"q": {"$anchor": "here", "const": 1}}},
            "h": {"$dynamicAnchor": "here", "const": 2},
        },
    }
    checker = compile_schema(schema)
    assert checker.is_valid({"a": None, "b": 2, "c": 2})
    assert len(checker.check({"a": 1, "b": 1, "c": 1})) == 3


def test_a_reference_and_a_dynamic_one_both_count() -> None:
    schema = {
        "$ref": "#/$defs/a",
        "$dynamicRef": "#/$defs/b",
        "allOf": [{"maximum": 9}],
        "$defs": {"a": {"type": "integer"}, "b": {"minimum": 5}},
    }
    assert compile_schema(schema).is_valid(7)
    assert [compile_schema(schema).is_valid(value) for value in (7.5, 4, 10)] == [False] * 3


def test_names_of_definitions_may_look_like_anything() -> None:
    names = ["a b", "%41", "~", "/", "é", "callboard.0", "$ref", "#", '"^|']
    schema = {
        "properties": {
            name: {"$ref": "#/$defs/" + "".join(f"%{b:02X}" for b in pointer(name).encode())}
            for name in names
        },
        "$defs": {name: {"const": name} for name in names},
    }
    checker = compile_schema(schema)
    assert checker.is_valid({name: name for name in names})
    assert len(checker.check(dict.fromkeys(names, 0))) == len(names)


def pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        (None, ""),
        ({"items": [{}]}, "/items"),
        ({"allOf": {}}, ""),
        ({"properties": {"a": {"type": "whole"}}}, "/properties/a/type"),
        ({"properties": {"a": {"minLength": "x"}}}, "/properties/a/minLength"),
        ({"$ref": 5}, ""),
        ({"items": {"$ref": "#/nowhere"}}, "/items"),
        ({"items": {"$ref": "#nowhere"}}, "/items"),
        ({"items": {"$ref": "https://schemas.example.com/unknown"}}, "/items"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"pattern": "("}}}, "/$defs/a/pattern"),
        ({"format": "email", "formatMinimum": "a"}, ""),
        ({"format": "date", "formatMinimum": "tomorrow"}, ""),
    ],
)
def test_a_schema_that_cannot_be_used(schema: object, place: str) -> None:
    checker = compile_schema(schema)
    assert checker.problem is not None
    assert (checker.problem.pointer or "") == place
    with pytest.raises(SchemaError):
        checker.is_valid(1)
    with pytest.raises(SchemaError):
        checker.check(1)


def test_a_refused_pattern_is_named_with_the_reason() -> None:
    ahead = compile_schema({"pattern": "^(?=x)y"}).problem
    assert ahead is not None
    assert "'^(?=x)y'" in ahead.message
    assert "ahead or behind" in ahead.message
    back = compile_schema({"patternProperties": {"(a)\\1": {}}}).problem
    assert back is not None
    assert "back to groups" in back.message


def test_one_checker_serves_many_threads() -> None:
    checker = compile_schema({"type": "array", "items": {"type": "integer", "maximum": 5}})
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(checker.is_valid, [[n % 10] for n in range(200)]))
    assert results == [n % 10 <= 5 for n in range(200)]


def test_the_metaschema_may_be_referred_to() -> None:
    checker = compile_schema({"$ref": "https://json-schema.org/draft/2020-12/schema"})
    assert checker.is_valid({"type": "string"})
    assert checker.check({"type": 5})
