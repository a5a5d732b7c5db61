"""Closures of projections: what a path does with each item of a list, value of an object, or item
that a filter lets through.

Each takes `base`, which gives what is gone through, and a `Tail`, what is done with an item. What
is null in the end is left out. A loop is charged before it runs, at the weight of its body.
"""

from __future__ import annotations

from dataclasses import dataclass

from callboard.core.expression.nodes import Slice
from callboard.core.expression.scope import Closure, Scope
from callboard.core.values import Json


@dataclass(frozen=True, slots=True)
class Tail:
    """What is done with an item. `run` is None for nothing, `field` names the key that is all."""

    run: Closure | None
    weight: int
    field: str | None = None

    def project(self, items: list[Json], scope: Scope) -> list[Json]:
        """The results for all items."""
        scope.budget.work(len(items) * self.weight + 1)
        if self.run is None:
            return [item for item in items if item is not None]
        found: list[Json] = []
        add = found.append
        if self.field is not None:
            for item in items:
                if isinstance(item, dict) and (value := item.get(self.field)) is not None:
                    add(value)
            return found
        run = self.run
        for item in items:
            if (value := run(item, scope)) is not None:
                add(value)
        return found


def each(base: Closure, tail: Tail) -> Closure:
    """`base[*]` and its tail."""
    project = tail.project

    def each_item(value: Json, scope: Scope) -> list[Json] | None:
        items = base(value, scope)
        return project(items, scope) if isinstance(items, list) else None

    return each_item


def values(base: Closure, tail: Tail) -> Closure:
    """`base.*` and its tail. Values come by the order of their keys, so that equal documents give
    equal results (specification: expressions, "Nothing may depend on the order").
    """
    project = tail.project

    def each_value(value: Json, scope: Scope) -> list[Json] | None:
        found = base(value, scope)
        if not isinstance(found, dict):
            return None
        scope.budget.work(len(found))
        return project([found[key] for key in sorted(found)], scope)

    return each_value


def sliced(base: Closure, node: Slice, tail: Tail) -> Closure:
    """`base[start:stop:step]` and its tail: of a text, the tail is done once, with the part."""
    part = slice(node.start, node.stop, node.step)
    project, run = tail.project, tail.run

    def each_of_slice(value: Json, scope: Scope) -> Json:
        found = base(value, scope)
        if isinstance(found, list):
            scope.budget.work(_length(part, found))
            return project(found[part], scope)
        if not isinstance(found, str):
            return None
        scope.budget.build(_length(part, found))
        text: Json = found[part]
        return text if run is None else run(text, scope)

    return each_of_slice


def _length(part: slice, found: list[Json] | str) -> int:
    return len(range(*part.indices(len(found))))


def filtered(base: Closure, condition: Closure, weight: int, tail: Tail) -> Closure:
    """`base[?condition]` and its tail; `weight` is the condition's."""
    project, plain = tail.project, tail.run is None

    def each_filtered(value: Json, scope: Scope) -> list[Json] | None:
        items = base(value, scope)
        if not isinstance(items, list):
            return None
        scope.budget.work(len(items) * weight + 1)
        found: list[Json] = []
        for item in items:
            if condition(item, scope) and not (plain and item is None):
                found.append(item)
        return found if plain else project(found, scope)

    return each_filtered


def flattened(tail: Tail) -> Closure:
    """`[]` of a list, and its tail."""
    project = tail.project

    def each_flattened(value: Json, scope: Scope) -> list[Json] | None:
        return project(_merged(value, scope), scope) if isinstance(value, list) else None

    return each_flattened


def _merged(items: list[Json], scope: Scope) -> list[Json]:
    scope.budget.work(len(items))
    merged: list[Json] = []
    for item in items:
        if isinstance(item, list):
            scope.budget.work(len(item))
            merged += item
        else:
            merged.append(item)
    return merged
