"""A compiled expression: what the rest of the core evaluates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions import BUILTINS, Functions
from callboard.core.expression.interpreter import compile_node
from callboard.core.expression.parser import parse
from callboard.core.expression.reads import reads
from callboard.core.expression.scope import NO_SCOPE, Closure, Scope
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json
from callboard.errors import ExpressionError

_COPIES: Final = 8
"""Copies of the data that a result may be made of to be measured by writing it down."""

_SIZED: Final = (list, dict, str)
"""What is charged for when it is passed on."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression ready to be evaluated, any number of times and by any thread."""

    source: str
    reads: frozenset[str] | None
    """The top-level fields of the data that it may read; None when it may be any."""
    run: Closure
    free: bool
    """Whether it runs without a scope."""
    tame: bool
    """Whether its result amounts to no more than the data does, a few times over."""
    limits: Limits

    def __call__(self, data: Json, budget: Budget | None = None) -> Json:
        """Evaluate on data, which is not changed; the result may share parts with it.

        Charges the budget (a new one where none is given) for loops, for work that depends on
        sizes, and for what the result amounts to. Raises ExpressionError when the expression
        fails, BudgetError when it takes more than is left.
        """
        if self.free:
            scope = NO_SCOPE
        else:
            budget = budget or Budget(self.limits)
            scope = Scope(data, budget)
        try:
            result: Json = self.run(data, scope)
            if isinstance(result, _SIZED):
                (budget or Budget(self.limits)).pass_on(result, tame=self.tame)
        except RecursionError:
            raise _too_deep(self.source) from None
        except ExpressionError as error:
            error.source = error.source or self.source
            raise
        return result


def compile_expression(
    text: str, *, functions: Functions = BUILTINS, limits: Limits = DEFAULT_LIMITS
) -> Expression:
    """Compile an expression.

    Raises ExpressionError, with its place, when the text does not parse, uses a variable that is
    not bound, or calls a function that does not exist or does not take such arguments.

    >>> compile_expression("items[?price > 10].name")({"items": [{"name": "pen", "price": 11}]})
    ['pen']
    """
    try:
        node = parse(text, limits)
        part = compile_node(node, functions, limits)
        return Expression(text, reads(node), part.run, part.free, part.copies <= _COPIES, limits)
    except RecursionError:
        raise _too_deep(text) from None
    except ExpressionError as error:
        error.source = error.source or text
        raise


def _too_deep(source: str) -> ExpressionError:
    return ExpressionError("The expression is nested too deep.", source=source, position=0)
