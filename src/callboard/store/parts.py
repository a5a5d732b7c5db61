"""Parts of lists: what is left of the places that were read, and the order that no index has.

A place is what a list is sorted by, and last what tells processes apart: a number or an id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from callboard.ports.records import Position, ProcessQuery

__all__ = ["Facts", "Part", "Read", "cut", "sorted_places"]

_TITLE: Final = 100
"""Titles are sorted by so many characters: a place holds them, and travels in an address."""

Facts: TypeAlias = tuple[str, str, str]
"""Created, updated and title of a process."""


class Read(NamedTuple):
    """What came of looking: the places that fit, and where looking ended before the list did."""

    places: list[Position]
    stopped: Position | None = None


class Part(NamedTuple):
    """The places that are shown, where the list goes on, and how much of the offset is left."""

    shown: list[Position]
    end: Position | None
    skip: int


def cut(read: Read, offset: int, limit: int, *, backwards: bool) -> Part:
    """The part of what was read that is shown."""
    shown = read.places[offset : offset + limit]
    end, skip = read.stopped, max(0, offset - len(read.places)) if read.stopped else 0
    if shown and len(read.places) > offset + limit:
        end, skip = shown[-1], 0
    if backwards:
        shown.reverse()
    return Part(shown, end, skip)


def sorted_places(found: Mapping[Any, Facts], query: ProcessQuery) -> list[Position]:
    """The places of some processes in the order of the query, from where it begins, as many as it
    needs.
    """
    fields = [item.by for item in query.sort]
    places: list[Position] = [
        (*(_field(facts, by) for by in fields), key) for key, facts in found.items()
    ]
    ways = [item.descending for item in query.sort] + [True]
    if query.after is not None:
        places.append(query.after)
    for at, down in reversed([*enumerate(ways)]):
        places.sort(key=partial(_key, at), reverse=down != query.backwards)
    if query.after is not None:
        places = places[len(places) - places[::-1].index(query.after) :]
    return places[: query.offset + query.limit + 1]


def _field(facts: Sequence[str], by: str) -> str:
    created, updated, title = facts
    return {"created": created, "lastUpdated": updated, "title": str(title)[:_TITLE]}[by]


def _key(at: int, place: Position) -> Any:
    """What a place is sorted by first or next: of texts their letters, and then their case."""
    value = place[at]
    return (value.casefold(), value) if isinstance(value, str) else value
