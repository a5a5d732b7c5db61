"""The parser's view of the tokens: where it is, what may follow, and what to say otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from callboard.core.expression.lexer import Token
from callboard.errors import ExpressionError


class Tokens:
    """A position in the tokens of a text. The last token is an `end` and is never passed."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self._tokens = tokens
        self._index = 0
        self.current = tokens[0]

    def peek(self, offset: int = 1) -> Token:
        """The token so many places on."""
        return self._tokens[min(self._index + offset, len(self._tokens) - 1)]

    def next(self) -> Token:
        """The current token; the one behind it becomes current."""
        token = self.current
        self._index = min(self._index + 1, len(self._tokens) - 1)
        self.current = self._tokens[self._index]
        return token

    def at(self, *texts: str) -> bool:
        """Whether the current token is one of these operators or words."""
        return self.current.text in texts

    def skip(self, text: str) -> bool:
        """Pass an operator or word if it is there."""
        if self.current.text != text:
            return False
        self.next()
        return True

    def expect(self, text: str) -> None:
        """Pass an operator or word. Raises ExpressionError when it is not there."""
        if not self.skip(text):
            raise self.unexpected(f"{text!r} is missing")

    def unexpected(self, hint: str = "") -> ExpressionError:
        """The error of a token that cannot stand where it stands."""
        token = self.current
        if token.kind == "end":
            what = "The expression ends too early" if token.position else "The expression is empty"
        else:
            what = f"{token.text[:40]!r} cannot stand here"
        return self.error(f"{what}: {hint}" if hint else what, token)

    def error(self, message: str, token: Token | None = None) -> ExpressionError:
        """An error at a token: the current one where none is given."""
        position = (token or self.current).position
        return ExpressionError(f"{message} (at {position}).", source=self.text, position=position)
