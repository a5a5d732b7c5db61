"""From text to nodes: a Pratt parser of the community grammar of JMESPath and our additions.

Specification: expressions, "The JMESPath dialect". Operators bind by rank. Their sides wait on a
stack of the bracket that they stand in, so Python's own stack grows with brackets alone, and those
are counted. A path takes all the steps that it can; the steps behind a projection are its own, and
a flatten ends the projections before it.

Additions to the grammar: bare numbers, any expression as an operand, unary operators that take the
whole path behind them. `[1]`, `[-1]` and `[1:2]` are always an index or a slice; a list behind a
dot holds no bare number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from callboard.core.expression import nodes
from callboard.core.expression.lexer import Token, tokenize
from callboard.core.expression.nodes import Node
from callboard.core.expression.operators import SIGN, TERNARY, Operators, rank_of
from callboard.core.expression.tokens import Tokens
from callboard.core.limits import Limits
from callboard.errors import ExpressionError


def parse(text: str, limits: Limits) -> Node:
    """Parse an expression.

    Raises ExpressionError with the place of what is wrong: the grammar, an unbound variable, too
    many characters, or too many levels.
    """
    if len(text) > limits.expression_length:
        raise ExpressionError(
            f"The expression has more than {limits.expression_length} characters.",
            source=text[:100],
            position=limits.expression_length,
        )
    tokens = Tokens(text, tokenize(text, limits))
    return _Parser(tokens, nodes.CALLS * limits.expression_depth).parse()


_BRACKET: Final = 3
"""Calls of Python that a bracket takes. Between `?` and `:` there is one."""


class _Parser:
    """One parsing: where it is, which variables are bound there, and how many calls of Python may
    still be made in each other.
    """

    def __init__(self, tokens: Tokens, depth: int) -> None:
        self.tokens = tokens
        self.depth = depth
        self.scopes: list[list[str]] = []

    def parse(self) -> Node:
        node = self.expression()
        if self.tokens.current.kind != "end":
            raise self.tokens.unexpected()
        return node

    # Operators

    def expression(self, calls: int = _BRACKET) -> Node:
        """Everything up to a token that cannot go on with it."""
        self.depth -= calls
        if self.depth < 0:
            raise self.tokens.error("The expression is nested too deep")
        operators = Operators()
        while True:
            self.signs(operators)
            operators.operand(self.path())
            token = self.tokens.current
            rank = rank_of(token)
            if not rank:
                break
            self.tokens.next()
            if rank == TERNARY:
                condition = operators.condition()
                then = self.expression(1)
                self.tokens.expect(":")
                operators.ternary(condition, then, token)
            else:
                operators.binary(token, rank)
        self.depth += calls
        return operators.result()

    def signs(self, operators: Operators) -> None:
        while self.tokens.at(*SIGN):
            operators.unary(self.tokens.next())

    # Paths

    def path(self) -> Node:
        """An operand: a head, and the steps that follow it."""
        token = self.tokens.current
        if token.text == "*":
            self.tokens.next()
            head: Node = nodes.Current(token.position)
            steps: list[nodes.Step] = [nodes.Values(token.position, self.select())]
        else:
            head, steps = self.head_of(token)(self), []
        while step := _STEPS.get(self.tokens.current.text):
            steps.append(step(self))
        return nodes.Path(head, tuple(steps), token.position) if steps else head

    def head_of(self, token: Token) -> Callable[[_Parser], Node]:
        """How to read what a path starts from."""
        after = self.tokens.peek()
        if token.kind == "name" and after.text == "(":
            return _Parser.call
        if token.text == "let" and after.kind == "variable":
            return _Parser.let
        if token.text == "[" and not self.at_index():
            return _Parser.multi_list
        parse = _HEADS.get(token.text) or _HEADS_BY_KIND.get(token.kind)
        if parse is None:
            raise self.tokens.unexpected()
        return parse

    def name(self) -> nodes.Field:
        token = self.tokens.next()
        return nodes.Field(token.text, token.position)

    def constant(self) -> nodes.Constant:
        token = self.tokens.next()
        return nodes.Constant(token.value, token.position)

    def quoted(self) -> nodes.Field:
        token = self.tokens.next()
        if self.tokens.at("("):
            raise self.tokens.unexpected("a name between quotes is a key, not a function")
        return nodes.Field(str(token.value), token.position)

    def variable(self) -> nodes.Variable:
        token = self.tokens.next()
        for depth, scope in enumerate(reversed(self.scopes)):
            if token.value in scope:
                return nodes.Variable(depth, scope.index(str(token.value)), token.position)
        raise self.tokens.error(f"The variable {token.text} is not bound", token)

    def let(self) -> nodes.Let:
        position = self.tokens.next().position
        names: list[str] = []
        values: list[Node] = []
        while True:
            if self.tokens.current.kind != "variable":
                raise self.tokens.unexpected("let binds variables: let $name = ...")
            names.append(str(self.tokens.next().value))
            self.tokens.expect("=")
            values.append(self.expression())
            if not self.tokens.skip(","):
                break
        self.tokens.expect("in")
        # Of a name that is bound twice, the last one counts: positions are looked up by name.
        self.scopes.append(
            [name if name not in names[i + 1 :] else "" for i, name in enumerate(names)]
        )
        body = self.expression()
        self.scopes.pop()
        return nodes.Let(tuple(values), body, position)

    def call(self) -> nodes.Call:
        token = self.tokens.next()
        self.tokens.expect("(")
        arguments: list[Node] = []
        while not self.tokens.at(")"):
            if arguments:
                self.tokens.expect(",")
            sign = self.tokens.current
            if self.tokens.skip("&"):
                arguments.append(nodes.Reference(self.expression(), sign.position))
            else:
                arguments.append(self.expression())
        self.tokens.next()
        return nodes.Call(token.text, tuple(arguments), token.position)

    def group(self) -> Node:
        self.tokens.next()
        node = self.expression()
        self.tokens.expect(")")
        return node

    def current(self) -> Node:
        return nodes.Current(self.tokens.next().position)

    def root(self) -> Node:
        return nodes.Root(self.tokens.next().position)

    def nothing(self) -> Node:
        """A path that starts with a step."""
        return nodes.Current(self.tokens.current.position)

    # Lists and objects

    def multi_list(self, *, dotted: bool = False) -> nodes.MultiList:
        token = self.tokens.next()
        items: list[Node] = []
        while True:
            if dotted and self.at_bare_number():
                hint = "a list behind a dot holds no bare number: write it between backticks"
                raise self.tokens.unexpected(hint)
            items.append(self.expression())
            if not self.tokens.skip(","):
                break
        self.tokens.expect("]")
        return nodes.MultiList(tuple(items), token.position)

    def at_bare_number(self) -> bool:
        offset = 1 if self.tokens.at(*SIGN) else 0
        number, after = self.tokens.peek(offset), self.tokens.peek(offset + 1)
        return number.kind == "number" and after.text in (",", "]")

    def multi_hash(self) -> nodes.MultiHash:
        token = self.tokens.next()
        keys: list[str] = []
        items: list[Node] = []
        while True:
            key = self.tokens.current
            if key.kind not in ("name", "quoted"):
                raise self.tokens.unexpected("an object holds `key: expression`")
            self.tokens.next()
            self.tokens.expect(":")
            keys.append(str(key.value))
            items.append(self.expression())
            if not self.tokens.skip(","):
                break
        self.tokens.expect("}")
        return nodes.MultiHash(tuple(keys), tuple(items), token.position)

    # Steps

    def dot(self) -> nodes.Step:
        self.tokens.next()
        token = self.tokens.current
        if token.kind == "name" and self.tokens.peek().text == "(":
            return self.call()
        if token.kind == "name":
            return self.name()
        if token.kind == "quoted":
            return self.quoted()
        if self.tokens.at("["):
            return self.multi_list(dotted=True)
        if self.tokens.at("{"):
            return self.multi_hash()
        if self.tokens.skip("*"):
            return nodes.Values(token.position, self.select())
        raise self.tokens.unexpected("a name, a list, an object or * has to follow the dot")

    def select(self) -> nodes.Select | None:
        """The list or object that ends a projection when it follows at once."""
        if not self.tokens.at(".") or self.tokens.peek().text not in ("[", "{"):
            return None
        self.tokens.next()
        return self.multi_list(dotted=True) if self.tokens.at("[") else self.multi_hash()

    def flatten(self) -> nodes.Step:
        return nodes.Flatten(self.tokens.next().position, self.select())

    def filter(self) -> nodes.Step:
        position = self.tokens.next().position
        condition = self.expression()
        self.tokens.expect("]")
        return nodes.Filter(condition, position, self.select())

    def at_index(self) -> bool:
        """Whether a bracket holds an index, a slice or `*`, so that no list starts with it."""
        first, second, third = (self.tokens.peek(offset) for offset in (1, 2, 3))
        if first.text == "-" and second.kind == "number":
            return third.text in ("]", ":") and second.text.isdigit()
        if first.kind == "number":
            return second.text in ("]", ":") and first.text.isdigit()
        return first.text == ":" or (first.text == "*" and second.text == "]")

    def bracket(self) -> nodes.Step:
        token = self.tokens.next()
        if self.tokens.skip("*"):
            self.tokens.expect("]")
            return nodes.Each(token.position, self.select())
        parts: list[int | None] = [self.whole_number()]
        while self.tokens.skip(":"):
            parts.append(self.whole_number())
        if len(parts) > 3 or (len(parts) == 1 and parts[0] is None):
            raise self.tokens.unexpected("brackets hold an index, a slice or *")
        self.tokens.expect("]")
        if len(parts) == 1:
            return nodes.Index(parts[0] or 0, token.position)
        start, stop, step = (*parts, None)[:3]
        if step == 0:
            raise self.tokens.error("The step of a slice is 0", token)
        return nodes.Slice(start, stop, step, token.position, self.select())

    def whole_number(self) -> int | None:
        sign = -1 if self.tokens.skip("-") else 1
        token = self.tokens.current
        if token.kind == "number" and token.text.isdigit() and isinstance(token.value, int):
            self.tokens.next()
            return sign * token.value
        if sign < 0:
            raise self.tokens.unexpected("a whole number belongs here")
        return None


_HEADS: Final[dict[str, Callable[[_Parser], Node]]] = {
    "@": _Parser.current,
    "$": _Parser.root,
    "(": _Parser.group,
    "{": _Parser.multi_hash,
    "[": _Parser.nothing,
    "[]": _Parser.nothing,
    "[?": _Parser.nothing,
}
_HEADS_BY_KIND: Final[dict[str, Callable[[_Parser], Node]]] = {
    "name": _Parser.name,
    "quoted": _Parser.quoted,
    "variable": _Parser.variable,
    "literal": _Parser.constant,
    "number": _Parser.constant,
}
_STEPS: Final[dict[str, Callable[[_Parser], nodes.Step]]] = {
    ".": _Parser.dot,
    "[": _Parser.bracket,
    "[]": _Parser.flatten,
    "[?": _Parser.filter,
}
