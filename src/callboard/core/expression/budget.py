"""What an evaluation may still use, and what a value amounts to.

One budget serves all expressions and templates of a step. Work that the length of an expression
bounds is free; a loop charges for each item as much as its body has nodes, a function for the items
and characters that it looks at, and whatever builds texts for their characters. A value is a tree
to those who write it down, even where Python shares its parts: `[@, @] | [@, @] | …` takes no
memory here and would fill a disk there. So the result of an evaluation is charged for what it
amounts to, and its depth is bounded.

Invariants: a charge is made before the work is done or the memory taken; a charge depends on the
values alone, never on a cache, so that the same step fails or succeeds everywhere.
"""

from __future__ import annotations

from types import NoneType
from typing import Any, Final

import orjson

from callboard.core.limits import Limits
from callboard.core.values import Json
from callboard.errors import BudgetError, ExpressionError

_PASSED: Final = 16
"""Characters that count as one where they are passed on, not built."""
_WRITTEN: Final = 8
"""Bytes of JSON that count as one item."""

_CONTAINERS: Final = frozenset((list, dict))
_JSON: Final = frozenset((NoneType, bool, int, float, str, list, dict))


class Budget:
    """Steps and output that are left. Mutable; not to be shared between threads."""

    __slots__ = ("limits", "output", "patterns", "steps")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = limits.expression_steps
        self.output = limits.output_size
        self.patterns: dict[str, object] = {}
        """Regular expressions that this budget has paid for."""

    def work(self, steps: int) -> None:
        """Charge for work. Raises BudgetError when none is left."""
        self.steps -= steps
        if self.steps < 0:
            raise self.exhausted()

    def build(self, size: int) -> None:
        """Charge for items or characters that are to be built. Raises BudgetError."""
        self.output -= size
        if self.output < 0:
            raise self.overfull()

    def exhausted(self) -> BudgetError:
        """The error of too much work."""
        return BudgetError(f"The evaluation takes more than {self.limits.expression_steps} steps.")

    def overfull(self) -> BudgetError:
        """The error of too much output."""
        most = self.limits.output_size
        return BudgetError(f"The evaluation builds more than {most} items and characters.")

    def pass_on(self, value: Json, *, tame: bool = False) -> None:
        """Charge for a value that leaves an evaluation. Raises BudgetError when it amounts to more
        than is left, or is nested too deep for a document.

        A tame one is known to amount to no more than a document does. So it can be measured by
        writing it down, which is many times faster than walking through it.
        """
        if isinstance(value, str):
            return self.build(len(value) // _PASSED)
        if tame:
            try:
                return self.build(len(orjson.dumps(value)) // _WRITTEN)
            except TypeError:
                pass  # it holds what no document should, or is deep: the walk says what it is
        nodes, characters = self.extent(value)
        self.work(nodes)
        return self.build(nodes + characters // _PASSED)

    def extent(self, value: Json) -> tuple[int, int]:
        """How many values (keys among them) and characters a value amounts to.

        Takes no longer than what is left allows. Raises BudgetError as `pass_on` does, and
        ExpressionError for what is no JSON.
        """
        nodes, characters = 1, 0
        level: list[Any] = [value]
        for _ in range(self.limits.expression_depth):
            kinds = set(map(type, level))
            if not kinds <= _JSON:
                raise ExpressionError("The evaluation gives what is no JSON.")
            if str in kinds:
                characters += sum(len(item) for item in level if type(item) is str)
            if kinds.isdisjoint(_CONTAINERS):
                return nodes, characters
            level = self._below(level)
            nodes += len(level)
        raise BudgetError(
            f"The evaluation gives a value of more than {self.limits.expression_depth} levels."
        )

    def _below(self, level: list[Any]) -> list[Any]:
        """What the lists and objects of a level hold."""
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is dict:
                below += item
                below += item.values()
            elif kind is list:
                below += item
            if len(below) > self.output:
                raise self.overfull()
            if len(below) > self.steps:
                raise self.exhausted()
        return below
