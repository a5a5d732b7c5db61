"""Functions of lists and objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function, type_name
from callboard.core.values import Json, equal
from callboard.errors import ExpressionError

Key = Callable[[Json], Json]


def _contains(budget: Budget, subject: list[Json] | str, search: Json) -> bool:
    budget.work(len(subject) // 16 + 1)
    if isinstance(subject, str):
        return isinstance(search, str) and search in subject
    budget.work(len(subject))
    return any(equal(item, search) for item in subject)


def _length(budget: Budget, subject: str | list[Json] | dict[str, Json]) -> int:
    return len(subject)


def _reverse(budget: Budget, subject: str | list[Json]) -> Json:
    budget.work(len(subject) // 8 + 1)
    budget.build(len(subject))
    return subject[::-1]


def _sort(budget: Budget, items: list[Any]) -> list[Any]:
    budget.work(len(items) * 2)
    budget.build(len(items))
    return sorted(items)


def _keyed(budget: Budget, items: list[Json], key: Key, name: str) -> list[tuple[Any, Json]]:
    """Each item with its key; the keys are all numbers or all texts."""
    budget.work(len(items) * 2)
    pairs: list[tuple[Any, Json]] = [(key(item), item) for item in items]
    kinds = {type_name(value) for value, _ in pairs}
    if len(kinds) > 1 or not kinds <= {"number", "string"}:
        raise ExpressionError(f"{name}() needs keys that are all numbers or all texts.")
    return pairs


def _sort_by(budget: Budget, items: list[Json], key: Key) -> list[Json]:
    pairs = _keyed(budget, items, key, "sort_by")
    budget.build(len(items))
    return [item for _, item in sorted(pairs, key=lambda pair: pair[0])]


def _max_by(budget: Budget, items: list[Json], key: Key) -> Json:
    pairs = _keyed(budget, items, key, "max_by")
    return max(pairs, key=lambda pair: pair[0])[1] if pairs else None


def _min_by(budget: Budget, items: list[Json], key: Key) -> Json:
    pairs = _keyed(budget, items, key, "min_by")
    return min(pairs, key=lambda pair: pair[0])[1] if pairs else None


def _max(budget: Budget, items: list[Any]) -> Any:
    budget.work(len(items))
    return max(items, default=None)


def _min(budget: Budget, items: list[Any]) -> Any:
    budget.work(len(items))
    return min(items, default=None)


def _map(budget: Budget, key: Key, items: list[Json]) -> list[Json]:
    budget.work(len(items))
    budget.build(len(items))
    return [key(item) for item in items]


def _group_by(budget: Budget, items: list[Json], key: Key) -> dict[str, Json]:
    budget.work(len(items) * 2)
    budget.build(len(items))
    groups: dict[str, Json] = {}
    for item in items:
        name = key(item)
        if name is None:
            continue
        if not isinstance(name, str):
            raise ExpressionError("group_by() needs keys that are texts.")
        group = groups.setdefault(name, [])
        if isinstance(group, list):
            group.append(item)
    return groups


def _merge(budget: Budget, *objects: dict[str, Json]) -> dict[str, Json]:
    merged: dict[str, Json] = {}
    for part in objects:
        budget.work(len(part))
        budget.build(len(part))
        merged.update(part)
    return merged


def _keys(budget: Budget, subject: dict[str, Json]) -> list[Json]:
    budget.work(len(subject))
    budget.build(len(subject))
    return list(subject)


def _values(budget: Budget, subject: dict[str, Json]) -> list[Json]:
    budget.work(len(subject))
    budget.build(len(subject))
    return list(subject.values())


def _items(budget: Budget, subject: dict[str, Json]) -> list[Json]:
    budget.work(len(subject))
    budget.build(3 * len(subject))
    return [[key, value] for key, value in subject.items()]


def _from_items(budget: Budget, pairs: list[Json]) -> dict[str, Json]:
    budget.work(len(pairs))
    budget.build(len(pairs))
    found: dict[str, Json] = {}
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise ExpressionError("from_items() needs pairs of a text and a value.")
        found[pair[0]] = pair[1]
    return found


def _zip(budget: Budget, *lists: list[Json]) -> list[Json]:
    count = min(map(len, lists))
    budget.work(count * len(lists))
    budget.build(count * (len(lists) + 1))
    return [list(row) for row in zip(*lists, strict=False)]


def _not_null(budget: Budget, *values: Json) -> Json:
    return next((value for value in values if value is not None), None)


def _get(budget: Budget, subject: Json, key: str, default: Json = None) -> Json:
    found = subject.get(key) if isinstance(subject, dict) else None
    return default if found is None else found


FUNCTIONS = (
    Function("contains(subject: array|string, search: any)", _contains),
    Function("from_items(pairs: array)", _from_items),
    Function("get(object: any, key: string, default?: any)", _get),
    Function("group_by(items: array, key: expression)", _group_by),
    Function("items(object: object)", _items),
    Function("keys(object: object)", _keys),
    Function("length(subject: string|array|object)", _length),
    Function("map(expression: expression, items: array)", _map),
    Function("max(items: array[number]|array[string])", _max),
    Function("max_by(items: array, key: expression)", _max_by),
    Function("merge(objects...: object)", _merge),
    Function("min(items: array[number]|array[string])", _min),
    Function("min_by(items: array, key: expression)", _min_by),
    Function("not_null(value: any, values...: any)", _not_null),
    Function("reverse(subject: string|array)", _reverse),
    Function("sort(items: array[number]|array[string])", _sort),
    Function("sort_by(items: array, key: expression)", _sort_by),
    Function("to_object(pairs: array)", _from_items),
    Function("values(object: object)", _values),
    Function("zip(list: array, lists...: array)", _zip),
)
