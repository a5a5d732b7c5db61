"""Directed graphs of names: what can be reached, and what leads back to itself. All linear."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

Edges: TypeAlias = "Mapping[str, Collection[str]]"


def closure(start: Iterable[str], edges: Edges) -> set[str]:
    """Everything that can be reached from the start, the start included.

    >>> sorted(closure(["a"], {"a": ["b"], "b": ["a"], "c": ["a"]}))
    ['a', 'b']
    """
    met = set(start)
    pending = list(met)
    while pending:
        for target in edges.get(pending.pop(), ()):
            if target not in met:
                met.add(target)
                pending.append(target)
    return met


def turned(edges: Edges) -> dict[str, list[str]]:
    """The same edges, the other way round."""
    back: dict[str, list[str]] = {key: [] for key in edges}
    for key, targets in edges.items():
        for target in targets:
            back.setdefault(target, []).append(key)
    return back


def components(edges: Edges) -> list[list[str]]:
    """The names in groups that can reach each other, each group after those that it leads to.

    >>> components({"a": ["b"], "b": ["c", "a"], "c": []})
    [['c'], ['a', 'b']]
    """
    return _Components(edges).groups


class _Components:
    """Tarjan's algorithm, with a stack of its own in place of recursion."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self.number: dict[str, int] = {}
        self.lowest: dict[str, int] = {}
        self.open: list[str] = []
        self.is_open: set[str] = set()
        self.groups: list[list[str]] = []
        for key in edges:
            if key not in self.number:
                self.visit(key)

    def visit(self, start: str) -> None:
        work = [(start, self.begin(start))]
        while work:
            key, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                self.end(key)
                if work:
                    self.lower(work[-1][0], self.lowest[key])
            elif target not in self.number:
                work.append((target, self.begin(target)))
            elif target in self.is_open:
                self.lower(key, self.number[target])

    def lower(self, key: str, number: int) -> None:
        self.lowest[key] = min(self.lowest[key], number)

    def begin(self, key: str) -> Iterator[str]:
        self.number[key] = self.lowest[key] = len(self.number)
        self.open.append(key)
        self.is_open.add(key)
        return iter(self.edges.get(key, ()))

    def end(self, key: str) -> None:
        if self.lowest[key] != self.number[key]:
            return
        group = [self.open.pop()]
        while group[-1] != key:
            group.append(self.open.pop())
        self.is_open.difference_update(group)
        self.groups.append(group[::-1])
