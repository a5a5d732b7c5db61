"""Which paths of the process an expression or a template reads.

A path is worked out step by step: `vars.lines[0].price` is `vars`, `lines`, any item, `price`. What
follows a call, a list or an object made on the spot is unknown and gives no path. So a path that is
found here really is read, when the expression is evaluated that far.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from callboard.core.expression import nodes
from callboard.core.expression.mustache_tags import Name, Section, parse_template
from callboard.core.expression.mustache_tags import Node as Tag
from callboard.core.expression.nodes import Node
from callboard.core.expression.parser import parse
from callboard.core.limits import Limits
from callboard.errors import EvaluationError


class Any(Enum):
    """A step that does not name what it takes."""

    ITEM = "an item of the list"
    VALUE = "a value of the object"
    FLAT = "an item of the list, or of a list in it"


ReadPath: TypeAlias = "tuple[str | Any, ...]"

_ON_ITEMS: Final = frozenset(
    ("map", "sort_by", "max_by", "min_by", "group_by", "find_first_by", "find_last_by")
)
"""Functions that evaluate an `&expression` on the items of their list."""


@dataclass(slots=True)
class Reading:
    """What one text reads."""

    paths: list[ReadPath] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    """Keys that `current.key` is compared with."""
    everything: bool = False
    """It may read anything: the whole process is used as a value."""


def read_expression(text: str, limits: Limits) -> Reading:
    """What an expression reads; nothing, when it does not parse."""
    reading = Reading()
    try:
        _Reader(reading).use(parse(text, limits), ())
    except (EvaluationError, RecursionError):
        return Reading(everything=True)
    return reading


def read_template(text: str, limits: Limits) -> Reading:
    """What a template over the process reads; nothing, when it does not parse.

    Within a section a name may be one of the section's value: only paths are told there.
    """
    reading = Reading()
    try:
        _read_tags(parse_template(text, limits.expression_depth), reading, inside=False)
    except (EvaluationError, RecursionError):
        return Reading(everything=True)
    return reading


def _read_tags(tags: Iterable[Tag], reading: Reading, *, inside: bool) -> None:
    for tag in tags:
        if isinstance(tag, (Name, Section)):
            if tag.path and (not inside or len(tag.path) > 1):
                reading.paths.append(tag.path)
            elif not tag.path and not inside:
                reading.everything = True
        if isinstance(tag, Section):
            _read_tags(tag.children, reading, inside=inside or not tag.inverted)


class _Reader:
    """Walks an expression; `base` is the path of the current value, None where it is unknown."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def use(self, node: Node, base: ReadPath | None) -> None:
        """Note what a node reads as a value."""
        self.note(self.path(node, base))

    def note(self, path: ReadPath | None) -> None:
        if path == ():
            self.reading.everything = True
        elif path is not None:
            self.reading.paths.append(path)

    def path(self, node: Node, base: ReadPath | None) -> ReadPath | None:
        """The path of what a node gives, None when it is another value; notes what is read on the
        way.
        """
        match node:
            case nodes.Current():
                return base
            case nodes.Root():
                return ()
            case nodes.Field():
                return None if base is None else (*base, node.name)
            case nodes.Path():
                return self.steps(node, self.path(node.head, base))
            case nodes.Pipe():
                return self.pipe(node, base)
            case nodes.Let():
                for value in node.values:
                    self.use(value, base)
                return self.path(node.body, base)
        self.look_into(node, base)
        return None

    def look_into(self, node: Node, base: ReadPath | None) -> None:
        """Note what is read by a node that gives a value of its own."""
        match node:
            case nodes.Call():
                self.call(node, base)
            case nodes.Reference():
                self.use(node.expression, None)
            case nodes.Comparison():
                self.comparison(node, base)
            case _:
                for part in node.parts:
                    self.use(part, base)

    def steps(self, node: nodes.Path, path: ReadPath | None) -> ReadPath | None:
        for step in node.steps:
            path = self.step(step, path)
        return path

    def step(self, step: nodes.Step, path: ReadPath | None) -> ReadPath | None:
        if isinstance(step, (nodes.MultiList, nodes.MultiHash, nodes.Call)):
            self.use(step, path)
            if step.parts == ():
                self.note(path)
            return None
        if path is None:
            inner = None
        elif isinstance(step, nodes.Field):
            inner = (*path, step.name)
        elif isinstance(step, nodes.Values):
            inner = (*path, Any.VALUE)
        else:
            inner = (*path, Any.FLAT if isinstance(step, nodes.Flatten) else Any.ITEM)
        if isinstance(step, nodes.Filter):
            self.use(step.condition, inner)
        if isinstance(step, (*nodes.PROJECTIONS, nodes.Flatten)) and step.select is not None:
            self.use(step.select, inner)
            return None
        return inner

    def pipe(self, node: nodes.Pipe, base: ReadPath | None) -> ReadPath | None:
        path = base
        for stage in node.stages:
            path = self.path(stage, path)
            if path is not None and any(isinstance(step, Any) for step in path):
                # A projection gives a list; whether this was one, the path does not tell.
                self.note(path)
                path = None
        return path

    def call(self, node: nodes.Call, base: ReadPath | None) -> None:
        paths = [
            None if isinstance(argument, nodes.Reference) else self.path(argument, base)
            for argument in node.arguments
        ]
        for path in paths:
            self.note(path)
        lists = [path for path in paths if path is not None]
        item = (*lists[0], Any.ITEM) if node.name in _ON_ITEMS and len(lists) == 1 else None
        for argument in node.arguments:
            if isinstance(argument, nodes.Reference):
                self.use(argument.expression, item)

    def comparison(self, node: nodes.Comparison, base: ReadPath | None) -> None:
        sides = (node.first, *(side for _, side, _ in node.rest))
        paths = [self.path(side, base) for side in sides]
        for path in paths:
            self.note(path)
        if ("current", "key") in paths and len(sides) == 2:
            self.reading.states.extend(
                side.value
                for side in sides
                if isinstance(side, nodes.Constant) and isinstance(side.value, str)
            )
