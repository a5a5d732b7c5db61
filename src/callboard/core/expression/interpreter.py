"""From nodes to closures: an expression is compiled once and evaluated often.

Each node becomes a function of the current value and the `Scope`. Nodes are compiled bottom up,
with a stack of our own, so that no tree is too deep for that. How deep a closure can nest Python's
calls when it runs is worked out on the way, and bounded. What needs no data is computed at once.
"""

from __future__ import annotations

from math import prod
from typing import Final

from callboard.core.expression import nodes
from callboard.core.expression.budget import Budget
from callboard.core.expression.calls import call, reference
from callboard.core.expression.comparing import choice, comparison, condition, negation
from callboard.core.expression.computing import arithmetic, sign
from callboard.core.expression.functions.registry import Functions
from callboard.core.expression.nodes import Node
from callboard.core.expression.paths import field, path
from callboard.core.expression.scope import MANY, Closure, Part, Scope, composed
from callboard.core.limits import Limits
from callboard.core.values import Json
from callboard.errors import ExpressionError

_SMALL: Final = 64
"""Characters of a text that is small."""

_COMPUTED: Final = (nodes.Arithmetic, nodes.Sign, nodes.Comparison, nodes.Not)
"""Nodes that amount to a constant when their parts are constants."""


def compile_node(root: Node, functions: Functions, limits: Limits) -> Part:
    """Compile a tree.

    Raises ExpressionError, with its place, when it calls a function that does not exist, or calls
    one wrongly, or is nested too deep.
    """
    deepest = nodes.CALLS * limits.expression_depth
    pending: list[tuple[Node, bool]] = [(root, False)]
    done: list[Part] = []
    while pending:
        node, ready = pending.pop()
        if not ready:
            pending.append((node, True))
            pending.extend((part, False) for part in reversed(node.parts))
            continue
        start = len(done) - len(node.parts)
        part = _folded(_compile(node, done[start:], functions), done[start:], limits)
        if part.height > deepest:
            raise ExpressionError("The expression is nested too deep.", position=node.position)
        done[start:] = [part]
    return done[0]


def _folded(part: Part, parts: list[Part], limits: Limits) -> Part:
    """The constant that a part amounts to, or the part."""
    if not isinstance(part.node, _COMPUTED):
        return part
    if not all(isinstance(item.node, nodes.Constant) for item in parts):
        return part
    try:
        value = part.run(None, Scope(None, Budget(limits)))
    except ExpressionError:
        return part  # it fails when it is evaluated, and only then
    return _leaf(nodes.Constant(value, part.node.position))


def _compile(node: Node, parts: list[Part], functions: Functions) -> Part:
    match node:
        case nodes.Path():
            return path(node, parts)
        case nodes.Call():
            return call(node, parts, functions)
        case nodes.Reference():
            return reference(node, parts[0])
        case nodes.Let() | nodes.Pipe() | nodes.Ternary() | nodes.MultiList() | nodes.MultiHash():
            return _structure(node, parts)
        case nodes.Choice() | nodes.Comparison() | nodes.Arithmetic() | nodes.Not() | nodes.Sign():
            return _operator(node, parts)
        case _:
            return _leaf(node)


def _leaf(
    node: nodes.Current | nodes.Root | nodes.Constant | nodes.Variable | nodes.Field,
) -> Part:
    match node:
        case nodes.Current():
            return Part(node, lambda value, _scope: value)
        case nodes.Root():
            return Part(node, lambda _value, scope: scope.root, free=False, copies=MANY)
        case nodes.Constant():
            constant = node.value
            copies = 1 if _is_small(constant) else MANY
            return Part(node, lambda _value, _scope: constant, copies=copies)
        case nodes.Field():
            return Part(node, field(node.name))
        case nodes.Variable():
            return Part(node, _variable(node.depth, node.index), free=False, copies=MANY)


def _is_small(constant: Json) -> bool:
    """Whether a constant is no more than a value of the data may be, however often it is given."""
    if isinstance(constant, str):
        return len(constant) <= _SMALL
    return not isinstance(constant, (list, dict))


def _operator(
    node: nodes.Choice | nodes.Comparison | nodes.Arithmetic | nodes.Not | nodes.Sign,
    parts: list[Part],
) -> Part:
    match node:
        case nodes.Choice():
            return composed(node, choice(node, parts), parts)
        case nodes.Comparison():
            run, free = comparison(node, parts)
            return composed(node, run, parts, free=free, copies=1)
        case nodes.Arithmetic():
            return composed(node, arithmetic(node, parts), parts, copies=1)
        case nodes.Not():
            return composed(node, negation(parts[0]), parts, copies=1)
        case nodes.Sign():
            return composed(node, sign(node, parts[0]), parts, copies=1)


def _structure(
    node: nodes.Let | nodes.Pipe | nodes.Ternary | nodes.MultiList | nodes.MultiHash,
    parts: list[Part],
) -> Part:
    runs = tuple(part.run for part in parts)
    copies = [part.copies for part in parts]
    match node:
        case nodes.Let():
            return composed(node, _let(runs[:-1], runs[-1]), parts, free=False, copies=MANY)
        case nodes.Pipe():
            return composed(node, _pipe(runs), parts, copies=prod(copies))
        case nodes.Ternary():
            return composed(node, ternary(condition(parts[0]), runs[1], runs[2]), parts, calls=2)
        case nodes.MultiList():
            return composed(node, _multi_list(runs), parts, copies=sum(copies))
        case nodes.MultiHash():
            return composed(node, _multi_hash(node.keys, runs), parts, copies=sum(copies))


def _variable(depth: int, index: int) -> Closure:
    if depth == 0:
        return lambda _value, scope: scope.values[index]

    def variable(_value: Json, scope: Scope) -> Json:
        for _ in range(depth):
            scope = scope.outer or scope
        return scope.values[index]

    return variable


def _let(values: tuple[Closure, ...], body: Closure) -> Closure:
    def let(value: Json, scope: Scope) -> Json:
        bound: list[Json] = []
        for run in values:
            bound.append(run(value, scope))
        result: Json = body(value, Scope(scope.root, scope.budget, tuple(bound), scope))
        return result

    return let


def _pipe(stages: tuple[Closure, ...]) -> Closure:
    def pipe(value: Json, scope: Scope) -> Json:
        for stage in stages:
            value = stage(value, scope)
        return value

    return pipe


def ternary(test: Closure, then: Closure, otherwise: Closure) -> Closure:
    return lambda value, scope: (
        then(value, scope) if test(value, scope) else otherwise(value, scope)
    )


def _multi_list(items: tuple[Closure, ...]) -> Closure:
    # A loop, not a comprehension: that would be one more call of Python in each level.
    def multi_list(value: Json, scope: Scope) -> list[Json]:
        found: list[Json] = []
        for item in items:
            found.append(item(value, scope))
        return found

    return multi_list


def _multi_hash(keys: tuple[str, ...], items: tuple[Closure, ...]) -> Closure:
    pairs = tuple(zip(keys, items, strict=True))

    def multi_hash(value: Json, scope: Scope) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key, item in pairs:
            found[key] = item(value, scope)
        return found

    return multi_hash
