"""The tokens of an expression, each with its place in the text.

One compiled pattern finds each token in a single pass, so lexing is linear. Escapes are resolved
here; the parser sees values.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from callboard.core.values import Json
from callboard.errors import ExpressionError

Kind: TypeAlias = Literal["name", "quoted", "variable", "literal", "number", "op", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token: an operator's `text`, or the `value` of a name, literal or number."""

    kind: Kind
    text: str
    value: Json
    position: int


_TOKEN = re.compile(
    r"""
      (?P<blank>[ \t\r\n]+)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<variable>\$[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>"(?:[^"\\]|\\.)*")
    | (?P<raw>'(?:[^'\\]|\\.)*')
    | (?P<literal>`(?:[^`\\]|\\.)*`)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<op>\|\||&&|==|!=|<=|>=|//|\[\?|\[\]|[-+*/%|&!<>=.,:?@$(){}\[\]\u2212\u00d7\u00f7])
    """,
    re.VERBOSE | re.DOTALL,
)

_SIGNS = {"\u2212": "-", "\u00d7": "*", "\u00f7": "/"}


def tokenize(text: str) -> list[Token]:
    """The tokens of an expression, with an `end` behind them. Raises ExpressionError."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(_unknown(text, position), source=text, position=position)
        kind = match.lastgroup or ""
        if kind != "blank":
            tokens.append(_token(kind, match[0], position, text))
        position = match.end()
    tokens.append(Token("end", "", None, len(text)))
    return tokens


def _unknown(text: str, position: int) -> str:
    char = text[position]
    if char in "\"'`":
        return f"The text that opens with {char} at {position} is not closed."
    return f"{char!r} at {position} is no part of an expression."


def _token(kind: str, text: str, position: int, source: str) -> Token:
    match kind:
        case "name":
            return Token("name", text, text, position)
        case "variable":
            return Token("variable", text, text[1:], position)
        case "quoted":
            return Token("quoted", text, _json(text, position, source), position)
        case "raw":
            return Token("literal", text, _raw(text[1:-1]), position)
        case "literal":
            inner = text[1:-1].replace("\\`", "`")
            return Token("literal", text, _json(inner, position, source), position)
        case "number":
            return Token("number", text, _number(text, position, source), position)
        case _:
            return Token("op", _SIGNS.get(text, text), None, position)


def _raw(text: str) -> str:
    """In a raw string only `\\'` and `\\\\` are escapes."""
    return re.sub(r"\\(['\\])", r"\1", text)


def _number(text: str, position: int, source: str) -> int | float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ExpressionError(f"{text} is too large.", source=source, position=position)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _json(text: str, position: int, source: str) -> Json:
    try:
        value: Json = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        message = f"{text} at {position} is not JSON: {error}"
        raise ExpressionError(message, source=source, position=position) from error
    return value


def _no_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")
