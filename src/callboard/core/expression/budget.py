"""What an evaluation may still use.

One budget serves all expressions and templates of a step. Work that is bounded by the length of an
expression is free; loops and functions over lists and texts charge for each item, and whatever
builds lists, objects or texts charges for their size. So neither time nor memory can run away.
"""

from __future__ import annotations

from callboard.core.limits import Limits
from callboard.errors import BudgetError


class Budget:
    """Steps, output and depth that are left. Not to be shared between threads."""

    __slots__ = ("depth", "limits", "output", "steps")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = limits.expression_steps
        self.output = limits.output_size
        self.depth = limits.expression_depth

    def work(self, steps: int) -> None:
        """Charge for work. Raises BudgetError when none is left."""
        self.steps -= steps
        if self.steps < 0:
            raise BudgetError(
                f"The evaluation takes more than {self.limits.expression_steps} steps."
            )

    def build(self, size: int) -> None:
        """Charge for items or characters before they are built. Raises BudgetError."""
        self.output -= size
        if self.output < 0:
            raise BudgetError(
                f"The evaluation builds more than {self.limits.output_size} items and characters."
            )
