"""Truth and comparison, as JMESPath has them.

False, null, and empty texts, lists and objects are false; 0 is true. Equality is that of JSON:
numbers by value, `true` is not 1. Order is for numbers only; between other values there is none,
and the answer is null. Closures for the frequent cases of a constant side come first.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any, Final

from callboard.core.expression.budget import Budget
from callboard.core.expression.nodes import Choice, Comparison, Constant, Not
from callboard.core.expression.numbers import NUMBERS
from callboard.core.expression.scope import Closure, Part, Scope
from callboard.core.values import Json

_TEXT: Final = 256
"""Characters that are compared for the price of one step."""

_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def is_true(value: object) -> bool:
    """JMESPath's truth.

    >>> is_true(0), is_true(""), is_true([]), is_true([0])
    (True, False, False, True)
    """
    return True if value else type(value) in NUMBERS


def condition(part: Part) -> Closure:
    """A closure whose result Python finds true when JMESPath does."""
    if isinstance(part.node, (Not, Comparison)):
        return part.run
    run = part.run
    return lambda value, scope: is_true(run(value, scope))


def negation(operand: Part) -> Closure:
    """`!operand`"""
    run = condition(operand)
    return lambda value, scope: not run(value, scope)


def choice(node: Choice, sides: list[Part]) -> Closure:
    """`||` or `&&`: the first side whose truth ends it, else the last."""
    until = node.until
    if len(sides) == 2:
        return _either(sides[0].run, sides[1].run) if until else _both(sides[0].run, sides[1].run)
    first, last = tuple(side.run for side in sides[:-1]), sides[-1].run

    def chosen(value: Json, scope: Scope) -> Json:
        for side in first:
            found: Json = side(value, scope)
            if is_true(found) is until:
                return found
        result: Json = last(value, scope)
        return result

    return chosen


def _either(left: Closure, right: Closure) -> Closure:
    return lambda value, scope: (
        found if is_true(found := left(value, scope)) else right(value, scope)
    )


def _both(left: Closure, right: Closure) -> Closure:
    return lambda value, scope: (
        right(value, scope) if is_true(found := left(value, scope)) else found
    )


def comparison(node: Comparison, sides: list[Part]) -> tuple[Closure, bool]:
    """A comparison of two sides, or a chain of them from the left; and whether it needs no scope
    to charge for what it compares.
    """
    if len(sides) > 2:
        return _chain(node, sides), False
    operator: str = node.rest[0][0]
    left, right = sides
    if isinstance(left.node, Constant):
        operator, left, right = _MIRRORED[operator], right, left
    if isinstance(right.node, Constant):
        constant = right.node.value
        return _with_constant(operator, left.run, constant), not isinstance(constant, (list, dict))
    return _between(operator, left.run, right.run), operator in _ORDERS


def _chain(node: Comparison, sides: list[Part]) -> Closure:
    first = sides[0].run
    rest = [
        (operator, side.run) for (operator, _, _), side in zip(node.rest, sides[1:], strict=True)
    ]

    def chain(value: Json, scope: Scope) -> Json:
        found: Json = first(value, scope)
        for operator, side in rest:
            found = _compare(operator, found, side(value, scope), scope.budget)
        return found

    return chain


def _compare(operator: str, left: Json, right: Json, budget: Budget) -> bool | None:
    if operator in _ORDERS:
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return _ORDERS[operator](left, right)
        return None
    return same(left, right, budget) is (operator == "==")


def _between(operator: str, left: Closure, right: Closure) -> Closure:
    order = _ORDERS.get(operator)
    if order is None:
        wanted = operator == "=="
        return lambda value, scope: (
            same(left(value, scope), right(value, scope), scope.budget) is wanted
        )

    def ordered(value: Json, scope: Scope) -> bool | None:
        first, second = left(value, scope), right(value, scope)
        if type(first) in NUMBERS and type(second) in NUMBERS:
            return order(first, second)
        return None

    return ordered


def _with_constant(operator: str, run: Closure, constant: Json) -> Closure:
    order = _ORDERS.get(operator)
    if order is not None:
        return _ordered_with(order, run, constant)
    wanted = operator == "=="
    if isinstance(constant, str):
        return lambda value, scope: (run(value, scope) == constant) is wanted
    if constant is None or isinstance(constant, bool):
        return lambda value, scope: (run(value, scope) is constant) is wanted
    if isinstance(constant, (int, float)):
        return lambda value, scope: (
            ((found := run(value, scope)) == constant and type(found) in NUMBERS) is wanted
        )
    return lambda value, scope: same(run(value, scope), constant, scope.budget) is wanted


def _ordered_with(order: Callable[[Any, Any], bool], run: Closure, constant: Json) -> Closure:
    if type(constant) not in NUMBERS:
        return _no_order(run)

    def ordered(value: Json, scope: Scope) -> bool | None:
        found = run(value, scope)
        return order(found, constant) if type(found) in NUMBERS else None

    return ordered


def _no_order(run: Closure) -> Closure:
    def nothing(value: Json, scope: Scope) -> None:
        run(value, scope)  # it may fail, and then this fails too

    return nothing


def same(left: Json, right: Json, budget: Budget) -> bool:
    """Equality of JSON values, charged for by their size."""
    if not isinstance(left, (list, dict)) or not isinstance(right, (list, dict)):
        return _same_scalar(left, right, budget)
    pending: list[tuple[Json, Json]] = [(left, right)]
    while pending:
        left, right = pending.pop()
        if isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            budget.work(len(left) + 1)
            pending.extend(zip(left, right, strict=True))
        elif isinstance(left, dict) and isinstance(right, dict):
            if left.keys() != right.keys():
                return False
            budget.work(2 * len(left) + 1)
            pending.extend((value, right[key]) for key, value in left.items())
        elif not _same_scalar(left, right, budget):
            return False
    return True


def _same_scalar(left: Json, right: Json, budget: Budget) -> bool:
    if isinstance(left, str) and isinstance(right, str) and len(left) > _TEXT:
        budget.work(len(left) // _TEXT)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right
