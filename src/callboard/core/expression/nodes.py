"""The nodes of a parsed expression. Each knows its place in the text, for errors. They are structs
of msgspec, of which two dozen are made in the time of two frozen dataclasses.

What can be written as a chain is kept as one: the steps of a path, the stages of a pipe, the sides
of operators of one rank. So no chain, however long, makes a deep tree.

A projection that is followed by `.[…]` or `.{…}` ends with it: what comes then is done with the
list of the results. So it is in all implementations of JMESPath, and what readers expect of
`items[*].{total: qty * price}[?total > 100]`. Such a projection holds that list or object as its
`select`.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from callboard.core.values import Json

Comparator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
Operator: TypeAlias = Literal["+", "-", "*", "/", "//", "%"]


class _Leaf(msgspec.Struct, frozen=True):
    """A node without nodes in it."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return ()


class Current(_Leaf, frozen=True):
    """`@`, and what a path starts from that starts with none of its own."""

    position: int


class Root(_Leaf, frozen=True):
    """`$`: the data that the expression was given."""

    position: int


class Constant(_Leaf, frozen=True):
    """A value that stands in the expression."""

    value: Json
    position: int


class Variable(_Leaf, frozen=True):
    """`$name`: the value at `index` of the `let` that is `depth` of them further out."""

    depth: int
    index: int
    position: int


class Field(_Leaf, frozen=True):
    """A key of the current object; a step as well as an expression."""

    name: str
    position: int


class Index(msgspec.Struct, frozen=True):
    """`[n]`: an item of the current list."""

    index: int
    position: int


class Slice(msgspec.Struct, frozen=True):
    """`[start:stop:step]` of the current list or text; of a list, what follows is done per item."""

    start: int | None
    stop: int | None
    step: int | None
    position: int
    select: Select | None = None


class Each(msgspec.Struct, frozen=True):
    """`[*]`: what follows is done for each item of the current list."""

    position: int
    select: Select | None = None


class Values(msgspec.Struct, frozen=True):
    """`*`: what follows is done for each value of the current object."""

    position: int
    select: Select | None = None


class Flatten(msgspec.Struct, frozen=True):
    """`[]`: lists in the list so far give way to their items; what follows is done for each."""

    position: int
    select: Select | None = None


class Filter(msgspec.Struct, frozen=True):
    """`[?condition]`: what follows is done for each item for which the condition holds."""

    condition: Node
    position: int
    select: Select | None = None


class Path(msgspec.Struct, frozen=True):
    """Steps from a head: `items[0].name`."""

    head: Node
    steps: tuple[Step, ...]
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        found = [self.head]
        for step in self.steps:
            if isinstance(step, (MultiList, MultiHash, Call)):
                found.append(step)
            if isinstance(step, Filter):
                found.append(step.condition)
            if isinstance(step, (*PROJECTIONS, Flatten)) and step.select:
                found.append(step.select)
        return tuple(found)


class Pipe(msgspec.Struct, frozen=True):
    """`a | b | c`: each stage sees the value of the one before, null too."""

    stages: tuple[Node, ...]
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return self.stages


class Choice(msgspec.Struct, frozen=True):
    """`a || b || c`: the first that is true, or `a && b && c`: the first that is false."""

    sides: tuple[Node, ...]
    until: bool
    """Which truth ends it."""
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return self.sides


class Comparison(msgspec.Struct, frozen=True):
    """`a == b`; of a chain, the value so far is compared with the next side."""

    first: Node
    rest: tuple[tuple[Comparator, Node, int], ...]
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return (self.first, *(side for _, side, _ in self.rest))


class Arithmetic(msgspec.Struct, frozen=True):
    """`a + b - c`: operators of one rank, from the left."""

    first: Node
    rest: tuple[tuple[Operator, Node, int], ...]
    """Each operator with its right side and place."""
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return (self.first, *(side for _, side, _ in self.rest))


class Not(msgspec.Struct, frozen=True):
    """`!operand`"""

    operand: Node
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return (self.operand,)


class Sign(msgspec.Struct, frozen=True):
    """`-operand` or `+operand`"""

    negative: bool
    operand: Node
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return (self.operand,)


class Ternary(msgspec.Struct, frozen=True):
    """`condition ? then : otherwise`"""

    condition: Node
    then: Node
    otherwise: Node
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return (self.condition, self.then, self.otherwise)


class Let(msgspec.Struct, frozen=True):
    """`let $a = x, $b = y in body`; variables know their values by place, so names are gone."""

    values: tuple[Node, ...]
    body: Node
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return (*self.values, self.body)


class MultiList(msgspec.Struct, frozen=True):
    """`[a, b]`: a list of what the expressions give."""

    items: tuple[Node, ...]
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return self.items


class MultiHash(msgspec.Struct, frozen=True):
    """`{a: x, b: y}`: an object of what the expressions give."""

    keys: tuple[str, ...]
    items: tuple[Node, ...]
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return self.items


class Call(msgspec.Struct, frozen=True):
    """A function called."""

    name: str
    arguments: tuple[Node, ...]
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return self.arguments


class Reference(msgspec.Struct, frozen=True):
    """`&expression`: an argument that the function evaluates itself, on items."""

    expression: Node
    position: int

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes in it, in the order in which they stand."""
        return (self.expression,)


Select: TypeAlias = MultiList | MultiHash
Step: TypeAlias = (
    Field | Index | Slice | Each | Values | Flatten | Filter | MultiList | MultiHash | Call
)
Node: TypeAlias = (
    Current
    | Root
    | Constant
    | Variable
    | Field
    | Path
    | Pipe
    | Choice
    | Comparison
    | Arithmetic
    | Not
    | Sign
    | Ternary
    | Let
    | MultiList
    | MultiHash
    | Call
    | Reference
)

CALLS: Final = 4
"""Calls of Python that a level of nesting may take, when it is parsed and when it is evaluated."""

PROJECTIONS: Final = (Each, Values, Slice, Filter)
"""Steps after which a path goes on with each item. A flatten ends those before it."""
