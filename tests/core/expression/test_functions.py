"""The built-in functions, where the reference's examples and the vectors leave something open."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.expression import BUILTINS
from callboard.core.expression.functions import FAMILIES
from tests.core.expression.evaluating import evaluate, failure

SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)
VALUES = st.recursive(
    SCALARS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_serialised_is_parsed_again(value: object) -> None:
    assert evaluate("json_parse(json_serialize(@))", value) == value


@given(TEXT, TEXT, st.integers(-12, 12), st.integers(-12, 12))
def test_finding_is_that_of_slices(text: str, part: str, start: int, end: int) -> None:
    data = {"t": text, "p": part, "s": start, "e": end}
    first, last = text.find(part, start, end), text.rfind(part, start, end)
    assert evaluate("find_first(t, p, s, e)", data) == (first if part and first >= 0 else None)
    assert evaluate("find_last(t, p, s, e)", data) == (last if part and last >= 0 else None)


@given(st.lists(st.integers(-5, 5) | st.floats(-5, 5)))
def test_sorting_keeps_the_order_of_equals(numbers: list) -> None:
    items = [{"key": key, "place": place} for place, key in enumerate(numbers)]
    found = evaluate("sort_by(@, &key)", items)
    assert found == sorted(items, key=lambda item: (item["key"], item["place"]))
    assert evaluate("sort(@)", numbers) == sorted(numbers)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("sum(`[]`)", 0),
        ("avg(`[]`)", None),
        ("sum(`[0.1, 0.2, 0.3]`)", 0.1 + 0.2 + 0.3),
        ("max(`[]`)", None),
        ("min_by(`[]`, &a)", None),
        ("abs(-0.5)", 0.5),
        ("ceil(-1.5)", -1),
        ("floor(1e300)", 1e300),
        ("range(2, 4, '')", ["2", "3"]),
        ("range(-2)", []),
        ("to_number('1e999')", None),
        ("to_number(' 1')", None),
        ("to_number('01')", None),
        ("to_number('-0.50')", -0.5),
        ("to_number('٣')", None),
        ("to_string(`1.0`)", "1"),
        ('to_string(`{"b": 1, "a": [1e21, null]}`)', '{"a":[1e+21,null],"b":1}'),
        ("contains('abc', `1`)", False),
        ("contains(`[1, true, null, [1]]`, `[1.0]`)", True),
        ("contains(`[1]`, `true`)", False),
        ("contains(`[true]`, 1)", False),
        ('group_by(`[{"k": null}, {"k": "a"}]`, &k)', {"a": [{"k": "a"}]}),
        ('merge(`{}`, `{"a": 1}`, `{"a": null}`)', {"a": None}),
        ("zip(`[1, 2]`, `[3]`)", [[1, 3]]),
        ("zip(`[1, 2]`)", [[1], [2]]),
        ('from_items(`[["a", 1], ["a", 2]]`)', {"a": 2}),
        ("not_null(a, `null`)", None),
        ("get('x', 'a', 1)", 1),
        ("replace('aaa', '', '-')", "-a-a-a-"),
        ("replace('aaa', 'a', 'b', 0)", "aaa"),
        ("split('a,b,', ',')", ["a", "b", ""]),
        ("split('abc', '', 5)", ["a", "b", "c"]),
        ("split('', ',')", [""]),
        ("trim('  a ', '')", "a"),
        ("trim('xyaxy', 'yx')", "a"),
        ("trim_right('   ')", ""),
        ("join('-', `[]`)", ""),
        ("pad_left('é', 3, '·')", "··é"),
        ("reverse('a\U0001f600')", "\U0001f600a"),
        ("length('\U0001f600')", 1),
        ("upper('straße')", "STRASSE"),
        ("type(@)", "null"),
        ("uuid('x') == uuid('x', '00000000-0000-0000-0000-000000000000')", True),
    ],
)
def test_a_result(text: str, result: object) -> None:
    found = evaluate(text)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    "text",
    [
        *('sort(`[1, "a"]`)', "sort(`[true]`)", "sort(`[[1]]`)", 'max(`[1, "a"]`)'),
        *("sort_by(`[1]`, &a)", 'sort_by(`[1, "a"]`, &@)', "min_by(`[true]`, &@)"),
        *('group_by(`[{"k": 1}]`, &k)', "from_items(`[[1, 2]]`)", 'from_items(`["ab"]`)'),
        *("pad_left('a', -1)", "pad_left('a', 2, '')", "pad_left('a', 1.5)", "split('a', 'b', -1)"),
        *("replace('a', 'b', 'c', -1)", "range(1.5)", "range(1, 1e300)", "range(0, 3, 1)"),
        *("get(@, `null`)", "keys(`[]`)", "length(`null`)", "length(1)", "map(&a, `{}`)"),
        *("join(',', `[1]`)", "join(',', `[null]`)", 'sum(`["1"]`)', "sum(`[true]`)", "abs('1')"),
        *("sum(`[1e308, 1e308]`)", "avg(`[1e308, 1e308]`)", "uuid('x', 'y')", "sha256(1)"),
        *("json_parse('')", "json_parse('{\"a\":}')", "json_parse('NaN')", "json_parse('1e999')"),
        *("json_parse('\"\\ud800\"')", "json_parse('\"\\u0000\"')", "merge(`{}`, `[]`)", "zip(1)"),
        *("find_first('a', 'a', 0.5)", "upper(`null`)", "reverse(1)", "items(`[]`)", "values('')"),
    ],
)
def test_what_fails_says_where(text: str) -> None:
    error = failure(f"  {text}", {})
    assert error.position == 2


@pytest.mark.parametrize(
    "text",
    [
        *("length()", "length(a, b)", "if(a)", "if(a, b, c, d)", "merge()", "not_null()", "zip()"),
        *("map(a, b)", "map(b, &a)", "sort_by(a, b)", "length(&a)", "if(&a, b, c)", "range()"),
    ],
)
def test_a_call_that_cannot_be_right_does_not_compile(text: str) -> None:
    assert failure(f"`false` && {text}").position is not None


def test_digests_are_of_utf8() -> None:
    text = "žluť \U0001f40e"
    assert evaluate("sha256(@)", text) == hashlib.sha256(text.encode()).hexdigest()
    assert evaluate("sha512(@)", text) == hashlib.sha512(text.encode()).hexdigest()


def test_json_is_parsed_no_deeper_than_documents_are() -> None:
    assert json.dumps(evaluate("json_parse(@)", "[" * 128 + "]" * 128))
    assert "128 levels" in failure("json_parse(@)", "[" * 200 + "]" * 200).message
    assert "128 levels" in failure("json_parse(@)", "[" * 90000).message


def test_brackets_in_texts_are_no_depth() -> None:
    assert evaluate("json_parse(@)", '"' + "[" * 1000 + '"') == "[" * 1000


def test_every_function_is_listed_once() -> None:
    assert len(BUILTINS) == sum(map(len, FAMILIES))
    assert BUILTINS["to_object"].callable is BUILTINS["from_items"].callable
