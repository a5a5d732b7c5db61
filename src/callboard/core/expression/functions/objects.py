"""Functions of objects.

Keys come in order, wherever a list is made of them: two documents that are equal may list their
keys differently, and what is worked out from them has to be equal too (specification: expressions,
"Nothing may depend on the order").
"""

from __future__ import annotations

from typing import Final

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function
from callboard.core.values import Json, JsonObject
from callboard.errors import ExpressionError


def _keys(budget: Budget, subject: JsonObject) -> list[str]:
    budget.work(2 * len(subject))
    return sorted(subject)


def _values(budget: Budget, subject: JsonObject) -> list[Json]:
    budget.work(2 * len(subject))
    return [subject[key] for key in sorted(subject)]


def _items(budget: Budget, subject: JsonObject) -> list[list[Json]]:
    budget.work(4 * len(subject))
    return [[key, subject[key]] for key in sorted(subject)]


def _from_items(budget: Budget, pairs: list[Json]) -> JsonObject:
    budget.work(2 * len(pairs))
    found: JsonObject = {}
    for pair in pairs:
        match pair:
            case [str() as key, value]:
                found[key] = value
            case _:
                raise ExpressionError("The items have to be pairs of a text and a value.")
    return found


def _merge(budget: Budget, first: JsonObject, *others: JsonObject) -> JsonObject:
    budget.work(len(first) + sum(map(len, others)))
    found = dict(first)
    for other in others:
        found.update(other)
    return found


def _get(_budget: Budget, subject: Json, key: str, default: Json = None) -> Json:
    found = subject.get(key) if isinstance(subject, dict) else None
    return default if found is None else found


FUNCTIONS: Final = tuple(
    Function(name, signature, run, metered=True)
    for name, signature, run in (
        ("from_items", "(items: array) -> object", _from_items),
        ("get", "(object: any, key: string, default?: any) -> any", _get),
        ("items", "(object: object) -> array", _items),
        ("keys", "(object: object) -> array", _keys),
        ("merge", "(first: object, ...others: object) -> object", _merge),
        ("to_object", "(items: array) -> object", _from_items),
        ("values", "(object: object) -> array", _values),
    )
)
