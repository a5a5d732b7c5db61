"""Parts of lists: read in the order of an index as far as is needed, or sorted when they are short.

Theory: what a part costs is bounded by the query, not by the tables, as on SQLite: so many places
are read in the order of an index, the filters look at those and no more, so that a part may be
short though the list goes on, from `end`. Several principals' lists are merged by the database,
each read no further than is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple
from uuid import UUID

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
from callboard.store.postgres.database import Database
from callboard.store.queries import queries

__all__ = ["Reads", "count_tasks", "list_processes", "list_tasks"]

_PLACES: Final = queries("postgres", "places")
_PROCESSES: Final = queries("postgres", "processes")
_CHANGES: Final = queries("postgres", "changes")
_BATCH: Final = 250
_FEW: Final = 32
_MANY: Final = 32
_FIRST: Final = ("", str(UUID(int=0)))
_LAST: Final = ("~", str(UUID(int=2**128 - 1)))


class Reads:
    """How lists are read from one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fetch(self, query: str, *values: object) -> Sequence[Any]:
        """All rows."""
        return await self._database.fetch(query, *values)

    async def places(
        self, name: str, owners: list[str] | None, after: tuple[str, str], size: int
    ) -> Sequence[Any]:
        """The next places of a list, or of several that are merged."""
        return await self.fetch(_PLACES[name], owners, *after, size)

    async def changes(self, name: str, seq: int, size: int) -> Sequence[Any]:
        """The next changes before or after one."""
        return await self.fetch(_CHANGES[name], seq, size)


class _List(NamedTuple):
    """A list in the order of an index, and whose it is."""

    name: str
    owners: list[str] | None


async def list_processes(reads: Reads, query: ProcessQuery) -> Slice:
    """The part that the query asks for. Raises `TooManyError`."""
    if query.sort in (NEWEST_FIRST, (Sort("created"),)):
        down = query.sort[0].descending != query.backwards
        places = _Places(reads, _of_processes(query), query.after, down=down)
        return await _part(reads, places, _left(query), query)
    by_changes = query.sort in ((Sort("lastUpdated", True),), (Sort("lastUpdated"),))
    if query.after is not None and len(query.after) == 1:
        return await _by_changes(reads, query)
    every = _Places(reads, _of_processes(query), None, down=True)
    candidates = await every.next(query.sortable + 1)
    if len(candidates) <= query.sortable:
        titles = any(item.by == "title" for item in query.sort)
        keys = [place[-1] for place in candidates]
        found = await _matching(reads, keys, query.filters, titles=titles)
        return await _slice(reads, Read(sorted_places(found, query)), query)
    if query.after is None and by_changes:
        return await _by_changes(reads, query)
    raise TooManyError(
        f"More than {query.sortable:,} processes cannot be sorted like this. "
        "Sort by created or lastUpdated alone, or ask for fewer, for example of one scenario."
    )


async def list_tasks(reads: Reads, query: TaskQuery) -> Slice:
    """The part of the inboxes that the query asks for."""
    down = query.descending != query.backwards
    places = _Places(reads, _List(query.by, sorted(query.principals)), query.after, down=down)
    return await _part(reads, places, Filters(query.scenarios), query)


async def count_tasks(
    reads: Reads, principals: frozenset[Principal], limit: int
) -> list[tuple[str, str | None]]:
    """The scenario and `due` of each process that waits, of the newest `limit`."""
    places = await _Places(reads, _List("since", sorted(principals)), None, down=True).next(limit)
    keys = [place[-1] for place in places]
    found = {row[0]: (row[1], row[2]) for row in await reads.fetch(_PLACES["task_facts"], keys)}
    return [found[key] for key in map(str, keys) if key in found]


class _Places:
    """The places of a list from somewhere on, read as they are wanted."""

    def __init__(self, reads: Reads, index: _List, after: Position | None, *, down: bool) -> None:
        self._reads = reads
        self._name = f"{index.name}_{'down' if down else 'up'}"
        self._owners = index.owners
        self._last = _known(after) or (_LAST if down else _FIRST)

    async def next(self, size: int) -> list[Position]:
        """The next ones; fewer only where the list ends."""
        rows = await self._reads.places(self._name, self._owners, self._last, size)
        found: list[Position] = [(row[0], row[-1]) for row in rows]
        if found:
            self._last = (str(found[-1][0]), str(found[-1][-1]))
        return found


def _known(place: Position | None) -> tuple[str, str] | None:
    """A place that somebody brought back: what is no id is before all ids."""
    if place is None:
        return None
    try:
        return (str(place[0]), str(UUID(str(place[-1]))))
    except ValueError:
        return (str(place[0]), _FIRST[1])


def _of_processes(query: ProcessQuery) -> _List:
    """The list that holds what a query can show, and maybe more."""
    if query.principals is not None:
        return _List("of_principals", sorted(query.principals))
    wanted = query.filters.scenarios
    if wanted is None or len(wanted) > _MANY:
        return _List("all", None)
    return _List("of_scenarios", sorted(wanted))


def _left(query: ProcessQuery) -> Filters:
    """What the list still has to be asked for."""
    if query.principals is not None or len(query.filters.scenarios or ()) > _MANY:
        return query.filters
    return replace(query.filters, scenarios=None)


async def _part(
    reads: Reads, places: _Places, filters: Filters, query: ProcessQuery | TaskQuery
) -> Slice:
    offset = query.offset if isinstance(query, ProcessQuery) else 0
    wanted = offset + query.limit + 1
    if filters == Filters():
        return await _slice(reads, Read(await places.next(wanted)), query)
    found: list[Position] = []
    seen = 0
    while len(found) < wanted:
        size = min(_BATCH, max(2 * (wanted - len(found)), _FEW), query.scan - seen)
        batch = await places.next(size)
        kept = await _matching(reads, [place[-1] for place in batch], filters)
        found += [place for place in batch if place[-1] in kept]
        seen += len(batch)
        if len(batch) < size:
            break
        if seen >= query.scan:
            return await _slice(reads, Read(found, batch[-1]), query)
    return await _slice(reads, Read(found), query)


async def _matching(
    reads: Reads, keys: Sequence[object], filters: Filters, *, titles: bool = False
) -> Mapping[str, Facts]:
    """Those of the processes that the filters let through."""
    if not keys:
        return {}
    scenarios = None if filters.scenarios is None else sorted(filters.scenarios)
    values = (
        *(keys, scenarios, filters.running, filters.state),
        *(list(filters.tags) or None, list(filters.actors) or None, titles),
    )
    rows = await reads.fetch(_PROCESSES["matching"], *values)
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def _slice(reads: Reads, read: Read, query: ProcessQuery | TaskQuery) -> Slice:
    offset = query.offset if isinstance(query, ProcessQuery) else 0
    shown, end, skip = cut(read, offset, query.limit, backwards=query.backwards)
    found = await _records(reads, [str(place[-1]) for place in shown])
    there = [place for place in shown if place[-1] in found]
    return Slice(tuple([found[str(place[-1])] for place in there]), tuple(there), end, skip)


async def _records(reads: Reads, keys: Sequence[str]) -> Mapping[str, ProcessRecord]:
    rows = await reads.fetch(_PROCESSES["page"], keys) if keys else ()
    return {row[0]: processes.record(tuple(row)) for row in rows}


async def _by_changes(reads: Reads, query: ProcessQuery) -> Slice:
    """The part of a long list by `lastUpdated`: the changes, of each process the last."""
    down = query.sort[0].descending != query.backwards
    name = "last_down" if down else "last_up"
    (last,) = query.after or ((2**63 - 1,) if down else (-1,))
    wanted, found, seen = query.offset + query.limit + 1, list[Position](), 0
    stopped: Position | None = None
    while len(found) < wanted:
        size = min(_BATCH, query.scan - seen)
        chunk = await reads.changes(name, int(last), size)
        found += await _theirs(reads, query, [(row[0], row[1]) for row in chunk if row[2]])
        seen += len(chunk)
        last = chunk[-1][0] if chunk else last
        if len(chunk) < size:
            break
        if seen >= query.scan:
            stopped = (last,)
            break
    part = await _slice(reads, Read(found, stopped), query)
    end = None if part.end is None else part.end[:1]
    return Slice(part.records, tuple([place[:1] for place in part.positions]), end, part.skip)


async def _theirs(
    reads: Reads, query: ProcessQuery, places: Sequence[tuple[Any, str]]
) -> list[Position]:
    """Those of some places whose processes the query may show."""
    keys = [key for _, key in places]
    if query.principals is not None and keys:
        rows = await reads.fetch(_PLACES["theirs"], keys, sorted(query.principals))
        keys = [row[0] for row in rows]
    allowed = set(keys)
    if query.filters != Filters():
        allowed = set(await _matching(reads, keys, query.filters))
    return [(seq, key) for seq, key in places if key in allowed]
