"""The databases that the suite runs on: how to open each, and how to see what has no reader yet."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

from callboard.ports.store import Store
from callboard.store import SqliteConfig, open_sqlite


class SqliteAdapter:
    """A SQLite file in a folder of the test."""

    name = "sqlite"
    BUSY: ClassVar[dict[str, Any]] = {"checkpoint_bytes": 200_000, "log_bytes": 400_000}
    """Settings with which everything that is seldom happens often."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "callboard.db"

    def open(self, **config: Any) -> Store:
        return open_sqlite(self.path, SqliteConfig(**config))

    def faults(self) -> list[Any]:
        """What the database finds wrong with itself."""
        broken = [row for row in self.query("PRAGMA integrity_check") if row != ("ok",)]
        return broken + self.query("PRAGMA foreign_key_check")

    def participants(self) -> set[tuple[str, str]]:
        """Pairs of process and principal."""
        return set(self._rows("participants", "n.name"))

    def tasks(self) -> set[tuple[str, str, str, str | None]]:
        """Process, principal, since, due."""
        return set(self._rows("tasks", "n.name, t.since, t.due"))

    def jobs(self) -> set[tuple[str, str, str, str, str, str]]:
        """Process, id, kind, due, event, payload."""
        return set(self._rows("jobs", "t.id, t.kind, t.due, t.event, t.payload", principals=False))

    def changes(self) -> list[tuple[str, int, str]]:
        """Process, version, kind; in order."""
        return self._rows("changes", "t.version, t.kind", principals=False, order="t.seq")

    def event_texts(self) -> list[str]:
        """The events as they are stored, in the order of their commits."""
        return [text for (text,) in self.query("SELECT event FROM events ORDER BY row")]

    def answers(self) -> set[str]:
        """The idempotency keys that are kept."""
        return {key for (key,) in self.query("SELECT key FROM idempotency")}

    def force(self, sql: str) -> bool:
        """A change behind the store's back; whether the database refuses it for its constraints."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            try:
                connection.execute(sql)
            except sqlite3.IntegrityError:
                return True
        return False

    def query(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def change(self, sql: str) -> None:
        """Change what is stored, by hand."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql)

    def _rows(
        self, table: str, columns: str, *, principals: bool = True, order: str = "1"
    ) -> list[Any]:
        join = "JOIN principals AS n ON n.row = t.principal" if principals else ""
        return self.query(
            f"SELECT p.id, {columns} FROM {table} AS t JOIN processes AS p ON p.row = t.process "
            f"{join} ORDER BY {order}"
        )


ADAPTERS = {"sqlite": SqliteAdapter}
