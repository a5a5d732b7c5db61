"""The tokens of an expression, each with its place in the text.

One compiled pattern finds each token in a single pass, so lexing is linear. Escapes are resolved
here: the parser sees values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from callboard.core.expression.json_text import read_json, read_number
from callboard.core.limits import Limits
from callboard.core.values import Json
from callboard.errors import ExpressionError

Kind: TypeAlias = Literal["name", "quoted", "variable", "literal", "number", "op", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its text (of an operator: the ASCII one), and the value of a name or literal."""

    kind: Kind
    text: str
    value: Json
    position: int


_TOKEN: Final = re.compile(
    r"""
      (?P<blank>[ \t\r\n]+)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<variable>\$[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>"[^"\\]*(?:\\.[^"\\]*)*")
    | (?P<raw>'[^'\\]*(?:\\.[^'\\]*)*')
    | (?P<literal>`[^`\\]*(?:\\.[^`\\]*)*`)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<op>\|\||&&|==|!=|<=|>=|//|\[\?|\[\]|[-+*/%|&!<>=.,:?@$(){}\[\]−×÷])
    | (?P<unknown>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SIGNS: Final = {"−": "-", "×": "*", "÷": "/"}
_RAW_ESCAPE: Final = re.compile(r"\\(['\\])")


def tokenize(text: str, limits: Limits) -> list[Token]:
    """The tokens of an expression, and an `end` behind them.

    Raises ExpressionError with the place of the first that is none.
    """
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "blank":
            continue
        position = match.start()
        try:
            tokens.append(_token(kind, match[0], position, limits))
        except ValueError as error:
            message = f"{_short(match[0])} at {position} cannot be read: {error}."
            raise ExpressionError(message, source=text, position=position) from None
    tokens.append(Token("end", "", None, len(text)))
    return tokens


def _token(kind: str, text: str, position: int, limits: Limits) -> Token:
    match kind:
        case "op":
            return Token("op", _SIGNS.get(text, text), None, position)
        case "name":
            return Token("name", text, text, position)
        case "variable":
            return Token("variable", text, text[1:], position)
        case "quoted":
            return Token("quoted", text, read_json(text, 0), position)
        case "raw":
            return Token("literal", text, _RAW_ESCAPE.sub(r"\1", text[1:-1]), position)
        case "literal":
            value = read_json(text[1:-1].replace("\\`", "`"), limits.document_depth)
            return Token("literal", text, value, position)
        case "number":
            return Token("number", text, read_number(text), position)
        case _:
            raise ValueError(_unknown(text))


def _unknown(character: str) -> str:
    if character in "\"'`":
        return "it opens a text that is not closed"
    return "it is no part of an expression"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
