"""Functions of texts. Positions and lengths count code points."""

from __future__ import annotations

from typing import Final

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function
from callboard.core.expression.numbers import Number, whole
from callboard.core.values import Json
from callboard.errors import BudgetError, ExpressionError

_SEARCHED: Final = 16
"""Characters that are searched for the price of one step."""
_COMPARED: Final = 256
"""Characters that are compared for the price of one step."""
_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Unicode calls white space."""


def _starts_with(budget: Budget, text: str, start: str) -> bool:
    budget.work(len(start) // _COMPARED)
    return text.startswith(start)


def _ends_with(budget: Budget, text: str, end: str) -> bool:
    budget.work(len(end) // _COMPARED)
    return text.endswith(end)


def _find_first(
    budget: Budget, text: str, part: str, start: Number = 0, end: Number | None = None
) -> int | None:
    low, high = _bounds(budget, text, start, end)
    found = text.find(part, low, high) if part else -1
    return None if found < 0 else found


def _find_last(
    budget: Budget, text: str, part: str, start: Number = 0, end: Number | None = None
) -> int | None:
    low, high = _bounds(budget, text, start, end)
    # Backwards in the text turned round: Python's search from the right may take quadratic time.
    found = text[low:high][::-1].find(part[::-1]) if part else -1
    return None if found < 0 else high - found - len(part)


def _bounds(budget: Budget, text: str, start: Number, end: Number | None) -> tuple[int, int]:
    budget.work(len(text) // _SEARCHED)
    last = None if end is None else whole(end, "end")
    low, high, _ = slice(whole(start, "start"), last).indices(len(text))
    return low, high


def _pad(budget: Budget, text: str, width: Number, pad: str) -> str:
    """The padding that a text needs to be so wide."""
    missing = max(0, _count(width, "width") - len(text))
    if len(pad) != 1:
        raise ExpressionError("A text is padded with exactly one character.")
    most = budget.limits.range_length
    if missing > most:
        raise BudgetError(f"Padding adds at most {most} characters, not {missing}.")
    budget.build(missing + len(text))
    return pad * missing


def _pad_left(budget: Budget, text: str, width: Number, pad: str = " ") -> str:
    return _pad(budget, text, width, pad) + text


def _pad_right(budget: Budget, text: str, width: Number, pad: str = " ") -> str:
    return text + _pad(budget, text, width, pad)


def _count(number: Number, what: str) -> int:
    count = whole(number, what)
    if count < 0:
        raise ExpressionError(f"{what} is not negative.")
    return count


def _join(budget: Budget, separator: str, texts: list[str]) -> str:
    budget.work(len(texts))
    budget.build(sum(map(len, texts)) + len(separator) * max(0, len(texts) - 1))
    return separator.join(texts)


def _replace(budget: Budget, text: str, old: str, new: str, count: Number | None = None) -> str:
    most = -1 if count is None else _count(count, "count")
    budget.work(len(text) // _SEARCHED + 1)
    times = text.count(old)
    if most >= 0:
        times = min(times, most)
    budget.work(times)
    budget.build(len(text) + times * max(0, len(new) - len(old)))
    return text.replace(old, new, most)


def _split(budget: Budget, text: str, separator: str, count: Number | None = None) -> list[Json]:
    most = -1 if count is None else _count(count, "count")
    budget.work(len(text) // _SEARCHED + 1)
    parts = text.count(separator) + 1 if separator else len(text)
    budget.work(parts if most < 0 else min(parts, most))
    budget.build(len(text))
    if separator:
        return [*text.split(separator, most)]
    if most < 0 or most >= len(text):
        return [*text]
    return [*text[:most], text[most:]]


def _unwanted(budget: Budget, text: str, chars: str) -> str:
    """The characters to take off the ends of a text. Python looks each of the text's characters up
    in them one by one, so many of them are charged for.
    """
    budget.work(len(chars) // 2)
    unwanted = "".join(set(chars)) or _SPACE
    budget.work(len(text) * (1 + len(unwanted) // 64) // _SEARCHED)
    budget.build(len(text))
    return unwanted


def _trim(budget: Budget, text: str, chars: str = "") -> str:
    return text.strip(_unwanted(budget, text, chars))


def _trim_left(budget: Budget, text: str, chars: str = "") -> str:
    return text.lstrip(_unwanted(budget, text, chars))


def _trim_right(budget: Budget, text: str, chars: str = "") -> str:
    return text.rstrip(_unwanted(budget, text, chars))


def _lower(budget: Budget, text: str) -> str:
    budget.build(len(text))
    return text.lower()


def _upper(budget: Budget, text: str) -> str:
    budget.build(len(text))
    return text.upper()


FUNCTIONS: Final = tuple(
    Function(name, signature, run, metered=True)
    for name, signature, run in (
        ("ends_with", "(text: string, end: string) -> boolean", _ends_with),
        (
            "find_first",
            "(text: string, part: string, start?: number, end?: number) -> number|null",
            _find_first,
        ),
        (
            "find_last",
            "(text: string, part: string, start?: number, end?: number) -> number|null",
            _find_last,
        ),
        ("join", "(separator: string, texts: array[string]) -> string", _join),
        ("lower", "(text: string) -> string", _lower),
        ("pad_left", "(text: string, width: number, pad?: string) -> string", _pad_left),
        ("pad_right", "(text: string, width: number, pad?: string) -> string", _pad_right),
        (
            "replace",
            "(text: string, old: string, new: string, count?: number) -> string",
            _replace,
        ),
        ("split", "(text: string, separator: string, count?: number) -> array[string]", _split),
        ("starts_with", "(text: string, start: string) -> boolean", _starts_with),
        ("trim", "(text: string, chars?: string) -> string", _trim),
        ("trim_left", "(text: string, chars?: string) -> string", _trim_left),
        ("trim_right", "(text: string, chars?: string) -> string", _trim_right),
        ("upper", "(text: string) -> string", _upper),
    )
)
