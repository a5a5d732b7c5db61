"""Lists as streams of places: each an index that is read in its own order, merged as they come.

Theory: whoever reads a stream pays for what it takes, whatever the length of the list: an index is
entered at a place and read on from there, some hundred entries at a time. Merging keeps the order,
and what is in several streams comes once.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any, Final, NamedTuple

from callboard.ports.records import Filters, Position, Principal, ProcessQuery, TaskQuery
from callboard.store.queries import queries
from callboard.store.text import from_text

PROCESSES: Final = queries("sqlite", "processes")
PARTICIPANTS: Final = queries("sqlite", "participants")
TASKS: Final = queries("sqlite", "tasks")
SCENARIOS: Final = queries("sqlite", "scenarios")

_FIRST: Final[Position] = ("", -1)
"""Before everything, upwards."""
_LAST: Final[Position] = ("~", 2**63 - 1)
"""Before everything, downwards."""
_CHUNK: Final = 512
_MANY: Final = 32
"""Of so many scenarios lists are merged; of more, one list is read and the rest left out."""


class Index(NamedTuple):
    """A list in an index: the queries that read it down and up, and whose it is."""

    down: str
    up: str
    owner: tuple[object, ...] = ()


def of_processes(connection: sqlite3.Connection, query: ProcessQuery) -> list[Index]:
    """The lists, by `created`, that together hold what a query can show, and maybe more."""
    if query.principals is not None:
        return [_list(who) for who in sorted(query.principals)]
    wanted = query.filters.scenarios
    if wanted is None or len(wanted) > _MANY:
        return [Index(PROCESSES["all_down"], PROCESSES["all_up"])]
    down, up = PROCESSES["of_scenario_down"], PROCESSES["of_scenario_up"]
    return [Index(down, up, (row,)) for row in scenario_rows(connection, wanted)]


def filters_left(query: ProcessQuery) -> Filters:
    """What the lists of a query still have to be asked for: scenarios only where none is of one."""
    if query.principals is not None or len(query.filters.scenarios or ()) > _MANY:
        return query.filters
    return replace(query.filters, scenarios=None)


def of_tasks(query: TaskQuery) -> list[Index]:
    """The inboxes of a query."""
    if query.by == "due":
        down, up = TASKS["by_due_down"], TASKS["by_due_up"]
    else:
        down, up = TASKS["by_since_down"], TASKS["by_since_up"]
    return [Index(down, up, (who,)) for who in sorted(query.principals)]


def scenario_rows(connection: sqlite3.Connection, ids: Iterable[str]) -> list[int]:
    """The rows of those of the scenarios that are stored."""
    found = (connection.execute(SCENARIOS["row"], (key,)).fetchone() for key in sorted(ids))
    return [row[0] for row in found if row is not None]


def merged(
    connection: sqlite3.Connection,
    indexes: Iterable[Index],
    after: Position | None,
    *,
    down: bool,
    wanted: int,
) -> Iterator[Position]:
    """The places in any of the lists after a place, in order, each once."""
    streams = [_places(connection, index, after, down, wanted) for index in indexes]
    if len(streams) == 1:
        return streams[0]
    return (place for place, _ in groupby(heapq.merge(*streams, reverse=down)))


def _list(who: Principal) -> Index:
    return Index(PARTICIPANTS["list_down"], PARTICIPANTS["list_up"], (who,))


def _places(
    connection: sqlite3.Connection, index: Index, after: Position | None, down: bool, wanted: int
) -> Iterator[Position]:
    sql = index.down if down else index.up
    last = after or (_LAST if down else _FIRST)
    size = min(wanted, _CHUNK)
    while size > 0:
        (text,) = connection.execute(sql, (*index.owner, *last, size)).fetchone()
        chunk: list[Any] = from_text(text)
        yield from map(tuple, chunk)
        if len(chunk) < size:
            return
        last = tuple(chunk[-1])
