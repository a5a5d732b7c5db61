"""From text to nodes: a Pratt parser of the community grammar of JMESPath and our additions
(specification: expressions, "The JMESPath dialect").

Additions: bare numbers, any expression as an operand, unary operators that take the whole path
behind them. `[1]`, `[-1]` and `[1:2]` are always an index or a slice; a list behind a dot holds no
bare number.
"""

from __future__ import annotations

from callboard.core.expression import nodes
from callboard.core.expression.lexer import Token, tokenize
from callboard.core.expression.nodes import Node
from callboard.core.limits import Limits
from callboard.errors import ExpressionError

# What binds tighter has the higher number. Below PROJECTION_STOP, a projection ends.
_BINDING = {
    "|": 1,
    "?": 2,
    "||": 3,
    "&&": 4,
    "==": 5,
    "!=": 5,
    "<": 5,
    "<=": 5,
    ">": 5,
    ">=": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "//": 7,
    "%": 7,
    "[]": 9,
    "[?": 21,
    ".": 40,
    "(": 60,
    "[": 55,
}
_UNARY = 8
_STAR = 20
_PROJECTION_STOP = 10
_BINARY = frozenset(("||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "//", "%"))


def parse(text: str, limits: Limits) -> Node:
    """Parse an expression. Raises ExpressionError with the position of what is wrong."""
    if len(text) > limits.expression_length:
        raise ExpressionError(
            f"The expression has {len(text)} characters; at most {limits.expression_length} are"
            " allowed.",
            source=text[:100],
            position=0,
        )
    return _Parser(text, limits.expression_depth).parse()


class _Parser:
    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.depth = depth

    # Tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def peek(self, offset: int) -> Token:
        return self.tokens[min(self.index + offset, len(self.tokens) - 1)]

    def next(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def at(self, text: str) -> bool:
        return self.token.kind == "op" and self.token.text == text

    def expect(self, text: str) -> Token:
        if not self.at(text):
            raise self.unexpected(f"{text!r} is missing")
        return self.next()

    def unexpected(self, hint: str = "") -> ExpressionError:
        token = self.token
        what = (
            "The expression ends too early" if token.kind == "end" else f"Unexpected {token.text!r}"
        )
        message = f"{what} at {token.position}" + (f": {hint}." if hint else ".")
        return ExpressionError(message, source=self.text, position=token.position)

    # Expressions

    def parse(self) -> Node:
        if self.token.kind == "end":
            raise ExpressionError("The expression is empty.", source=self.text, position=0)
        node = self.expression(0)
        if self.token.kind != "end":
            raise self.unexpected()
        return node

    def expression(self, binding: int) -> Node:
        """Whatever follows, up to an operator that binds less."""
        self.depth -= 1
        if self.depth < 0:
            raise ExpressionError(
                "The expression is nested too deep.",
                source=self.text,
                position=self.token.position,
            )
        left = self.prefix()
        while self.token.kind == "op" and binding < _BINDING.get(self.token.text, 0):
            left = self.infix(left)
        self.depth += 1
        return left

    def prefix(self) -> Node:
        """What an expression starts with."""
        token = self.next()
        match token.kind:
            case "name":
                return self.named(token)
            case "quoted":
                if self.at("("):
                    raise self.unexpected("a quoted name is no function")
                return nodes.Field(str(token.value), token.position)
            case "variable":
                return nodes.Variable(str(token.value), token.position)
            case "literal" | "number":
                return nodes.Literal_(token.value, token.position)
            case "op":
                return self.prefix_operator(token)
            case "end":
                self.index -= 1
                raise self.unexpected()

    def named(self, token: Token) -> Node:
        if self.at("("):
            return nodes.Call(token.text, self.arguments(), token.position)
        if token.text == "let" and self.token.kind == "variable":
            return self.let(token)
        return nodes.Field(token.text, token.position)

    def prefix_operator(self, token: Token) -> Node:
        here = nodes.Current(token.position)
        match token.text:
            case "@":
                return here
            case "$":
                return nodes.Root(token.position)
            case "(":
                node = self.expression(0)
                self.expect(")")
                return node
            case "&":
                return nodes.Reference(self.expression(0), token.position)
            case "!" | "-" | "+":
                return nodes.Unary(token.text, self.expression(_UNARY), token.position)
            case "*":
                return nodes.Projection("values", here, self.projected(_STAR), token.position)
            case "[]":
                return nodes.Projection(
                    "flatten", here, self.projected(_BINDING["[]"]), token.position
                )
            case "[?":
                return self.filter(here, token)
            case "[":
                return self.bracket(here, token, starts=True)
            case "{":
                return self.hash(token)
            case _:
                self.index -= 1
                raise self.unexpected()

    def infix(self, left: Node) -> Node:
        """What may follow an expression."""
        token = self.next()
        match token.text:
            case ".":
                return self.dot(left, token)
            case "|":
                right = self.expression(_BINDING["|"])
                return nodes.Sub(left, right, token.position, is_pipe=True)
            case "?":
                return self.ternary(left, token)
            case "[]":
                return nodes.Projection(
                    "flatten", left, self.projected(_BINDING["[]"]), token.position
                )
            case "[?":
                return self.filter(left, token)
            case "[":
                return self.bracket(left, token, starts=False)
            case operator if operator in _BINARY:
                right = self.expression(_BINDING[operator])
                return nodes.Binary(operator, left, right, token.position)
            case _:
                self.index -= 1
                raise self.unexpected()

    def let(self, token: Token) -> Node:
        bindings: list[tuple[str, Node]] = []
        while True:
            if self.token.kind != "variable":
                raise self.unexpected("a variable is missing")
            name = str(self.next().value)
            if not (self.at("=")):
                raise self.unexpected("'=' is missing")
            self.next()
            bindings.append((name, self.expression(0)))
            if not self.at(","):
                break
            self.next()
        if not (self.token.kind == "name" and self.token.text == "in"):
            raise self.unexpected("'in' is missing")
        self.next()
        return nodes.Let(tuple(bindings), self.expression(0), token.position)

    def ternary(self, condition: Node, token: Token) -> Node:
        then = self.expression(0)
        self.expect(":")
        return nodes.Ternary(condition, then, self.expression(1), token.position)

    def arguments(self) -> tuple[Node, ...]:
        self.expect("(")
        return tuple(self.listed(")")) if not self.at(")") else self.empty()

    def empty(self) -> tuple[Node, ...]:
        self.next()
        return ()

    def listed(self, closing: str) -> list[Node]:
        items = [self.expression(0)]
        while self.at(","):
            self.next()
            items.append(self.expression(0))
        self.expect(closing)
        return items

    # Paths

    def dot(self, left: Node, token: Token) -> Node:
        if self.at("*"):
            self.next()
            return nodes.Projection("values", left, self.projected(_STAR), token.position)
        return nodes.Sub(left, self.after_dot(_BINDING["."]), token.position)

    def after_dot(self, binding: int) -> Node:
        """A name, a function, a list or an object."""
        token = self.token
        if token.kind in ("name", "quoted"):
            return self.expression(binding)
        if self.at("["):
            self.next()
            return self.list_after_dot(token)
        if self.at("{"):
            self.next()
            return self.hash(token)
        if self.at("*"):
            return self.expression(binding)
        raise self.unexpected("a name, a list or an object has to follow the dot")

    def list_after_dot(self, token: Token) -> Node:
        start = self.index
        items = self.listed("]")
        for item in items:
            if isinstance(item, nodes.Literal_) and self.is_bare_number(item, start):
                raise ExpressionError(
                    f"A list behind a dot holds no bare number (at {item.position}): write it"
                    " between backticks.",
                    source=self.text,
                    position=item.position,
                )
        return nodes.MultiList(tuple(items), token.position)

    def is_bare_number(self, item: nodes.Literal_, start: int) -> bool:
        return any(
            token.kind == "number" and token.position == item.position
            for token in self.tokens[start : self.index]
        )

    def bracket(self, left: Node, token: Token, *, starts: bool) -> Node:
        """An index, a slice or a projection; where an expression starts, a list of expressions."""
        if self.at("*") and self.peek(1).text == "]":
            self.index += 2
            return nodes.Projection("list", left, self.projected(_STAR), token.position)
        number, width = self.whole_number()
        after = self.peek(width).text
        if width and after == "]":
            self.index += width + 1
            index = nodes.Index(number or 0, token.position)
            return index if starts else nodes.Sub(left, index, token.position, is_pipe=True)
        if after == ":" and (width or self.at(":")):
            return self.slice(left, token)
        if starts:
            return nodes.MultiList(tuple(self.listed("]")), token.position)
        raise self.unexpected("a number, a slice or '*' belongs between the brackets")

    def whole_number(self) -> tuple[int | None, int]:
        """A whole number that may have a sign, and how many tokens it takes; not consumed."""
        sign = 1 if self.at("-") else 0
        token = self.peek(sign)
        if token.kind != "number" or not token.text.isdigit():
            return None, 0
        number = int(token.text)
        return (-number if sign else number), sign + 1

    def slice(self, left: Node, token: Token) -> Node:
        parts: list[int | None] = [None, None, None]
        part = 0
        while not self.at("]"):
            if self.at(":"):
                part += 1
                if part > 2:
                    raise self.unexpected("a slice has three parts")
                self.next()
                continue
            number, width = self.whole_number()
            if not width or parts[part] is not None:
                raise self.unexpected("a whole number belongs here")
            parts[part] = number
            self.index += width
        self.next()
        if parts[2] == 0:
            raise ExpressionError(
                f"The step of a slice is 0 (at {token.position}).",
                source=self.text,
                position=token.position,
            )
        sliced = nodes.Sub(left, nodes.Slice(*parts, token.position), token.position, is_pipe=True)
        return nodes.Projection("slice", sliced, self.projected(_STAR), token.position)

    def filter(self, left: Node, token: Token) -> Node:
        condition = self.expression(0)
        self.expect("]")
        if self.at("[]"):
            right: Node = nodes.Current(token.position)
        else:
            right = self.projected(_BINDING["[?"])
        return nodes.Filter(left, condition, right, token.position)

    def projected(self, binding: int) -> Node:
        """What a projection does with each item."""
        token = self.token
        if token.kind != "op" or _BINDING.get(token.text, 0) < _PROJECTION_STOP:
            return nodes.Current(token.position)
        if token.text == ".":
            self.next()
            if self.at("*"):
                return self.expression(binding)
            return self.after_dot(binding)
        if token.text in ("[", "[?"):
            return self.expression(binding)
        raise self.unexpected()

    def hash(self, token: Token) -> Node:
        items: list[tuple[str, Node]] = []
        while True:
            key = self.next()
            if key.kind not in ("name", "quoted"):
                self.index -= 1
                raise self.unexpected("a key is missing")
            self.expect(":")
            items.append((str(key.value), self.expression(0)))
            if self.at("}"):
                break
            self.expect(",")
        self.next()
        return nodes.MultiHash(tuple(items), token.position)
