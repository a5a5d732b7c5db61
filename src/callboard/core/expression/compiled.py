"""A compiled expression: what the rest of the core evaluates."""

from __future__ import annotations

from dataclasses import dataclass

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions import BUILTINS, Functions
from callboard.core.expression.interpreter import Closure, Compiler, Scope
from callboard.core.expression.parser import parse
from callboard.core.expression.reads import reads
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json
from callboard.errors import ExpressionError


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression ready to be evaluated, any number of times and by any thread."""

    source: str
    reads: frozenset[str] | None
    """The top-level fields of the data that it may read; None when it may be any."""
    closure: Closure
    limits: Limits

    def __call__(self, data: Json, budget: Budget | None = None) -> Json:
        """Evaluate on data. Raises ExpressionError when it fails, BudgetError when it costs more
        than the budget (a new one where none is given) has left.
        """
        scope = Scope(data, Budget(self.limits) if budget is None else budget, {})
        try:
            return self.closure(data, scope)
        except RecursionError:
            message = "The evaluation is nested too deep."
            raise ExpressionError(message, source=self.source) from None


def compile_expression(
    text: str, *, functions: Functions = BUILTINS, limits: Limits = DEFAULT_LIMITS
) -> Expression:
    """Compile an expression. Raises ExpressionError with its position when it does not parse, or
    calls a function that does not exist, or with the wrong number of arguments.
    """
    try:
        node = parse(text, limits)
        return Expression(text, reads(node), Compiler(text, functions).compile(node), limits)
    except RecursionError:
        message = "The expression is nested too deep, or too long a chain."
        raise ExpressionError(message, source=text[:100], position=0) from None
