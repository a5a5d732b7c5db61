"""Closures of function calls.

What can be known of a call when it is compiled is checked then: that the function exists, how many
arguments it takes, and where it takes references. The types of values are checked when it is
called; then it runs, with the budget. Its errors get the place of the call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callboard.core.expression import nodes
from callboard.core.expression.functions.conditions import IF
from callboard.core.expression.functions.registry import Function, Functions, Parameter
from callboard.core.expression.scope import MANY, Closure, Part, Scope, composed
from callboard.core.values import Json, truthy
from callboard.errors import ExpressionError


def call(node: nodes.Call, arguments: list[Part], functions: Functions) -> Part:
    """A call, its arguments compiled. Raises ExpressionError when it cannot be made."""
    function = functions.get(node.name)
    if function is None:
        near = functions.nearest(node.name)
        hint = f" Did you mean {near}()?" if near else ""
        raise _error(node, f"There is no function {node.name}().{hint}")
    parameters = function.parameters_for(len(arguments))
    if parameters is None:
        raise _error(node, f"{function} cannot be called with {len(arguments)} arguments.")
    for argument, parameter in zip(arguments, parameters, strict=True):
        _check_reference(function, argument, parameter)
    if function is IF:
        return composed(node, _if(arguments), arguments)
    run = _call(node, function, arguments, parameters)
    references = any(isinstance(argument.node, nodes.Reference) for argument in arguments)
    return composed(
        node, run, arguments, calls=3 if references else 2, free=False, copies=_copies(function)
    )


def reference(node: nodes.Reference, part: Part) -> Part:
    """`&expression`: a function of an item, which charges for each use."""
    run, weight = part.run, part.weight

    def refer(_value: Json, scope: Scope) -> Callable[[Json], Json]:
        budget = scope.budget

        def apply(item: Json) -> Json:
            budget.steps -= weight
            if budget.steps < 0:
                raise budget.exhausted()
            result: Json = run(item, scope)
            return result

        return apply

    return composed(node, refer, [part], free=False)


def _copies(function: Function) -> int:
    """Numbers and the like are never large; of anything else a function gives, it is unknown."""
    result = function.signature.partition(" -> ")[2].split("|")
    return 1 if {"number", "boolean", "null"}.issuperset(result) else MANY


def _error(node: nodes.Call, message: str) -> ExpressionError:
    return ExpressionError(message, position=node.position)


def _check_reference(function: Function, argument: Part, parameter: Parameter) -> None:
    given = isinstance(argument.node, nodes.Reference)
    if given == parameter.reference:
        return
    wanted = "an expression: write & before it" if parameter.reference else "a value, without &"
    message = f"{function.name}(): {parameter.name} has to be {wanted}."
    raise ExpressionError(message, position=argument.node.position)


def _if(arguments: list[Part]) -> Closure:
    """`if()`: JavaScript's truth, and only the branch that is needed (specification:
    expressions, details 2).
    """
    condition, then = arguments[0].run, arguments[1].run
    if len(arguments) < 3:
        return lambda value, scope: then(value, scope) if truthy(condition(value, scope)) else None
    otherwise = arguments[2].run
    return lambda value, scope: (
        then(value, scope) if truthy(condition(value, scope)) else otherwise(value, scope)
    )


def _call(
    node: nodes.Call, function: Function, arguments: list[Part], parameters: list[Parameter]
) -> Closure:
    position, run = node.position, function.run
    if len(arguments) == 1:
        return _call_one(position, function, arguments[0].run, parameters[0])
    given = [part.run for part in arguments]
    checks = [(i, item) for i, item in enumerate(parameters) if item.types or item.items]

    def call_all(value: Json, scope: Scope) -> Any:
        values: list[Any] = []
        for argument in given:
            values.append(argument(value, scope))
        try:
            for index, parameter in checks:
                if not parameter.takes(values[index], scope.budget):
                    raise function.refusal(parameter, values[index])
            return run(scope.budget, *values)
        except ExpressionError as error:
            _place(error, position)
            raise

    return call_all


def _call_one(
    position: int, function: Function, argument: Closure, parameter: Parameter
) -> Closure:
    run, takes = function.run, parameter.takes

    def call_one(value: Json, scope: Scope) -> Any:
        given = argument(value, scope)
        try:
            if not takes(given, scope.budget):
                raise function.refusal(parameter, given)
            return run(scope.budget, given)
        except ExpressionError as error:
            _place(error, position)
            raise

    return call_one


def _place(error: ExpressionError, position: int) -> None:
    """Give an error the place of the call, unless it comes from further in."""
    if error.position is None:
        error.position = position
