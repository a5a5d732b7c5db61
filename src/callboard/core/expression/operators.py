"""Operators by rank: the stack on which their sides wait until a rank is complete.

Operators of one rank that follow each other become one node with many sides. The ternary is of the
rank just above the pipe and waits, with its condition and first branch, for the second; unary
operators wait for their operand, which the parser gives them with all its steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from callboard.core.expression import nodes
from callboard.core.expression.lexer import Token
from callboard.core.expression.nodes import Node
from callboard.core.expression.numbers import is_number, plain

PIPE, TERNARY, OR, AND, COMPARISON, SUM, PRODUCT, UNARY = range(1, 9)

_RANKS: Final = {
    "|": PIPE,
    "?": TERNARY,
    "||": OR,
    "&&": AND,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), COMPARISON),
    **dict.fromkeys(("+", "-"), SUM),
    **dict.fromkeys(("*", "/", "//", "%"), PRODUCT),
}
SIGN: Final = ("!", "-", "+")


def rank_of(token: Token) -> int:
    """The rank of an operator between two operands; 0 for every other token."""
    return _RANKS.get(token.text, 0)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An operator whose right side is not complete. A ternary holds what stands left of it."""

    rank: int
    token: Token
    held: tuple[Node, ...] = ()


class Operators:
    """The operands and waiting operators between two brackets."""

    __slots__ = ("_operands", "_waiting")

    def __init__(self) -> None:
        self._operands: list[Node] = []
        self._waiting: list[_Waiting] = []

    def operand(self, node: Node) -> None:
        """An operand is complete."""
        self._operands.append(node)

    def unary(self, token: Token) -> None:
        """An operator stands before an operand."""
        self._waiting.append(_Waiting(UNARY, token))

    def binary(self, token: Token, rank: int) -> None:
        """An operator stands between operands."""
        self._complete(rank)
        self._waiting.append(_Waiting(rank, token))

    def condition(self) -> Node:
        """Everything left of a `?` that binds tighter than it."""
        self._complete(TERNARY)
        return self._operands.pop()

    def ternary(self, condition: Node, then: Node, token: Token) -> None:
        """A ternary is complete up to its `:`."""
        self._waiting.append(_Waiting(TERNARY, token, (condition, then)))

    def result(self) -> Node:
        """The one node that everything has become."""
        self._complete(0)
        return self._operands.pop()

    def _complete(self, rank: int) -> None:
        """Build what binds tighter than a rank."""
        while self._waiting and self._waiting[-1].rank > rank:
            top = self._waiting[-1].rank
            run: list[_Waiting] = []
            while self._waiting and self._waiting[-1].rank == top:
                run.append(self._waiting.pop())
            if top in (UNARY, TERNARY):
                self._wrap(run)
            else:
                run.reverse()
                self._chain(top, run)

    def _wrap(self, run: list[_Waiting]) -> None:
        """Operators with one operand that is still open, the innermost first."""
        node = self._operands.pop()
        for operator in run:
            if operator.held:
                condition, then = operator.held
                node = nodes.Ternary(condition, then, node, operator.token.position)
            else:
                node = _unary(operator.token, node)
        self._operands.append(node)

    def _chain(self, rank: int, run: list[_Waiting]) -> None:
        """Operators of one rank, from the left, with one operand more than there are of them."""
        start = len(self._operands) - len(run) - 1
        operands = self._operands[start:]
        del self._operands[start:]
        self._operands.append(_chained(rank, [item.token for item in run], operands))


def _unary(token: Token, operand: Node) -> Node:
    if token.text == "!":
        return nodes.Not(operand, token.position)
    negative = token.text == "-"
    if isinstance(operand, nodes.Constant) and is_number(operand.value):
        number = cast("float", operand.value)
        return nodes.Constant(plain(-number if negative else number), token.position)
    return nodes.Sign(negative, operand, token.position)


def _chained(rank: int, operators: list[Token], operands: list[Node]) -> Node:
    position = operators[0].position
    if rank == PIPE:
        return nodes.Pipe(tuple(operands), position)
    if rank in (OR, AND):
        return nodes.Choice(tuple(operands), rank == OR, position)
    sides = [
        (token.text, operand, token.position)
        for token, operand in zip(operators, operands[1:], strict=True)
    ]
    if rank == COMPARISON:
        compared = cast("list[tuple[nodes.Comparator, Node, int]]", sides)
        return nodes.Comparison(operands[0], tuple(compared), position)
    computed = cast("list[tuple[nodes.Operator, Node, int]]", sides)
    return nodes.Arithmetic(operands[0], tuple(computed), position)
