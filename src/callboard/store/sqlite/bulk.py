"""Many rows in one call.

Each call into SQLite gives up the interpreter's lock and takes it again afterwards; while the event
loop computes, taking it can last milliseconds. A group of writes is therefore a handful of calls,
whatever its size: one `INSERT` with many rows of values instead of many with one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

from callboard.store.queries import each
from callboard.store.text import from_text, to_text

_SIZES: Final = (64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
"""Rows of one statement: few kinds, so that they all stay prepared, and few for any number."""


def insert(connection: sqlite3.Connection, query: str, rows: Sequence[Sequence[object]]) -> None:
    """Write the rows by a query with one row of values."""
    start, count = 0, len(rows)
    for size in _SIZES:
        while count - start >= size:
            values = chain.from_iterable(rows[start : start + size])
            connection.execute(each(query, size), tuple(values))
            start += size


def lookup(connection: sqlite3.Connection, query: str, keys: Sequence[object]) -> list[Any]:
    """The rows for some keys, by a query that takes a JSON array and gives one."""
    (text,) = connection.execute(query, (to_text(list(keys)),)).fetchone()
    rows: list[Any] = from_text(text)
    return rows
