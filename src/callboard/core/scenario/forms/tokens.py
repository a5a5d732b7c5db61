"""The keys and values of a JSON text, one after the other, each with its pointer and its place.

The text must be known to be JSON, so nothing is checked here. It serves to say *where* something
is, after a faster reader has said that it is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from callboard.core.scenario.forms.source import Place

_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


class Token(NamedTuple):
    """A key, or a value: for a list or an object the bracket that opens it."""

    is_key: bool
    pointer: str
    text: str
    place: Place
    depth: int


@dataclass(slots=True)
class _Open:
    """A list or object that is not closed yet."""

    pointer: str
    is_object: bool
    part: str = ""
    index: int = 0
    at_key: bool = True


def tokens(text: str) -> Iterator[Token]:
    """Every key and value of a JSON text, in order."""
    line, start = 1, 0
    path: list[_Open] = []
    for match in _TOKEN.finditer(text):
        found = match[0]
        breaks = text.count("\n", start, match.start())
        if breaks:
            line += breaks
            start = text.rfind("\n", start, match.start()) + 1
        place = Place(line, match.start() - start + 1)
        if found in ",:":
            _go_on(path[-1], found)
        elif found in "]}":
            path.pop()
        else:
            yield from _token(path, found, place)


def _go_on(inner: _Open, found: str) -> None:
    inner.at_key = found == "," and inner.is_object
    inner.index += found == ","


def _token(path: list[_Open], found: str, place: Place) -> Iterator[Token]:
    if path and path[-1].is_object and path[-1].at_key:
        key = json.loads(found)
        path[-1].part = key.replace("~", "~0").replace("/", "~1")
        yield Token(True, f"{path[-1].pointer}/{path[-1].part}", found, place, len(path))
        return
    pointer = ""
    if path:
        inner = path[-1]
        pointer = f"{inner.pointer}/{inner.part if inner.is_object else inner.index}"
    yield Token(False, pointer, found, place, len(path))
    if found in "[{":
        path.append(_Open(pointer, found == "{"))
