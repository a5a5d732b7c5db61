"""From nodes to closures: an expression is compiled once and evaluated often.

Each node becomes a function of the current value and the evaluation's `Scope`. What JMESPath calls
null propagates by those functions; only arithmetic, functions and variables can fail. Chains of
fields, the commonest expressions by far, become one loop over dicts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import TypeAlias, assert_never, cast

from callboard.core.expression import nodes
from callboard.core.expression.budget import Budget
from callboard.core.expression.functions.registry import Function, Functions, matchers, wrong_type
from callboard.core.expression.nodes import Node
from callboard.core.values import Json, equal
from callboard.errors import ExpressionError


class Scope:
    """What an evaluation knows beside the current value. `let` makes a new one around its body."""

    __slots__ = ("budget", "root", "variables")

    def __init__(self, root: Json, budget: Budget, variables: dict[str, Json]) -> None:
        self.root = root
        self.budget = budget
        self.variables = variables


Closure: TypeAlias = Callable[[Json, Scope], Json]


def is_true(value: Json) -> bool:
    """JMESPath's truth: false, null, and empty texts, lists and objects are false; 0 is true."""
    return value is not None and value is not False and value != "" and value != [] and value != {}


class Compiler:
    """One compilation; `source` is for errors."""

    def __init__(self, source: str, functions: Functions) -> None:
        self.source = source
        self.functions = functions

    def error(self, message: str, position: int) -> ExpressionError:
        return ExpressionError(f"{message} (at {position})", source=self.source, position=position)

    def compile(self, node: Node) -> Closure:  # noqa: C901 - one case for each kind of node
        match node:
            case nodes.Current():
                return lambda value, scope: value
            case nodes.Root():
                return lambda value, scope: scope.root
            case nodes.Literal_():
                constant = node.value
                return lambda value, scope: constant
            case nodes.Field():
                return _field(node.name)
            case nodes.Variable():
                return self.variable(node)
            case nodes.Let():
                return self.let(node)
            case nodes.Sub():
                return self.sub(node)
            case nodes.Index():
                return _index(node.index)
            case nodes.Slice():
                return _slice(node.start, node.stop, node.step)
            case nodes.Projection():
                return self.projection(node)
            case nodes.Filter():
                return self.filter(node)
            case nodes.MultiList():
                return self.multi_list(node)
            case nodes.MultiHash():
                return self.multi_hash(node)
            case nodes.Binary():
                return self.binary(node)
            case nodes.Unary():
                return self.unary(node)
            case nodes.Ternary():
                return self.ternary(node)
            case nodes.Call():
                return self.call(node)
            case nodes.Reference():
                message = "An expression reference belongs between the arguments of a function."
                raise self.error(message, node.position)
            case _:
                assert_never(node)

    # Paths

    def sub(self, node: nodes.Sub) -> Closure:
        names = _field_chain(node)
        if names is not None:
            return _fields(names)
        left, right = self.compile(node.left), self.compile(node.right)
        if node.is_pipe:
            return lambda value, scope: right(left(value, scope), scope)

        def sub(value: Json, scope: Scope) -> Json:
            found = left(value, scope)
            return None if found is None else right(found, scope)

        return sub

    def projection(self, node: nodes.Projection) -> Closure:
        left, right = self.compile(node.left), self.compile(node.right)
        same = isinstance(node.right, nodes.Current)

        def project(items: list[Json], scope: Scope) -> list[Json]:
            scope.budget.work(len(items) + 1)
            if same:
                return [item for item in items if item is not None]
            found = (right(item, scope) for item in items)
            return [item for item in found if item is not None]

        def projection(value: Json, scope: Scope) -> Json:
            base = left(value, scope)
            return project(base, scope) if isinstance(base, list) else None

        def values(value: Json, scope: Scope) -> Json:
            base = left(value, scope)
            return project(list(base.values()), scope) if isinstance(base, dict) else None

        def sliced(value: Json, scope: Scope) -> Json:
            base = left(value, scope)
            if isinstance(base, str):
                return base if same else right(base, scope)
            return project(base, scope) if isinstance(base, list) else None

        def flattened(value: Json, scope: Scope) -> Json:
            base = left(value, scope)
            if not isinstance(base, list):
                return None
            merged: list[Json] = []
            for item in base:
                if isinstance(item, list):
                    scope.budget.work(len(item) + 1)
                    merged.extend(item)
                else:
                    merged.append(item)
            return project(merged, scope)

        return {"list": projection, "values": values, "slice": sliced, "flatten": flattened}[
            node.kind
        ]

    def filter(self, node: nodes.Filter) -> Closure:
        left, right = self.compile(node.left), self.compile(node.right)
        condition = self.compile(node.condition)

        def filtered(value: Json, scope: Scope) -> Json:
            base = left(value, scope)
            if not isinstance(base, list):
                return None
            scope.budget.work(len(base) + 1)
            found = (right(item, scope) for item in base if is_true(condition(item, scope)))
            return [item for item in found if item is not None]

        return filtered

    def multi_list(self, node: nodes.MultiList) -> Closure:
        items = [self.compile(item) for item in node.items]

        def multi_list(value: Json, scope: Scope) -> Json:
            scope.budget.build(len(items))
            return [item(value, scope) for item in items]

        return multi_list

    def multi_hash(self, node: nodes.MultiHash) -> Closure:
        items = [(key, self.compile(item)) for key, item in node.items]

        def multi_hash(value: Json, scope: Scope) -> Json:
            scope.budget.build(len(items))
            return {key: item(value, scope) for key, item in items}

        return multi_hash

    # Variables

    def variable(self, node: nodes.Variable) -> Closure:
        name, error = (
            node.name,
            self.error(f"The variable ${node.name} is not bound.", node.position),
        )

        def variable(value: Json, scope: Scope) -> Json:
            try:
                return scope.variables[name]
            except KeyError:
                raise error from None

        return variable

    def let(self, node: nodes.Let) -> Closure:
        bindings = [(name, self.compile(item)) for name, item in node.bindings]
        body = self.compile(node.body)

        def let(value: Json, scope: Scope) -> Json:
            bound = {name: item(value, scope) for name, item in bindings}
            return body(value, Scope(scope.root, scope.budget, {**scope.variables, **bound}))

        return let

    # Operators

    def binary(self, node: nodes.Binary) -> Closure:
        left, right, operator = self.compile(node.left), self.compile(node.right), node.operator
        match operator:
            case "||":
                return lambda value, scope: (
                    found if is_true(found := left(value, scope)) else right(value, scope)
                )
            case "&&":
                return lambda value, scope: (
                    right(value, scope) if is_true(found := left(value, scope)) else found
                )
            case "==" | "!=":
                return _equality(operator, left, right, _is_text(node.left, node.right))
            case "<" | "<=" | ">" | ">=":
                return _ordering(operator, left, right)
            case _:
                return self.arithmetic(node, left, right)

    def arithmetic(self, node: nodes.Binary, left: Closure, right: Closure) -> Closure:
        operator, compute = node.operator, _ARITHMETIC[node.operator]

        def arithmetic(value: Json, scope: Scope) -> Json:
            first, second = left(value, scope), right(value, scope)
            if type(first) not in _NUMBERS or type(second) not in _NUMBERS:
                wrong = second if is_number(first) else first
                raise self.error(f"{operator!r} needs numbers, not {kind(wrong)}.", node.position)
            try:
                return whole(compute(cast("float", first), cast("float", second)))
            except ZeroDivisionError:
                raise self.error("This divides by zero.", node.position) from None
            except OverflowError:
                raise self.error("This number is too large.", node.position) from None

        return arithmetic

    def unary(self, node: nodes.Unary) -> Closure:
        operand = self.compile(node.operand)
        if node.operator == "!":
            return lambda value, scope: not is_true(operand(value, scope))
        if isinstance(node.operand, nodes.Literal_) and is_number(node.operand.value):
            number = cast("float", node.operand.value)
            constant: Json = -number if node.operator == "-" else number
            return lambda value, scope: constant
        sign = -1 if node.operator == "-" else 1

        def unary(value: Json, scope: Scope) -> Json:
            found = operand(value, scope)
            if not is_number(found):
                message = f"{node.operator!r} needs a number, not {kind(found)}."
                raise self.error(message, node.position)
            return sign * cast("float", found)

        return unary

    def ternary(self, node: nodes.Ternary) -> Closure:
        condition, then = self.compile(node.condition), self.compile(node.then)
        otherwise = self.compile(node.otherwise)
        return lambda value, scope: (
            then(value, scope) if is_true(condition(value, scope)) else otherwise(value, scope)
        )

    # Functions

    def call(self, node: nodes.Call) -> Closure:
        function = self.functions.get(node.name)
        if function is None:
            near = self.functions.nearest(node.name)
            hint = f" Did you mean {near}()?" if near else ""
            raise self.error(f"There is no function {node.name}().{hint}", node.position)
        problem = function.arity_problem(len(node.arguments))
        if problem:
            raise self.error(problem, node.position)
        if function.lazy:
            return self.lazy_call(node, function)
        arguments = [self.argument(item) for item in node.arguments]
        checks = [
            (index, fits)
            for index, fits in enumerate(matchers(function, len(arguments)))
            if fits is not None
        ]
        run, position = function.call, node.position

        def call(value: Json, scope: Scope) -> Json:
            given = [argument(value, scope) for argument in arguments]
            try:
                for index, fits in checks:
                    if not fits(given[index]):
                        raise wrong_type(function, index, given[index])
                return cast("Json", run(scope.budget, *given))
            except ExpressionError as error:
                if error.position is None:
                    error.position, error.source = position, self.source
                raise

        return call

    def lazy_call(self, node: nodes.Call, function: Function) -> Closure:
        arguments = [self.compile(item) for item in node.arguments]
        run = function.call

        def call(value: Json, scope: Scope) -> Json:
            given = [_thunk(argument, value, scope) for argument in arguments]
            return cast("Json", run(scope.budget, *given))

        return call

    def argument(self, node: Node) -> Callable[[Json, Scope], object]:
        """An argument: a value, or for `&expression` a function of an item."""
        if not isinstance(node, nodes.Reference):
            return self.compile(node)
        inner = self.compile(node.expression)

        def reference(value: Json, scope: Scope) -> object:
            def apply(item: Json) -> Json:
                scope.budget.work(1)
                return inner(item, scope)

            return apply

        return reference


def _thunk(argument: Closure, value: Json, scope: Scope) -> Callable[[], Json]:
    return lambda: argument(value, scope)


def _field(name: str) -> Closure:
    def field(value: Json, scope: Scope) -> Json:
        return value.get(name) if type(value) is dict else None

    return field


def _field_chain(node: Node) -> tuple[str, ...] | None:
    """The names of a path that is nothing but fields."""
    if isinstance(node, nodes.Field):
        return (node.name,)
    if isinstance(node, nodes.Sub) and not node.is_pipe and isinstance(node.right, nodes.Field):
        left = _field_chain(node.left)
        return None if left is None else (*left, node.right.name)
    return None


def _fields(names: tuple[str, ...]) -> Closure:
    def fields(value: Json, scope: Scope) -> Json:
        for name in names:
            if type(value) is not dict:
                return None
            value = value.get(name)
        return value

    return fields


def _index(index: int) -> Closure:
    def item(value: Json, scope: Scope) -> Json:
        if isinstance(value, list) and -len(value) <= index < len(value):
            return value[index]
        return None

    return item


def _slice(start: int | None, stop: int | None, step: int | None) -> Closure:
    part = slice(start, stop, step)

    def sliced(value: Json, scope: Scope) -> Json:
        if not isinstance(value, (list, str)):
            return None
        scope.budget.work(len(value) // 64 + 1)
        return value[part]

    return sliced


def _is_text(*sides: Node) -> bool:
    """Whether one side is a text: then plain equality is that of JSON."""
    return any(isinstance(side, nodes.Literal_) and isinstance(side.value, str) for side in sides)


def _equality(operator: str, left: Closure, right: Closure, plain: bool) -> Closure:
    same = operator == "=="
    if plain:
        return lambda value, scope: (left(value, scope) == right(value, scope)) is same
    return lambda value, scope: equal(left(value, scope), right(value, scope)) is same


_NUMBERS = (int, float)
_ORDERINGS = {"<": lt, "<=": le, ">": gt, ">=": ge}


def _ordering(operator: str, left: Closure, right: Closure) -> Closure:
    compare = _ORDERINGS[operator]

    def ordering(value: Json, scope: Scope) -> Json:
        first, second = left(value, scope), right(value, scope)
        if type(first) in _NUMBERS and type(second) in _NUMBERS:
            return bool(compare(first, second))
        return None

    return ordering


def is_number(value: object) -> bool:
    return type(value) in _NUMBERS


def whole(number: float) -> int | float:
    """A number as a document holds it: whole ones as integers where a double is exact."""
    if type(number) is int:
        return number if abs(number) < 2**53 else float(number)
    if not math.isfinite(number):
        raise OverflowError
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def kind(value: Json) -> str:
    """What a value is, for messages."""
    names = {str: "a text", list: "a list", dict: "an object", bool: "a boolean"}
    return names.get(type(value), "null" if value is None else "a number")


def _floor(left: float, right: float) -> float:
    return math.floor(left / right)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "//": _floor,
    "%": math.fmod,
}
