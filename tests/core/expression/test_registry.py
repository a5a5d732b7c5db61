"""Functions of applications: added to the built-in ones, checked, and held to the same bounds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callboard.core.expression import BUILTINS, Budget, Function, compile_expression
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json
from callboard.errors import BudgetError, ExpressionError


def run(text: str, data: Json, *functions: Function) -> Json:
    known = BUILTINS
    for function in functions:
        known = known.with_function(function)
    return compile_expression(text, functions=known)(data)


def custom(call: Callable[..., object], signature: str = "(value: any) -> any") -> Function:
    return Function("custom", signature, call)


def test_a_function_is_added() -> None:
    shout = Function("shout", "(text: string, times?: number) -> string", _shout)
    assert run("l[*].shout(@, 2)", {"l": ["a", "b"]}, shout) == ["a!!", "b!!"]
    assert "shout" not in BUILTINS


def _shout(text: str, times: int = 1) -> str:
    return text + "!" * times


def test_one_of_the_same_name_gives_way() -> None:
    assert run("length('abc')", None, Function("length", "(x: any) -> number", lambda x: 0)) == 0


def test_it_may_evaluate_references() -> None:
    every = Function(
        "every",
        "(test: expression, items: array) -> boolean",
        lambda test, items: all(test(item) is True for item in items),
    )
    assert run("every(&(@ > 1), l)", {"l": [2, 3]}, every) is True
    assert run("let $n = 2 in every(&(@ > $n), l)", {"l": [2, 3]}, every) is False


def test_its_arguments_are_checked() -> None:
    function = custom(len, "(value: array[number]|string, ...more: null|boolean) -> number")
    with pytest.raises(ExpressionError, match="custom"):
        run("custom(`[1, null]`)", None, function)
    with pytest.raises(ExpressionError, match="more has to be null or a boolean, not a number"):
        run("custom('', 1)", None, function)
    assert run("custom(`[1, 2]`)", None, function) == 2


@pytest.mark.parametrize("error", [ValueError("bad"), KeyError("a"), RecursionError(), TypeError()])
def test_whatever_it_raises_is_an_error_of_the_expression(error: Exception) -> None:
    def fail(value: Json) -> Json:
        raise error

    with pytest.raises(ExpressionError, match=r"custom\(\) failed") as caught:
        run("a || custom(1)", {}, custom(fail))
    assert caught.value.position == 5


@pytest.mark.parametrize("result", [{1, 2}, (1, 2), object(), b"x", {"a": {"b": ...}}])
def test_what_it_gives_is_json(result: object) -> None:
    with pytest.raises(ExpressionError, match="no JSON"):
        run("custom(1)", None, custom(lambda value: result))


def test_what_it_gives_is_charged_for() -> None:
    limits = Limits(output_size=1000)
    functions = BUILTINS.with_function(custom(lambda value: [0] * 100))
    expression = compile_expression("map(&custom(@), range(100))", functions=functions)
    with pytest.raises(BudgetError):
        expression(None, Budget(limits))


def test_calls_are_charged_for() -> None:
    functions = BUILTINS.with_function(custom(lambda value: 1))
    budget = Budget(DEFAULT_LIMITS)
    compile_expression("map(&custom(@), range(100))", functions=functions)(None, budget)
    assert DEFAULT_LIMITS.expression_steps - budget.steps > 2000


@pytest.mark.parametrize(
    "signature",
    [
        *("", "text: string", "(text: string)", "(text) -> any", "(text: word) -> any"),
        *("(...rest: any, last: any) -> any", "(a: expression|string) -> any", "(a: any -> any"),
        "(a: string; b: any) -> any",
    ],
)
def test_a_signature_has_to_be_one(signature: str) -> None:
    with pytest.raises(ValueError, match=r"signature|parameter|types"):
        Function("custom", signature, len)


@pytest.mark.parametrize("name", ["", "1a", "a-b", "é", "a b"])
def test_a_name_has_to_be_one(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        Function(name, "() -> any", len)
