"""Functions of numbers.

Sums are made from the left, number by number, as doubles are: a compensated sum would differ in its
last digits from what other engines, and other versions of Python, give.
"""

from __future__ import annotations

import math
import re
from typing import Final

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function
from callboard.core.expression.numbers import EXACT, Number, plain, whole
from callboard.core.values import Json
from callboard.errors import BudgetError, ExpressionError

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
"""A number as JSON has it."""


def _abs(_budget: Budget, number: Number) -> Number:
    return plain(abs(number))


def _ceil(_budget: Budget, number: Number) -> Number:
    return math.ceil(number) if -EXACT < number < EXACT else plain(number)


def _floor(_budget: Budget, number: Number) -> Number:
    return math.floor(number) if -EXACT < number < EXACT else plain(number)


def _sum(budget: Budget, numbers: list[Number]) -> Number:
    budget.work(len(numbers))
    total = 0.0
    try:
        for number in numbers:
            total += number
    except OverflowError:
        total = math.inf
    return plain(total)


def _avg(budget: Budget, numbers: list[Number]) -> Number | None:
    return plain(_sum(budget, numbers) / len(numbers)) if numbers else None


def _range(
    budget: Budget, start: Number, end: Number | None = None, prefix: str | None = None
) -> list[Json]:
    first = 0 if end is None else whole(start, "range(): start")
    last = whole(start if end is None else end, "range(): end")
    count = max(0, last - first)
    most = budget.limits.range_length
    if count > most:
        raise BudgetError(f"range() gives at most {most} items, not {count}.")
    budget.work(count)
    if prefix is None:
        return list(range(first, last))
    budget.build(count * (len(prefix) + len(str(max(abs(first), abs(last))))))
    return [f"{prefix}{number}" for number in range(first, last)]


def _to_number(budget: Budget, value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if not isinstance(value, str):
        return plain(value)
    budget.work(len(value) // 64)
    try:
        return plain(float(value)) if _NUMBER.fullmatch(value) else None
    except ExpressionError:
        return None


FUNCTIONS: Final = (
    Function("abs", "(number: number) -> number", _abs, metered=True),
    Function("avg", "(numbers: array[number]) -> number|null", _avg, metered=True),
    Function("ceil", "(number: number) -> number", _ceil, metered=True),
    Function("floor", "(number: number) -> number", _floor, metered=True),
    Function(
        "range",
        "(start: number, end?: number, prefix?: string) -> array",
        _range,
        metered=True,
    ),
    Function("sum", "(numbers: array[number]) -> number", _sum, metered=True),
    Function("to_number", "(value: any) -> number|null", _to_number, metered=True),
)
