"""What a scalar means: by the core schema of YAML 1.2, and by JavaScript's `Number()`.

Numbers are IEEE doubles. Whole ones below 2⁵³ are given as integers (`3.0` is 3), larger ones as
floats. Specification: language, section 1 and details 13.
"""

from __future__ import annotations

import math
import re
from typing import Final

from callboard.core.values import Json, number_text

WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
JS_BLANKS: Final = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What JavaScript trims."""

_STARTS: Final = frozenset("+-.0123456789")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_JS_BASED: Final = re.compile(r"0([oO][0-7]+|[xX][0-9a-fA-F]+|[bB][01]+)")
_SAFE: Final = 2**53


def resolve(text: str) -> Json:
    """The value of a plain scalar, by the core schema of YAML 1.2.

    Raises ValueError for infinity, NaN and numbers beyond a double.

    >>> [resolve(text) for text in ("yes", "~", "0o14", "014", "1.50", "1_000", "2026-03-31")]
    ['yes', None, 12, 14, 1.5, '1_000', '2026-03-31']
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in _STARTS:
        return text
    if _DECIMAL.fullmatch(text) or _BASED.fullmatch(text):
        return _number(text)
    if _NO_NUMBER.fullmatch(text):
        raise ValueError(f"{text} is no number that JSON has")
    return text


def key_text(value: bool | int | float | str | None) -> str:
    """A key as JavaScript prints it; a null key is the empty text.

    >>> key_text(1.50), key_text(True), key_text(None)
    ('1.5', 'true', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)


def js_scalar(text: str) -> Json:
    """The value of a scalar behind `!const` or `!default`, where quotes make no difference.

    `~` is null, `true` and `false` are booleans, what JavaScript reads as a finite number is that
    number, and all else is text. Specification: language, details 13.

    >>> [js_scalar(text) for text in ("", " 12 ", "1e3", "0x10", "012", "null", "1e999")]
    [0, 12, 1000, 16, 12, 'null', '1e999']
    """
    if text in ("~", "true", "false"):
        return WORDS[text]
    trimmed = text.strip(JS_BLANKS)
    if not trimmed:
        return 0
    if not (_DECIMAL.fullmatch(trimmed) or _JS_BASED.fullmatch(trimmed)):
        return text
    try:
        return _number(trimmed)
    except ValueError:
        return text


def _number(text: str) -> int | float:
    """The number that the text of a decimal or of a `0x…`, `0o…`, `0b…` integer means."""
    if len(text) < 16 and _INTEGER.fullmatch(text):
        return int(text)
    try:
        number = float(int(text, 0)) if text[1:2].isalpha() and text[1] not in "eE" else float(text)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        short = text if len(text) <= 30 else text[:30] + "…"
        raise ValueError(f"{short} is beyond the numbers that JSON has")
    return int(number) if number.is_integer() and abs(number) < _SAFE else number
