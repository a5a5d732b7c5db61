"""Functions of texts."""

from __future__ import annotations

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function
from callboard.core.values import Json
from callboard.errors import ExpressionError

Number = int | float


def _join(budget: Budget, separator: str, texts: list[str]) -> str:
    budget.work(len(texts))
    budget.build(sum(map(len, texts)) + len(separator) * max(0, len(texts) - 1))
    return separator.join(texts)


def _find_first(
    budget: Budget, text: str, part: str, start: Number | None = None, end: Number | None = None
) -> int | None:
    return _position(budget, text, part, start, end, last=False)


def _find_last(
    budget: Budget, text: str, part: str, start: Number | None = None, end: Number | None = None
) -> int | None:
    return _position(budget, text, part, start, end, last=True)


def _position(
    budget: Budget,
    text: str,
    part: str,
    start: Number | None,
    end: Number | None,
    *,
    last: bool,
) -> int | None:
    budget.work(len(text) // 16 + 1)
    low = 0 if start is None else integer(start, "start")
    high = len(text) if end is None else integer(end, "end")
    if not part or not text:
        return None
    found = text.rfind(part, low, high) if last else text.find(part, low, high)
    return None if found < 0 else found


def _pad(budget: Budget, text: str, width: Number, pad: str, *, left: bool) -> str:
    count = integer(width, "width")
    if count < 0:
        raise ExpressionError("A width is not negative.")
    if len(pad) != 1:
        raise ExpressionError("A text is padded with exactly one character.")
    missing = max(0, count - len(text))
    if missing > budget.limits.range_length:
        raise ExpressionError(
            f"This would add {missing} characters; at most {budget.limits.range_length} are allowed."
        )
    budget.build(missing + len(text))
    return pad * missing + text if left else text + pad * missing


def _replace(budget: Budget, text: str, old: str, new: str, count: Number | None = None) -> str:
    most = -1 if count is None else integer(count, "count")
    if count is not None and most < 0:
        raise ExpressionError("A count is not negative.")
    budget.work(len(text) // 16 + 1)
    times = text.count(old)
    times = times if most < 0 else min(times, most)
    budget.build(len(text) + times * max(0, len(new) - len(old)))
    return text.replace(old, new, most)


def _split(budget: Budget, text: str, separator: str, count: Number | None = None) -> list[Json]:
    most = -1 if count is None else integer(count, "count")
    if count is not None and most < 0:
        raise ExpressionError("A count is not negative.")
    budget.work(len(text))
    budget.build(len(text))
    if most == 0:
        return [text]
    if separator:
        return list(text.split(separator, most))
    if most < 0 or most >= len(text):
        return list(text)
    return [*text[:most], text[most:]]


def _trim(budget: Budget, text: str, chars: str | None = None) -> str:
    return text.strip(chars or None)


def _trim_left(budget: Budget, text: str, chars: str | None = None) -> str:
    return text.lstrip(chars or None)


def _trim_right(budget: Budget, text: str, chars: str | None = None) -> str:
    return text.rstrip(chars or None)


def _lower(budget: Budget, text: str) -> str:
    budget.build(len(text))
    return text.lower()


def _upper(budget: Budget, text: str) -> str:
    budget.build(len(text))
    return text.upper()


def integer(number: Number, name: str) -> int:
    if number != int(number):
        raise ExpressionError(f"{name} is a whole number, not {number}.")
    return int(number)


FUNCTIONS = (
    Function("ends_with(text: string, end: string)", lambda budget, text, end: text.endswith(end)),
    Function("find_first(text: string, part: string, start?: number, end?: number)", _find_first),
    Function("find_last(text: string, part: string, start?: number, end?: number)", _find_last),
    Function("join(separator: string, texts: array[string])", _join),
    Function("lower(text: string)", _lower),
    Function(
        "pad_left(text: string, width: number, pad?: string)",
        lambda budget, text, width, pad=" ": _pad(budget, text, width, pad, left=True),
    ),
    Function(
        "pad_right(text: string, width: number, pad?: string)",
        lambda budget, text, width, pad=" ": _pad(budget, text, width, pad, left=False),
    ),
    Function("replace(text: string, old: string, new: string, count?: number)", _replace),
    Function("split(text: string, separator: string, count?: number)", _split),
    Function(
        "starts_with(text: string, start: string)",
        lambda budget, text, start: text.startswith(start),
    ),
    Function("trim(text: string, chars?: string)", _trim),
    Function("trim_left(text: string, chars?: string)", _trim_left),
    Function("trim_right(text: string, chars?: string)", _trim_right),
    Function("upper(text: string)", _upper),
)
