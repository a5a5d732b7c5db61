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
from typing import Any, Final, NamedTuple

import orjson

from callboard.core.scenario.forms.source import Place, decoded, refusal
from callboard.core.scenario.forms.tokens import tokens
from callboard.core.values import Json, JsonObject
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
    survey = _survey(value, max_depth)
    if _is_surely_strict(data, survey):
        return value
    text = data.decode()
    if survey.too_deep or survey.large_integer or _NUL.search(text) or not _is_strict(text):
        raise _first_refused(text, max_depth)
    return value


class _Survey(NamedTuple):
    """What a look at a whole value has found."""

    strings: int
    """Its texts and keys."""
    too_deep: bool
    large_integer: bool
    large_float: bool
    """A float of 2⁵³ or more: the fast reader makes one of an integer beyond 64 bits."""


def _survey(value: Json, max_depth: int) -> _Survey:
    """Look at every part of a value, level by level. This is on the path of every request."""
    strings = 0
    large: set[type] = set()
    level: list[Iterable[Any]] = [(value,)]
    for _ in range(max_depth + 1):
        deeper: list[Iterable[Any]] = []
        for items in level:
            for item in items:
                kind = type(item)
                if kind is str:
                    strings += 1
                elif kind is int or kind is float:
                    if not -_SAFE < item < _SAFE:
                        large.add(kind)
                elif kind is dict:
                    strings += len(item)
                    deeper.append(item.values())
                elif kind is list:
                    deeper.append(item)
        if not deeper:
            return _Survey(strings, False, int in large, float in large)
        level = deeper
    return _Survey(strings, True, int in large, float in large)


def _is_surely_strict(data: bytes, survey: _Survey) -> bool:
    """Whether counting settles it; False means that one has to look closer."""
    if survey.too_deep or survey.large_integer or survey.large_float:
        return False
    if b"\\" in data and (b"\\u0000" in data or b"\\\\" in data):
        return False
    # Without an escaped backslash, `\"` is a quote inside a string; every other quote is an end.
    return data.count(b'"') - data.count(b'\\"') == 2 * survey.strings


def _is_strict(text: str) -> bool:
    """Whether no key stands twice in its object and no integer is too large."""
    try:
        value = json.loads(text, object_pairs_hook=_unique)
    except ValueError:  # also for an integer of thousands of digits
        return False
    return not _survey(value, len(text)).large_integer


def _unique(pairs: list[tuple[str, Json]]) -> JsonObject:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError
    return result


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
