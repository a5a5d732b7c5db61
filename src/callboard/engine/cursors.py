"""Cursors: places in lists, as texts that somebody keeps and brings back.

Theory: a cursor says where to go on, and nothing about what may be seen: that is decided anew for
whoever brings it, so a forged one leads to another place of one's own list. It carries a digest of
the query that made it, because a place means nothing in another order.

Invariant: whatever text comes is read or refused with an InvalidError; nothing else is raised.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any, Final

import orjson

from callboard.errors import InvalidError, Reason
from callboard.ports.records import Position, Slice

_VERSION: Final = 1
_LONGEST: Final = 2_000
_HIGHEST: Final = 2**63 - 1
_DIGEST: Final = 8


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list, the way to go from it, and how much to leave out first."""

    place: Position
    backwards: bool = False
    skip: int = 0


def digest(*query: object) -> str:
    """What stands for a query in its cursors."""
    return hashlib.sha256(orjson.dumps(query)).hexdigest()[:_DIGEST]


def write(cursor: Cursor, query: str) -> str:
    """The cursor as a text that fits into an address.

    >>> write(Cursor(("2026", 7)), "01234567")
    'WzEsIjAxMjM0NTY3IixmYWxzZSwwLCIyMDI2Iiw3XQ'
    """
    parts = [_VERSION, query, cursor.backwards, cursor.skip, *cursor.place]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def read(text: str, query: str, shapes: tuple[tuple[type, ...], ...]) -> Cursor:
    """The cursor of a text. Raises InvalidError when it is none, is another query's, or its place
    has none of the shapes.

    >>> read('WzEsIjAxMjM0NTY3IixmYWxzZSwwLCIyMDI2Iiw3XQ', "01234567", ((str, int),))
    Cursor(place=('2026', 7), backwards=False, skip=0)
    """
    version, made_by, backwards, skip, *rest = _parts(text)
    place: list[Any] = rest
    if made_by != query:
        raise _wrong("The cursor belongs to another query: begin again with the first page.")
    kinds = tuple(type(part) for part in place)
    fits = version == _VERSION and kinds in shapes and all(map(_in_range, [skip, *place]))
    if not fits or type(backwards) is not bool or type(skip) is not int:
        raise _wrong("This is not a cursor.")
    return Cursor(tuple(place), backwards, skip)


def around(
    part: Slice, cursor: Cursor | None, *, began: bool
) -> tuple[Cursor | None, Cursor | None]:
    """The cursors of what comes after and before a part; `began`: nothing comes before it."""
    first, last = (part.positions[0], part.positions[-1]) if part.positions else (None, None)
    if cursor is not None and cursor.backwards:
        return _at(last or part.end), _at(part.end, backwards=True)
    return _at(part.end, skip=part.skip), None if began else _at(first, backwards=True)


def _at(place: Position | None, *, backwards: bool = False, skip: int = 0) -> Cursor | None:
    return None if place is None else Cursor(place, backwards, skip)


def _parts(text: str) -> list[object]:
    if len(text) <= _LONGEST and text.isascii():
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (binascii.Error, orjson.JSONDecodeError):
            parts = None
        if isinstance(parts, list) and len(parts) > 4:
            return parts
    raise _wrong("This is not a cursor.")


def _in_range(part: object) -> bool:
    return not isinstance(part, int) or 0 <= part <= _HIGHEST


def _wrong(message: str) -> InvalidError:
    return InvalidError(message, [Reason("query", message, details={"parameter": "cursor"})])
