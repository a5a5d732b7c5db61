"""Pages of processes: merged from the lists of several principals, each read in its own order.

Theory: each principal's list is an index read from its newest entry on, some hundred places at a
time. Merging keeps the order, and a process that is in several lists comes once. What a page costs
follows its end, not the size of the lists.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any, Final, TypeAlias

from callboard.ports.records import Principal, ProcessQuery, ProcessRecord
from callboard.store import processes
from callboard.store.queries import queries
from callboard.store.text import from_text, to_text

Position: TypeAlias = tuple[str, int]
"""Where in a list a process is: when it was created, and its row."""

_PROCESSES: Final = queries("sqlite", "processes")
_PARTICIPANTS: Final = queries("sqlite", "participants")
_BEGIN: Final[Position] = ("~", 2**63 - 1)
"""Before everything."""
_CHUNK: Final = 512


def list_processes(connection: sqlite3.Connection, query: ProcessQuery) -> list[ProcessRecord]:
    """The page that the query asks for, newest first."""
    end = query.offset + query.limit
    if query.principals is None:
        positions = _positions(connection, query, None, end)
    else:
        streams = [_positions(connection, query, who, end) for who in sorted(query.principals)]
        positions = (place for place, _ in groupby(heapq.merge(*streams, reverse=True)))
    rows = [row for _, row in islice(positions, query.offset, end)]
    (text,) = connection.execute(_PROCESSES["page"], (to_text(rows),)).fetchone()
    return processes.page(text)


def _positions(
    connection: sqlite3.Connection, query: ProcessQuery, principal: Principal | None, wanted: int
) -> Iterator[Position]:
    """The positions in one list, or in the list of all, newest first."""
    sql, before, after = _statement(query, principal)
    size = min(wanted, _CHUNK)
    last = _BEGIN
    while size > 0:
        values = (*before, *last, *after, size)
        (text,) = connection.execute(sql, values).fetchone()
        chunk: list[Any] = from_text(text)
        yield from ((created, row) for created, row in chunk)
        if len(chunk) < size:
            return
        last = (chunk[-1][0], chunk[-1][1])


def _statement(
    query: ProcessQuery, principal: Principal | None
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The query to read a list with, and its values before and after the position."""
    scenarios = () if query.scenarios is None else (to_text(sorted(query.scenarios)),)
    if principal is None:
        return _PROCESSES["all_of_scenarios" if scenarios else "all"], (), scenarios
    name = "list_of_scenarios" if scenarios else "list"
    return _PARTICIPANTS[name], (principal,), scenarios
