"""Nesting: 128 levels of anything work, what is too deep is an error, chains may be long."""

from __future__ import annotations

import pytest

from callboard.core.expression import compile_expression
from callboard.errors import ExpressionError
from tests.core.expression.evaluating import evaluate, failure

NESTED = {
    "parentheses": ("(", "a", ")"),
    "lists": ("[", "a", "]"),
    "objects": ("{a: ", "a", "}"),
    "not": ("!(", "a", ")"),
    "minus": ("-(", "1", ")"),
    "sums": ("(1 + ", "1", ")"),
    "conditions": ("(a && ", "a", ")"),
    "if": ("if(a, ", "a", ")"),
    "ternary": ("(a ? ", "a", " : a)"),
    "calls": ("not_null(", "a", ")"),
    "pipes": ("(@ | ", "a", ")"),
    "let": ("let $x = a in ", "$x", ""),
    "filters": ("@[?", "a", "]"),
    "references": ("map(&", "@", ", `[1]`)"),
    "keys": ("max_by(`[1]`, &", "@", ")"),
    "comparisons": ("(a == ", "a", ")"),
    "selects": ("a.[", "a", "]"),
}


@pytest.mark.parametrize("kind", NESTED)
def test_128_levels(kind: str) -> None:
    start, middle, end = NESTED[kind]
    compile_expression(start * 128 + middle + end * 128)({"a": 1})


@pytest.mark.parametrize("kind", NESTED)
def test_too_many_levels(kind: str) -> None:
    start, middle, end = NESTED[kind]
    count = 9000 // len(start + end)
    assert "nested too deep" in failure(start * count + middle + end * count, {"a": 1}).message


def test_the_parser_stops_before_the_stack_does() -> None:
    position = failure("(" * 9000).position
    assert position is not None
    assert 160 <= position < 250


@pytest.mark.parametrize("step", ["[*]", ".*", "[?@]", "[:]"])
def test_128_projections(step: str) -> None:
    assert compile_expression("a" + step * 128)({"a": []}) in ([], None)
    assert "nested too deep" in failure("a" + step * 3000).message


@pytest.mark.parametrize("depth", [20, 128, 159])
def test_a_projection_goes_as_deep_as_the_data(depth: int) -> None:
    data = 1
    for _ in range(depth):
        data = [data]
    found = evaluate("@" + "[*]" * depth, data)
    assert found == data


@pytest.mark.parametrize(
    "chain",
    [
        *("a" + ".a" * 6000, "a" + "[0]" * 6000, "a" + "[]" * 6000, "a" + " | a" * 4000),
        *("a" + " || a" * 3000, "a" + " && a" * 3000, "1" + " + 1" * 4000, "a" + " == a" * 3000),
        *("[" + "a," * 6000 + "a]", "not_null(" + "a," * 6000 + "a)", "-" * 9000 + "1"),
    ],
)
def test_a_chain_may_be_long(chain: str) -> None:
    compile_expression(chain)({"b": 1})


def nested(depth: int, text: str) -> str:
    """What becomes of an expression that is met so deep in Python's stack."""
    if depth:
        return nested(depth - 1, text)
    try:
        evaluate(text, {"a": 1})
    except ExpressionError as error:
        return error.message
    return "it worked"


@pytest.mark.parametrize("kind", NESTED)
def test_where_the_stack_is_short_it_is_still_our_error(kind: str) -> None:
    start, middle, end = NESTED[kind]
    text = start * 100 + middle + end * 100
    for depth in range(500, 880, 40):
        message = nested(depth, text)
        assert message == "it worked" or "nested too deep" in message
