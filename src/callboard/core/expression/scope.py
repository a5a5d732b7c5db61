"""What closures are functions of, and what a compiled part is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from callboard.core.expression.budget import Budget
from callboard.core.expression.nodes import Node
from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.values import Json


class Scope:
    """What an evaluation knows beside the current value. A `let` puts one around its body."""

    __slots__ = ("budget", "outer", "root", "values")

    def __init__(
        self, root: Json, budget: Budget, values: tuple[Json, ...] = (), outer: Scope | None = None
    ) -> None:
        self.root = root
        self.budget = budget
        self.values = values
        self.outer = outer


Closure: TypeAlias = Callable[[Any, Scope], Any]
"""Of the current value and the scope; gives a value, or of a reference the function of items."""

NO_SCOPE: Final = Scope(None, Budget(DEFAULT_LIMITS))
"""For parts that do not look at it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A node that was compiled."""

    node: Node
    """The node, or the constant that it amounts to."""
    run: Closure
    weight: int = 1
    """How many nodes are in it: what evaluating it once may cost, loops aside."""
    height: int = 1
    """How many calls of Python may be in each other while it is evaluated."""
    free: bool = True
    """Whether it does not look at its scope, so that none is needed."""
    copies: int = 1
    """How often one value of the data may stand in what it gives; MANY when that is not known."""


MANY: Final = 1 << 20


def composed(
    node: Node,
    run: Closure,
    parts: Sequence[Part],
    *,
    calls: int = 1,
    free: bool = True,
    copies: int | None = None,
) -> Part:
    """A node made of parts: how many calls it takes itself, whether it does without its scope, and
    how many copies it makes (unless said, as many as the part that makes most).
    """
    most = max((part.copies for part in parts), default=1)
    return Part(
        node,
        run,
        weight=1 + sum(part.weight for part in parts),
        height=calls + max((part.height for part in parts), default=0),
        free=free and all(part.free for part in parts),
        copies=min(MANY, most if copies is None else copies),
    )
