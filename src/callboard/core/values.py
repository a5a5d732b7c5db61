"""JSON values, and how JavaScript would print, judge and compare them.

The format that Callboard is compatible with was defined by a JavaScript engine, so texts made
from values, and conditions, follow its rules (specification: process, details 2; expressions,
details 5).
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"


class Absent(Enum):
    """The type of `ABSENT`: nothing was given, which is not the same as null."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent.ABSENT


def truthy(value: Json) -> bool:
    """JavaScript's truth: false, null, 0 and "" are false; `[]` and `{}` are true.

    >>> truthy([]), truthy(""), truthy(0.0)
    (True, False, False)
    """
    return bool(value) or isinstance(value, (list, dict))


def number_text(number: int | float) -> str:
    """A number as JavaScript prints it.

    >>> number_text(1.0), number_text(1e21), number_text(12345678901234567890.0)
    ('1', '1e+21', '12345678901234567000')
    """
    if isinstance(number, int) and abs(number) < 2**53:
        return str(number)
    number = float(number)
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    digits, exponent = _shortest(abs(number))
    return sign + _place_point(digits, exponent)


def _shortest(number: float) -> tuple[str, int]:
    """The shortest digits that read back as `number`, and the place of the point before them."""
    mantissa, _, power = f"{number!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    point = len(whole) + int(power or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    return stripped.rstrip("0"), point


def _place_point(digits: str, point: int) -> str:
    """ECMAScript, Number::toString: where the point or the exponent goes."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = point - 1
    exponent = f"e{'+' if power > 0 else '-'}{abs(power)}"
    return digits[0] + ("." + digits[1:] if count > 1 else "") + exponent


def text_of(value: Json) -> str:
    """A value as JavaScript's `String()` prints it; null gives "null".

    >>> text_of([1, [2, None], {"a": 1}]), text_of(True)
    ('1,2,,[object Object]', 'true')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, list):
        return ",".join("" if item is None else text_of(item) for item in value)
    return "[object Object]"


def equal(left: Json, right: Json) -> bool:
    """Equality of JSON values: numbers by value, but `true` is not 1; the order of keys is nothing.

    >>> equal(1, 1.0), equal(True, 1), equal({"a": [1]}, {"a": [1.0]})
    (True, False, True)
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return left == right
