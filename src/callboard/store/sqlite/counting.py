"""How many processes are in which state, kept up with every group of writes.

Theory: counting a million rows takes seconds, so what comes and goes is added up as it is written:
a group changes one row for each place that its processes left or came to, however many they are.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from callboard.ports.records import ProcessWrite, Resting, StorageFigures, TableRows
from callboard.store.queries import queries
from callboard.store.sqlite.bulk import insert
from callboard.store.sqlite.places import Places
from callboard.store.text import from_text

_SQL: Final = queries("sqlite", "counts")
Where: TypeAlias = tuple[int, str, bool]
"""The row of a scenario, a state, whether it runs."""

COUNTED: Final = 10_000
"""So many rows of a table are counted each time somebody asks."""


class Counts:
    """What a group of writes changes."""

    def __init__(self, connection: sqlite3.Connection, places: Places) -> None:
        self._connection = connection
        self._places = places
        self._changes: Counter[Where] = Counter()

    def take(self, write: ProcessWrite, scenario: int) -> None:
        """A write was taken; `scenario` is the row of the process's scenario."""
        left = write.left
        if left is None and write.expected:
            return
        document: dict[str, Any] = write.record.document
        now = (scenario, document["current"]["key"], document.get("isRunning", True))
        self._changes[now] += 1
        if left is not None:
            row = self._places.scenario(self._connection, left.scenario)
            self._changes[row or scenario, left.state, left.running] -= 1

    def write(self) -> None:
        """Write what has changed."""
        rows = [(*where, by) for where, by in self._changes.items() if by]
        insert(self._connection, _SQL["add"], rows)


def remove(connection: sqlite3.Connection, scenario: int, state: str, running: int) -> None:
    """A process is gone."""
    connection.execute(_SQL["add"], (scenario, state, running, -1))


def resting(row: tuple[Any, ...]) -> Resting:
    """From scenario id, state, running."""
    return Resting(row[0], row[1], bool(row[2]))


def figures(path: Path, connection: sqlite3.Connection) -> StorageFigures:
    """How large the database is."""
    page, pages, free = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    processes, erased, events, changes, oldest, newest = connection.execute(
        _SQL["figures"]
    ).fetchone()
    log = path.with_name(path.name + "-wal")
    log_bytes = log.stat().st_size if log.exists() else 0
    return StorageFigures(
        file_bytes=path.stat().st_size,
        log_bytes=log_bytes,
        page_bytes=page,
        pages=pages,
        free_pages=free,
        processes=processes,
        erased=erased,
        events_written=events,
        changes_written=changes,
        oldest=oldest,
        newest=newest,
        tables=(TableRows("processes", processes, "counted"), *_tables(connection)),
    )


def _tables(connection: sqlite3.Connection) -> Iterator[TableRows]:
    (found,) = connection.execute(_SQL["tables"], (COUNTED,)).fetchone()
    for name, rows, highest in from_text(found):
        if rows < COUNTED:
            yield TableRows(name, rows, "counted")
        elif highest is None:
            yield TableRows(name, rows, "at-least")
        else:
            yield TableRows(name, highest, "at-most")
