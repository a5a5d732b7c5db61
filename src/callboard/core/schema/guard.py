"""Refusing to check a value that would take too long, or nest too deep, for its schema.

Most schemas are so light that any value the engine admits may be checked; they have no guard and
pay nothing. The others measure the value first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from callboard.core.limits import Limits
from callboard.core.schema.cost import Cost
from callboard.core.values import Json
from callboard.errors import SchemaError

_LIGHT_WORK: Final = 64
_LIGHT_WIDTH: Final = 128
_STATES: Final = 8
"""So many states of a pattern, for one character, cost as much as one unit of work."""
_BUDGET: Final = 20_000_000
"""The most units of work for one value: one or two seconds."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a value may be at most: its depth, and its size times the cost of the schema."""

    depth: int
    work: int
    width: int

    def admit(self, value: Json) -> None:
        """Raises SchemaError when checking the value would cost too much."""
        size, characters, depth = 0, 0, 0
        level: list[Json] = [value]
        while level:
            if depth > self.depth:
                raise SchemaError(f"The value is nested deeper than {self.depth} levels.")
            below: list[Json] = []
            for item in level:
                if isinstance(item, str):
                    characters += len(item)
                elif isinstance(item, dict):
                    characters += sum(map(len, item))
                    size += len(item)
                    below.extend(item.values())
                elif isinstance(item, list):
                    below.extend(item)
            size += len(level)
            if size * self.work + characters * self.width // _STATES > _BUDGET:
                raise SchemaError("The value is too large to be checked by so costly a schema.")
            level = below
            depth += 1


def guard_for(cost: Cost, limits: Limits) -> Guard | None:
    """The guard that a schema of this cost needs; None when it is light."""
    if cost.depth is None and cost.work <= _LIGHT_WORK and cost.width <= _LIGHT_WIDTH:
        return None
    depth = limits.document_depth if cost.depth is None else cost.depth
    return Guard(depth, cost.work, cost.width)
