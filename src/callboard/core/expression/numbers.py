"""Numbers as documents hold them: IEEE doubles, of which whole ones are Python integers.

Specification: expressions, "Numbers". An integer of 2⁵³ or more has no exact double; from there on
a number is a float, so that all engines compute alike.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from callboard.errors import ExpressionError

Number: TypeAlias = int | float

EXACT: Final = 2**53
"""The first whole number that a double may stand for wrongly."""

NUMBERS: Final = (int, float)
"""The types of numbers. `bool` is none: compare types, not classes."""


def is_number(value: object) -> bool:
    """Whether a value is a number; `true` is not."""
    return type(value) in NUMBERS


def plain(number: Number) -> Number:
    """The number as a document holds it. Raises ExpressionError when it is not finite.

    >>> plain(2.0), plain(0.5), plain(2**53 + 1)
    (2, 0.5, 9007199254740992.0)
    """
    if -EXACT < number < EXACT:
        return int(number) if number == int(number) else number
    try:
        number = float(number)
    except OverflowError:
        number = float("inf")
    if number - number != 0:  # neither infinity nor NaN is its own equal
        raise ExpressionError("The number is too large.")
    return number


def whole(number: Number, what: str) -> int:
    """A number that has to be whole, as an integer. Raises ExpressionError.

    >>> whole(3.0, "count")
    3
    """
    if -EXACT < number < EXACT and number == int(number):
        return int(number)
    raise ExpressionError(f"{what} is a whole number, not {number}.")
