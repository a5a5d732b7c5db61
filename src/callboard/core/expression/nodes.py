"""The nodes of a parsed expression. Each knows its place in the text, for errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from callboard.core.values import Json


@dataclass(frozen=True, slots=True)
class Current:
    """`@`, or nothing where a value is needed."""

    position: int


@dataclass(frozen=True, slots=True)
class Root:
    """`$`"""

    position: int


@dataclass(frozen=True, slots=True)
class Literal_:
    """A value that stands in the expression."""

    value: Json
    position: int


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the current object."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`"""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Let:
    """`let $a = x, $b = y in body`"""

    bindings: tuple[tuple[str, Node], ...]
    body: Node
    position: int


@dataclass(frozen=True, slots=True)
class Sub:
    """The right side evaluated on the value of the left one; `null_stops` where null stays null."""

    left: Node
    right: Node
    position: int
    is_pipe: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """`[n]` of the current list."""

    index: int
    position: int


@dataclass(frozen=True, slots=True)
class Slice:
    """`[a:b:c]` of the current list or text."""

    start: int | None
    stop: int | None
    step: int | None
    position: int


@dataclass(frozen=True, slots=True)
class Projection:
    """Each item of what the left side gives, through the right side; null is left out."""

    kind: Literal["list", "values", "slice", "flatten"]
    left: Node
    right: Node
    position: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Each item for which the condition holds, through the right side."""

    left: Node
    condition: Node
    right: Node
    position: int


@dataclass(frozen=True, slots=True)
class MultiList:
    items: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class MultiHash:
    items: tuple[tuple[str, Node], ...]
    position: int


@dataclass(frozen=True, slots=True)
class Binary:
    """`||`, `&&`, a comparison, or arithmetic."""

    operator: str
    left: Node
    right: Node
    position: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`!`, `-` or `+`"""

    operator: str
    operand: Node
    position: int


@dataclass(frozen=True, slots=True)
class Ternary:
    condition: Node
    then: Node
    otherwise: Node
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function called; an argument may be a reference to an expression."""

    name: str
    arguments: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Reference:
    """`&expression`: an expression to be evaluated by a function."""

    expression: Node
    position: int


Node: TypeAlias = (
    Current
    | Root
    | Literal_
    | Field
    | Variable
    | Let
    | Sub
    | Index
    | Slice
    | Projection
    | Filter
    | MultiList
    | MultiHash
    | Binary
    | Unary
    | Ternary
    | Call
    | Reference
)
