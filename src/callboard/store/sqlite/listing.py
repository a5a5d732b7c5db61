"""Parts of lists: read in the order of an index as far as is needed, or sorted when they are short.

Theory: what a part costs is bounded by the query, not by the tables. In the order of an index the
places are read from where the part begins; filters look at so many of them (`scan`) and no more, so
that a part may be short though the list goes on, from `end`. Another order is made by sorting, when
the whole list has at most `sortable` places. A longer one can be had by `lastUpdated` alone: the
changes are gone through, of which the last of each process counts.

Invariants: parts that follow each other have no gap and nothing twice, as long as nothing moves
between them. A place is never used unless it fits the order: for `created` (created, row), for
changes (seq), for what is sorted the sorted fields and the row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias, cast

from callboard.ports.records import (
    NEWEST_FIRST,
    Filters,
    Position,
    Principal,
    ProcessQuery,
    ProcessRecord,
    Slice,
    Sort,
    TaskQuery,
)
from callboard.ports.store import TooManyError
from callboard.store import processes
from callboard.store.parts import Facts, Read, cut, sorted_places
from callboard.store.queries import queries
from callboard.store.sqlite.streams import (
    PARTICIPANTS,
    PROCESSES,
    TASKS,
    filters_left,
    merged,
    of_processes,
    of_tasks,
    scenario_rows,
)
from callboard.store.text import from_text, to_text

_CHANGES: Final = queries("sqlite", "changes")
_BATCH: Final = 250
_FEW: Final = 32
Matched: TypeAlias = "dict[int, Facts]"
"""Created, updated and title of the processes that filters let through, by row."""


def list_processes(connection: sqlite3.Connection, query: ProcessQuery) -> Slice:
    """The part that the query asks for."""
    if query.sort in (NEWEST_FIRST, (Sort("created"),)):
        down = query.sort[0].descending != query.backwards
        indexes, left = of_processes(connection, query), filters_left(query)
        wanted = _BATCH if _asks(left) else query.offset + query.limit + 1
        places = merged(connection, indexes, query.after, down=down, wanted=wanted)
        return _part(_Filter(connection, left), places, query)
    if query.after is not None and len(query.after) == 1:
        return _by_changes(connection, query)
    candidates = _all_places(connection, query)
    if candidates is not None:
        return _sorted(connection, query, candidates)
    if query.after is None and query.sort in ((Sort("lastUpdated", True),), (Sort("lastUpdated"),)):
        return _by_changes(connection, query)
    raise TooManyError(
        f"More than {query.sortable:,} processes cannot be sorted like this. "
        "Sort by created or lastUpdated alone, or ask for fewer, for example of one scenario."
    )


def list_tasks(connection: sqlite3.Connection, query: TaskQuery) -> Slice:
    """The part of the inboxes that the query asks for."""
    down = query.descending != query.backwards
    places = merged(connection, of_tasks(query), query.after, down=down, wanted=_BATCH)
    return _part(_Filter(connection, Filters(query.scenarios)), places, query)


def count_tasks(
    connection: sqlite3.Connection, principals: frozenset[Principal], limit: int
) -> list[tuple[str, str | None]]:
    """The scenario and `due` of each process that waits for the principals, up to a limit."""
    query = TaskQuery(principals)
    places = merged(connection, of_tasks(query), None, down=True, wanted=limit)
    rows = [place[-1] for place in islice(places, limit)]
    (text,) = connection.execute(TASKS["facts"], (to_text(rows),)).fetchone()
    return [(scenario, due) for scenario, due in from_text(text)]


def _asks(filters: Filters) -> bool:
    return filters != Filters()


class _Filter:
    """What filters let through."""

    def __init__(self, connection: sqlite3.Connection, filters: Filters) -> None:
        self.connection = connection
        self.asks = _asks(filters)
        scenarios = filters.scenarios
        self._values = (
            None if scenarios is None else to_text(scenario_rows(connection, scenarios)),
            filters.running,
            filters.state,
            to_text(filters.tags) if filters.tags else None,
            to_text(filters.actors) if filters.actors else None,
        )

    def matching(self, rows: Sequence[object], *, titles: bool = False) -> Matched:
        """Those of the processes that the filters let through."""
        values = (to_text(rows), *self._values, titles)
        (text,) = self.connection.execute(PROCESSES["matching"], values).fetchone()
        return {row: (created, updated, title) for row, created, updated, title in from_text(text)}

    def through(self, places: Sequence[Position]) -> list[Position]:
        """Those of the places whose processes are let through, in their order."""
        found = self.matching([place[-1] for place in places])
        return [place for place in places if place[-1] in found]


def _part(filters: _Filter, places: Iterator[Position], query: ProcessQuery | TaskQuery) -> Slice:
    """The part of a list that is read in the order of its index."""
    offset = query.offset if isinstance(query, ProcessQuery) else 0
    wanted = offset + query.limit + 1
    if filters.asks:
        read = _look(filters, places, wanted, query.scan)
    else:
        read = Read(list(islice(places, wanted)))
    return _slice(filters.connection, read, offset, query.limit, query.backwards)


def _look(filters: _Filter, places: Iterator[Position], wanted: int, scan: int) -> Read:
    """The first places that the filters let through, among so many."""
    found: list[Position] = []
    seen = 0
    while len(found) < wanted:
        size = min(_BATCH, max(2 * (wanted - len(found)), _FEW), scan - seen)
        batch = list(islice(places, size))
        found += filters.through(batch) if batch else ()
        seen += len(batch)
        if len(batch) < size:
            return Read(found)
        if seen >= scan:
            return Read(found, batch[-1])
    return Read(found)


def _slice(
    connection: sqlite3.Connection, read: Read, offset: int, limit: int, backwards: bool
) -> Slice:
    shown, end, skip = cut(read, offset, limit, backwards=backwards)
    records = _records(connection, [cast("int", place[-1]) for place in shown])
    return Slice(records, tuple(shown), end, skip)


def _records(connection: sqlite3.Connection, rows: Sequence[int]) -> tuple[ProcessRecord, ...]:
    """The processes at some rows, in this order."""
    (text,) = connection.execute(PROCESSES["page"], (to_text(rows),)).fetchone()
    found = processes.page(text)
    return tuple([found[row] for row in rows])


def _all_places(connection: sqlite3.Connection, query: ProcessQuery) -> list[Position] | None:
    """All that a query could show; None when it is too much to be sorted."""
    most = query.sortable + 1
    indexes = of_processes(connection, query)
    places = list(islice(merged(connection, indexes, None, down=True, wanted=most), most))
    return places if len(places) < most else None


def _sorted(
    connection: sqlite3.Connection, query: ProcessQuery, candidates: Sequence[Position]
) -> Slice:
    """The part of a list that is sorted here."""
    titles = any(item.by == "title" for item in query.sort)
    rows = [place[-1] for place in candidates]
    found = _Filter(connection, query.filters).matching(rows, titles=titles)
    read = Read(sorted_places(found, query))
    return _slice(connection, read, query.offset, query.limit, query.backwards)


def _by_changes(connection: sqlite3.Connection, query: ProcessQuery) -> Slice:
    """The part of a long list by `lastUpdated`: the changes, of each process the last."""
    down = query.sort[0].descending != query.backwards
    sql = _CHANGES["last_down" if down else "last_up"]
    (last,) = query.after or ((2**63 - 1,) if down else (-1,))
    filters = _Filter(connection, query.filters)
    wanted, found, seen = query.offset + query.limit + 1, list[Position](), 0
    while len(found) < wanted:
        size = min(_BATCH, query.scan - seen)
        (text,) = connection.execute(sql, (last, size)).fetchone()
        chunk = from_text(text)
        newest = [(seq, row) for seq, row, is_last in chunk if is_last]
        found += _theirs(filters, query, newest)
        seen += len(chunk)
        last = chunk[-1][0] if chunk else last
        if len(chunk) < size:
            return _of_changes(connection, Read(found), query)
        if seen >= query.scan:
            return _of_changes(connection, Read(found, (last,)), query)
    return _of_changes(connection, Read(found), query)


def _theirs(
    filters: _Filter, query: ProcessQuery, places: Sequence[tuple[int, int]]
) -> list[Position]:
    """Those of some places whose processes the query may show."""
    rows = [row for _, row in places]
    if query.principals is not None and rows:
        values = (to_text(rows), to_text(sorted(query.principals)))
        (text,) = filters.connection.execute(PARTICIPANTS["theirs"], values).fetchone()
        rows = from_text(text)
    allowed = set(filters.matching(rows) if filters.asks else rows)
    return [(seq, row) for seq, row in places if row in allowed]


def _of_changes(connection: sqlite3.Connection, read: Read, query: ProcessQuery) -> Slice:
    """The slice, its places cut to what changes are gone through by."""
    part = _slice(connection, read, query.offset, query.limit, query.backwards)
    end = None if part.end is None else part.end[:1]
    return Slice(part.records, tuple(place[:1] for place in part.positions), end, part.skip)
