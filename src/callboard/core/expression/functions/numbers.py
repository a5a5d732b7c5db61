"""Functions of numbers."""

from __future__ import annotations

import math

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function
from callboard.core.values import Json
from callboard.errors import ExpressionError

Number = int | float


def _sum(budget: Budget, numbers: list[Number]) -> Number:
    budget.work(len(numbers))
    return finite(math.fsum(numbers) if any(type(n) is float for n in numbers) else sum(numbers))


def _average(budget: Budget, numbers: list[Number]) -> Number | None:
    return finite(_sum(budget, numbers) / len(numbers)) if numbers else None


def _range(
    budget: Budget, start: Number, end: Number | None = None, prefix: str | None = None
) -> list[Json]:
    low, high = (0, _whole(start)) if end is None else (_whole(start), _whole(end))
    count = max(0, high - low)
    if count > budget.limits.range_length:
        raise ExpressionError(
            f"range() would give {count} items; at most {budget.limits.range_length} are allowed."
        )
    budget.build(count * (1 if prefix is None else len(prefix) + 8))
    budget.work(count)
    if prefix is None:
        return list(range(low, high))
    return [f"{prefix}{number}" for number in range(low, high)]


def _whole(number: Number) -> int:
    if number != int(number):
        raise ExpressionError(f"range() takes whole numbers, not {number}.")
    return int(number)


def finite(number: Number) -> Number:
    """A number as a document holds it: whole ones as integers where a double is exact."""
    if isinstance(number, int):
        return number if abs(number) < 2**53 else float(number)
    if not math.isfinite(number):
        raise ExpressionError("The number is too large.")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


FUNCTIONS = (
    Function("abs(number: number)", lambda budget, number: abs(number)),
    Function("avg(numbers: array[number])", _average),
    Function("ceil(number: number)", lambda budget, number: finite(math.ceil(number))),
    Function("floor(number: number)", lambda budget, number: finite(math.floor(number))),
    Function("range(start: number, end?: number, prefix?: string)", _range),
    Function("sum(numbers: array[number])", _sum),
)
