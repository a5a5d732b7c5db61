"""JSON texts inside of expressions: literals between backticks, quoted names, `json_parse()`.

Stricter than Python's reader: a document holds no NaN, no number beyond the doubles, no NUL and no
half of a surrogate pair (design, rules of safety 7), and is nested as deep as documents may be.
"""

from __future__ import annotations

import json

from callboard.core.expression.numbers import plain
from callboard.core.values import Json
from callboard.errors import ExpressionError

_INTEGER_DIGITS = 15
"""Decimal digits that always fit a double."""


def read_json(text: str, depth: int) -> Json:
    """The value of a JSON text. Raises ValueError that says what is wrong with it.

    >>> read_json('{"a": [1.0, 2.5]}', 2)
    {'a': [1, 2.5]}
    """
    try:
        value: Json = json.loads(
            text, parse_int=_integer, parse_float=read_number, parse_constant=_constant
        )
    except RecursionError:
        raise ValueError(f"it is nested more than {depth} levels deep") from None
    if text.count("[") + text.count("{") > depth:
        _check_depth(value, depth)
    if "\\u" in text:
        _check_characters(value)
    return value


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= _INTEGER_DIGITS else read_number(text)


def read_number(text: str) -> int | float:
    """The number that digits, a point and an exponent stand for. Raises ValueError when none."""
    try:
        return plain(float(text))
    except ExpressionError:
        raise ValueError("a number is too large") from None


def _constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def _check_depth(value: Json, depth: int) -> None:
    level = [value]
    for _ in range(depth + 1):
        level = [part for item in level if isinstance(item, (list, dict)) for part in _parts(item)]
        if not level:
            return
    raise ValueError(f"it is nested more than {depth} levels deep")


def _parts(value: list[Json] | dict[str, Json]) -> list[Json]:
    return list(value.values()) if isinstance(value, dict) else value


def _check_characters(value: Json) -> None:
    """Only an escape can bring in what the text itself could not hold."""
    text = json.dumps(value, ensure_ascii=False)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("it holds half of a surrogate pair") from None
    if "\\u0000" in text.replace("\\\\", ""):
        raise ValueError("it holds the character NUL")
