"""Which top-level fields of its data an expression may read.

The engine loads long histories only for scenarios that read them, so the answer never leaves one
out. What a part gives is either the whole data or something else. A field of the whole is noted; a
part that uses the whole in any other way (as a result, an argument, an item, a side) may read any
field, and then the answer is None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from callboard.core.expression import nodes
from callboard.core.expression.nodes import Node


def reads(node: Node) -> frozenset[str] | None:
    """The names of the fields; None when it may be any.

    >>> from callboard.core.expression.parser import parse
    >>> from callboard.core.limits import DEFAULT_LIMITS
    >>> sorted(reads(parse("items[?price > $.limit].name", DEFAULT_LIMITS)))
    ['items', 'limit']
    """
    found: set[str] = set()
    try:
        _Reader(found).use([node], _View(whole=True))
    except _EscapesError:
        return None
    return frozenset(found)


def _per_item(step: nodes.Step) -> Iterable[Node]:
    """What a projection evaluates on its items."""
    if isinstance(step, nodes.Filter):
        yield step.condition
    if isinstance(step, (*nodes.PROJECTIONS, nodes.Flatten)) and step.select:
        yield step.select


class _EscapesError(Exception):
    """The whole data is used in a way that may read any of its fields."""


@dataclass(frozen=True, slots=True)
class _View:
    """What a node sees: whether the current value is the whole data, and which variables are."""

    whole: bool
    variables: tuple[tuple[bool, ...], ...] = ()


class _Reader:
    """Notes fields; every method that gives a bool says whether a value is the whole data."""

    def __init__(self, found: set[str]) -> None:
        self.found = found

    def use(self, items: Iterable[Node], view: _View) -> bool:
        """Nodes whose values are used for more than a field. Never the whole data."""
        for item in items:
            if self.see(item, view):
                raise _EscapesError
        return False

    def see(self, node: Node, view: _View) -> bool:
        match node:
            case nodes.Current():
                return view.whole
            case nodes.Root():
                return True
            case nodes.Variable():
                return view.variables[-1 - node.depth][node.index]
            case nodes.Field():
                return self.field(node, whole=view.whole)
            case nodes.Path():
                return self.path(node, view)
            case nodes.Pipe():
                return self.pipe(node, view)
            case nodes.Let():
                bound = tuple(self.see(value, view) for value in node.values)
                return self.see(node.body, _View(view.whole, (*view.variables, bound)))
            case nodes.Call():
                return self.call(node, view)
            case _:
                return self.use(node.parts, view)

    def field(self, node: nodes.Field, *, whole: bool) -> bool:
        if whole:
            self.found.add(node.name)
        return False

    def path(self, node: nodes.Path, view: _View) -> bool:
        whole = self.see(node.head, view)
        for step in node.steps:
            here = _View(whole, view.variables)
            if isinstance(step, nodes.Field):
                whole = self.field(step, whole=whole)
            elif isinstance(step, (nodes.MultiList, nodes.MultiHash, nodes.Call)):
                whole = self.see(step, here)
            elif whole:
                raise _EscapesError
            else:
                self.use(_per_item(step), here)
        return whole

    def pipe(self, node: nodes.Pipe, view: _View) -> bool:
        whole = view.whole
        for stage in node.stages:
            whole = self.see(stage, _View(whole, view.variables))
        return whole

    def call(self, node: nodes.Call, view: _View) -> bool:
        """References see items of other arguments. `get(@, 'name')` is a field in other words."""
        match node.name, node.arguments:
            case "get", (subject, nodes.Constant(value=str() as name), *default):
                self.field(nodes.Field(name, node.position), whole=self.see(subject, view))
                return self.use(default, view)
        item = _View(False, view.variables)
        for argument in node.arguments:
            if isinstance(argument, nodes.Reference):
                self.use([argument.expression], item)
            else:
                self.use([argument], view)
        return False
