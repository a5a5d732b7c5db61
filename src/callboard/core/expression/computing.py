"""Closures of arithmetic (specification: expressions, "Numbers").

Operands are numbers, or it is an error. Dividing by zero and a result that is not finite are
errors too. `//` rounds down, `%` keeps the sign of its left side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import add, mul, sub, truediv
from typing import Any, Final, TypeAlias

from callboard.core.expression.nodes import Arithmetic, Sign
from callboard.core.expression.numbers import EXACT, NUMBERS, plain
from callboard.core.expression.scope import Closure, Part, Scope
from callboard.core.values import Json
from callboard.errors import ExpressionError

_Compute: TypeAlias = Callable[[Any, Any], Any]


def _floor(left: float, right: float) -> float:
    return math.floor(left / right)


_COMPUTE: Final[dict[str, _Compute]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": truediv,
    "//": _floor,
    "%": math.fmod,
}
_WHOLE: Final = ("+", "-", "*")
"""Operators that make whole numbers of whole numbers."""


def arithmetic(node: Arithmetic, sides: list[Part]) -> Closure:
    """Operators of one rank, from the left."""
    first = sides[0].run
    rest = [
        (_operation(operator, position), side.run)
        for (operator, _, position), side in zip(node.rest, sides[1:], strict=True)
    ]
    if len(rest) == 1:
        compute, second = rest[0]
        return lambda value, scope: compute(first(value, scope), second(value, scope))

    def chain(value: Json, scope: Scope) -> Json:
        found: Json = first(value, scope)
        for compute, side in rest:
            found = compute(found, side(value, scope))
        return found

    return chain


def sign(node: Sign, operand: Part) -> Closure:
    """`-operand` or `+operand`"""
    run, negative, position = operand.run, node.negative, node.position

    def signed(value: Json, scope: Scope) -> Json:
        found: Json = run(value, scope)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            raise _no_number("-" if negative else "+", position, found)
        return plain(-found if negative else found)

    return signed


def _operation(operator: str, position: int) -> _Compute:
    """An operator on two values."""
    compute, stays_whole = _COMPUTE[operator], operator in _WHOLE

    def operation(left: Any, right: Any) -> Json:
        if stays_whole and type(left) is int and type(right) is int:
            found: int = compute(left, right)
            if -EXACT < found < EXACT:
                return found
        elif type(left) not in NUMBERS or type(right) not in NUMBERS:
            raise _no_number(operator, position, right if type(left) in NUMBERS else left)
        try:
            return plain(compute(float(left), float(right)))
        except ZeroDivisionError:
            raise ExpressionError(f"{operator} divides by zero.", position=position) from None
        except (ArithmeticError, ValueError, ExpressionError):
            message = f"{operator} gives a number that is too large."
            raise ExpressionError(message, position=position) from None

    return operation


def _no_number(operator: str, position: int, found: Json) -> ExpressionError:
    names = {str: "a text", list: "a list", dict: "an object", bool: "a boolean"}
    name = names.get(type(found), "null")
    return ExpressionError(f"{operator} takes numbers, not {name}.", position=position)
