"""Truth, comparison, arithmetic, conditions, variables."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.expression.budget import Budget
from callboard.core.expression.comparing import same
from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.values import equal
from tests.core.expression.evaluating import evaluate, failure

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, 2.5, "", "a", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("value", ["null", "false", '""', "[]", "{}"])
def test_what_is_false(value: str) -> None:
    assert evaluate(f"`{value}` ? 1 : 2") == 2
    assert evaluate(f"!`{value}`") is True
    assert evaluate(f"[`{value}`][?@]") == []


@pytest.mark.parametrize("value", ["true", "0", "0.0", '" "', "[null]", '{"a": null}'])
def test_what_is_true(value: str) -> None:
    assert evaluate(f"`{value}` ? 1 : 2") == 1
    assert evaluate(f"`{value}` && 'yes'") == "yes"


def test_a_condition_may_be_any_comparison() -> None:
    data = {"n": 3, "l": [{"n": 1}, {"n": "1"}, {"n": True}, {}]}
    assert evaluate("l[?n == 1]", data) == [{"n": 1}]
    assert evaluate("l[?n != 1]", data) == [{"n": "1"}, {"n": True}, {}]
    assert evaluate("l[?n == `true`]", data) == [{"n": True}]
    assert evaluate("l[?n < 2]", data) == [{"n": 1}]
    assert evaluate("l[?2 > n]", data) == [{"n": 1}]
    assert evaluate("l[?n > $.n || !n]", data) == [{}]
    assert evaluate("l[?n == `null`]", data) == [{}]
    assert evaluate("l[?n != null]", data) == [{"n": 1}, {"n": "1"}, {"n": True}]


@given(JSON, JSON)
def test_equality_is_that_of_json(left: object, right: object) -> None:
    data = {"left": left, "right": right}
    wanted = equal(left, right)
    assert evaluate("left == right", data) is wanted
    assert evaluate("left != right", data) is not wanted
    assert same(left, right, Budget(DEFAULT_LIMITS)) is wanted


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("sides", ["'a' {} 'b'", "a {} 1", "1 {} `true`", "[a] {} [a]", "'a' {} 1"])
def test_order_is_for_numbers(operator: str, sides: str) -> None:
    assert evaluate(sides.format(operator), {}) is None


def test_a_comparison_that_is_null_is_no_truth() -> None:
    assert evaluate("['a', `2`][?@ > 1]") == [2]
    assert evaluate("!('a' > 1)") is True


def test_comparisons_chain_from_the_left() -> None:
    assert evaluate("1 < 2 == `true`") is True
    assert evaluate("3 > 2 > 1") is None


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("7 // -2", -4),
        ("1 // 0.1", 10),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("5.5 % 2", 1.5),
        ("6 / 2", 3),
        ("0.1 + 0.2", 0.1 + 0.2),
        ("`9007199254740993`", 9007199254740992.0),
        ("9007199254740992 + 1", 9007199254740992.0),
        ("9007199254740991 + 1", 9007199254740992.0),
        ("3037000500 * 3037000500", 3037000500.0**2),
        ("+a", 3),
        ("a × 2 − 1 ÷ 1", 5),
        ("a * a * a", 27),
    ],
)
def test_arithmetic(text: str, result: float) -> None:
    found = evaluate(text, {"a": 3})
    assert found == result
    assert isinstance(found, float) is not float(result).is_integer() or abs(result) >= 2**53


@pytest.mark.parametrize(
    "text",
    [
        *("1 / 0", "1 // 0", "1 % 0", "1 / (a - 3)", "1e308 * 10", "-1e308 - 1e308"),
        *("1 + b", "'1' + 1", "1 + `true`", "-b", "+'1'", "[1] * 2", "b * b", "1e308 // 1e-308"),
    ],
)
def test_arithmetic_that_fails_says_where(text: str) -> None:
    error = failure(text, {"a": 3})
    assert error.position is not None
    assert text[error.position] in "+-*/%"


def test_a_constant_that_fails_does_so_only_when_it_is_needed() -> None:
    assert evaluate("`true` ? 1 : 1 / 0") == 1
    assert evaluate("if(`false`, 1 / 0, 2)") == 2
    assert evaluate("`1` || 1 / 0") == 1
    assert evaluate("`null` && 1 / 0") is None


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e6, 1e6))
def test_numbers_are_doubles(left: float, right: float) -> None:
    for operator, result in (("+", left + right), ("-", left - right), ("*", left * right)):
        if math.isfinite(result):
            assert evaluate(f"a {operator} b", {"a": left, "b": right}) == result


def test_if_takes_javascript_for_truth() -> None:
    truths = [[], {}, 1, "0", True]
    assert evaluate("[*].if(@, 't', 'f')", truths) == ["t"] * 5
    assert evaluate("map(&if(@, 't', 'f'), @)", [0, "", None, False]) == ["f"] * 4


def test_variables_outlive_what_they_are_made_of() -> None:
    data = {"l": [{"a": 1}, {"a": 2}], "n": 2}
    assert evaluate("let $n = n in l[?a == $n]", data) == [{"a": 2}]
    assert evaluate("let $n = n in map(&(a * $n), l)", data) == [2, 4]
    assert evaluate("l[*].[let $a = a in let $b = 9 in $a + $b][]", data) == [10, 11]
