"""Many rows in one call.

Each call into SQLite gives up the interpreter's lock and takes it again afterwards; while the event
loop computes, taking it can last milliseconds. A group of writes is therefore a handful of calls,
whatever its size: one `INSERT` with many rows of values instead of many with one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from callboard.store.queries import each
from callboard.store.text import from_text

_SIZES: Final = (64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
"""Rows of one statement: few kinds, so that they all stay prepared, and few for any number."""


def insert(connection: sqlite3.Connection, query: str, rows: Sequence[Sequence[object]]) -> None:
    """Write the rows by a query with one row of values."""
    start = 0
    for size in _sizes(len(rows)):
        values = chain.from_iterable(rows[start : start + size])
        connection.execute(each(query, size), tuple(values))
        start += size


def change(connection: sqlite3.Connection, query: str, keys: Sequence[object]) -> None:
    """Change or remove what belongs to the keys, by a query with one value to be `IN`."""
    start = 0
    for size in _sizes(len(keys)):
        connection.execute(each(query, size), tuple(keys[start : start + size]))
        start += size


def lookup(connection: sqlite3.Connection, query: str, keys: Sequence[object]) -> list[Any]:
    """The rows for some keys, by a query with one value to be `IN` that gives a JSON array."""
    found: list[Any] = []
    start = 0
    for size in _sizes(len(keys)):
        values = tuple(keys[start : start + size])
        (text,) = connection.execute(each(query, size), values).fetchone()
        found += from_text(text)
        start += size
    return found


def _sizes(count: int) -> Iterator[int]:
    """How many to take at a time, so that all are taken."""
    for size in _SIZES:
        while count >= size:
            yield size
            count -= size
