"""Functions that decide."""

from __future__ import annotations

from typing import Final

from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function
from callboard.core.values import Json, truthy


def _if(condition: Json, then: Json, otherwise: Json = None) -> Json:
    return then if truthy(condition) else otherwise


def _not_null(_budget: Budget, *values: Json) -> Json:
    return next((value for value in values if value is not None), None)


IF: Final = Function("if", "(condition: any, then: any, else?: any) -> any", _if)
"""The compiler knows it, and evaluates only the branch that is needed."""

FUNCTIONS: Final = (
    IF,
    Function("not_null", "(first: any, ...others: any) -> any", _not_null, metered=True),
)
