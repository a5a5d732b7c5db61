"""Functions of lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from callboard.core.expression.budget import Budget
from callboard.core.expression.comparing import same
from callboard.core.expression.functions.registry import Function, type_name
from callboard.core.expression.numbers import NUMBERS
from callboard.core.values import Json
from callboard.errors import ExpressionError

_Key: TypeAlias = Callable[[Json], Json]
_TEXT: Final = 256
"""Characters that are compared for the price of one step."""


def _contains(budget: Budget, subject: str | list[Json], search: Json) -> bool:
    if isinstance(subject, str):
        budget.work(len(subject) // 16)
        return isinstance(search, str) and search in subject
    size = len(search) // _TEXT if isinstance(search, str) else 0
    budget.work(len(subject) * (1 + size))
    if isinstance(search, str):
        return search in subject
    return any(same(item, search, budget) for item in subject)


def _length(_budget: Budget, subject: str | list[Json] | dict[str, Json]) -> int:
    return len(subject)


def _reverse(budget: Budget, subject: str | list[Json]) -> str | list[Json]:
    if isinstance(subject, str):
        budget.build(len(subject))
    else:
        budget.work(len(subject))
    return subject[::-1]


def _compare(budget: Budget, items: list[Any]) -> None:
    """Charge for comparing items with each other, all numbers or all texts."""
    size = len(items)
    if items and isinstance(items[0], str):
        size += sum(map(len, items)) // _TEXT
    budget.work(size * (1 + len(items).bit_length() // 4))


def _sort(budget: Budget, items: list[Any]) -> list[Json]:
    _compare(budget, items)
    return sorted(items)


def _max(budget: Budget, items: list[Any]) -> Json:
    _compare(budget, items)
    return max(items, default=None)


def _min(budget: Budget, items: list[Any]) -> Json:
    _compare(budget, items)
    return min(items, default=None)


def _keys(budget: Budget, items: list[Json], key: _Key, name: str) -> list[Any]:
    """The keys of the items: all numbers, or all texts. Raises ExpressionError."""
    budget.work(len(items))
    keys = list(map(key, items))
    kinds = set(map(type, keys))
    if not (kinds <= {str} or kinds <= set(NUMBERS)):
        found = " and ".join(sorted(set(map(type_name, keys))))
        message = f"{name}(): the keys have to be all numbers or all texts, not {found}."
        raise ExpressionError(message)
    _compare(budget, keys)
    return keys


def _sort_by(budget: Budget, items: list[Json], key: _Key) -> list[Json]:
    keys = _keys(budget, items, key, "sort_by")
    return [items[i] for i in sorted(range(len(items)), key=keys.__getitem__)]


def _max_by(budget: Budget, items: list[Json], key: _Key) -> Json:
    keys = _keys(budget, items, key, "max_by")
    return items[max(range(len(items)), key=keys.__getitem__)] if items else None


def _min_by(budget: Budget, items: list[Json], key: _Key) -> Json:
    keys = _keys(budget, items, key, "min_by")
    return items[min(range(len(items)), key=keys.__getitem__)] if items else None


def _map(budget: Budget, expression: _Key, items: list[Json]) -> list[Json]:
    budget.work(len(items))
    return list(map(expression, items))


def _group_by(budget: Budget, items: list[Json], key: _Key) -> dict[str, list[Json]]:
    budget.work(2 * len(items))
    groups: dict[str, list[Json]] = {}
    for item in items:
        name = key(item)
        if isinstance(name, str):
            groups.setdefault(name, []).append(item)
        elif name is not None:
            found = type_name(name)
            raise ExpressionError(f"group_by(): the keys have to be texts or null, not {found}.")
    return groups


def _zip(budget: Budget, first: list[Json], *others: list[Json]) -> list[list[Json]]:
    count = min(len(first), *map(len, others)) if others else len(first)
    budget.work(count * (len(others) + 2))
    return [list(row) for row in zip(first[:count], *others, strict=False)]


def _to_array(_budget: Budget, value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


FUNCTIONS: Final = tuple(
    Function(name, signature, run, metered=True)
    for name, signature, run in (
        ("contains", "(subject: array|string, search: any) -> boolean", _contains),
        ("group_by", "(items: array, key: expression) -> object", _group_by),
        ("length", "(subject: string|array|object) -> number", _length),
        ("map", "(expression: expression, items: array) -> array", _map),
        ("max", "(items: array[number]|array[string]) -> number|string|null", _max),
        ("max_by", "(items: array, key: expression) -> any", _max_by),
        ("min", "(items: array[number]|array[string]) -> number|string|null", _min),
        ("min_by", "(items: array, key: expression) -> any", _min_by),
        ("reverse", "(subject: string|array) -> string|array", _reverse),
        ("sort", "(items: array[number]|array[string]) -> array", _sort),
        ("sort_by", "(items: array, key: expression) -> array", _sort_by),
        ("to_array", "(value: any) -> array", _to_array),
        ("zip", "(first: array, ...others: array) -> array", _zip),
    )
)
