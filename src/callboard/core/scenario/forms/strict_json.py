"""JSON that every reader understands alike: no duplicate keys, no number that a double cannot hold.

Two databases and clients in many languages meet the same documents, and they disagree about NUL,
half surrogate pairs, NaN, integers of 2⁵³ and more, and keys that stand twice; so these are
refused. A fast reader goes first and counts prove that nothing was lost: each string of the text is
a key or a value of the result, unless a key stood twice. What the counts cannot settle is read
again by a slower reader, and only a text that is refused is searched for the place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import chain
from typing import Final

import orjson

from callboard.core.scenario.forms.source import Place, decoded, refusal
from callboard.core.scenario.forms.tokens import tokens
from callboard.core.values import Json
from callboard.errors import TextError

_SAFE: Final = 2**53
_INTEGER: Final = re.compile(r"-?[0-9]+")
_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of NUL, and not an escaped backslash before `u0000`."""


def read_json(data: bytes, max_depth: int) -> Json:
    """The value of a JSON text in UTF-8. Raises TextError with the place of what is refused."""
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _syntax_error(data, error) from None
    if _is_surely_strict(data, value, max_depth):
        return value
    text = data.decode()
    if _is_too_deep(value, max_depth) or _NUL.search(text) or not _is_strict(text):
        raise _first_refused(text, max_depth)
    return value


def _is_surely_strict(data: bytes, value: Json, max_depth: int) -> bool:
    """Whether counting settles it; False means that one has to look closer."""
    if b"\\" in data and (b"\\u0000" in data or b"\\\\" in data):
        return False
    # Without an escaped backslash, `\"` is a quote inside a string; every other quote is an end.
    ends = data.count(b'"') - data.count(b'\\"')
    return ends == 2 * _count_strings(value, max_depth)


def _count_strings(value: Json, max_depth: int) -> int:
    """The keys and texts of a value; -1 when it is too deep or has a number that may be refused."""
    strings = 0
    level: list[Iterable[Json]] = [(value,)]
    for _ in range(max_depth + 1):
        deeper: list[Iterable[Json]] = []
        for items in level:
            for item in items:
                if isinstance(item, str):
                    strings += 1
                elif isinstance(item, dict):
                    strings += len(item)
                    deeper.append(item.values())
                elif isinstance(item, list):
                    deeper.append(item)
                elif item is not None and not -_SAFE < item < _SAFE:
                    return -1
        if not deeper:
            return strings
        level = deeper
    return -1


def _is_too_deep(value: Json, max_depth: int) -> bool:
    level = [value]
    for _ in range(max_depth + 1):
        inner = [
            item.values() if isinstance(item, dict) else item
            for item in level
            if isinstance(item, (dict, list))
        ]
        if not inner:
            return False
        level = list(chain.from_iterable(inner))
    return True


def _is_strict(text: str) -> bool:
    """Whether no key stands twice in its object and no integer is too large."""
    try:
        json.loads(text, object_pairs_hook=_unique, parse_int=_small)
    except _RefusedError:
        return False
    return True


class _RefusedError(Exception):
    """The slower reader met something that is refused."""


def _unique(pairs: list[tuple[str, Json]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _RefusedError


def _small(text: str) -> None:
    if len(text) >= 16 and not -_SAFE < float(text) < _SAFE:
        raise _RefusedError


def _first_refused(text: str, max_depth: int) -> TextError:
    """The error for the first key or value that is refused, in a text that has one."""
    seen: set[str] = set()
    for token in tokens(text):
        if token.is_key and token.pointer in seen:
            return refusal(f"The key {token.text} stands here twice.", token.place)
        if token.is_key:
            seen.add(token.pointer)
        if token.text in "[{" and token.depth >= max_depth:
            return refusal(f"This is nested more than {max_depth} levels.", token.place)
        if _INTEGER.fullmatch(token.text) and not -_SAFE < float(token.text) < _SAFE:
            return refusal("This integer is 2⁵³ or more; a text would keep it exact.", token.place)
        if _NUL.search(token.text):
            return refusal("The character U+0000 is not allowed.", token.place)
    raise AssertionError("the text was refused for nothing")


def _syntax_error(data: bytes, error: orjson.JSONDecodeError) -> TextError:
    decoded(data)  # when it is no UTF-8, then that is what is wrong
    return refusal(f"This is no JSON: {error.msg}.", Place(error.lineno, error.colno))
