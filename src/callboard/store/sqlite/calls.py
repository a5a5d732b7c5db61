"""What the store asks of a connection: small functions that readers and the writer run."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any


def fetch_all(query: str, *values: object) -> Callable[[sqlite3.Connection], list[tuple[Any, ...]]]:
    """Reads all rows of a query."""

    def read(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
        return connection.execute(query, values).fetchall()

    return read


def execute(query: str, values: tuple[object, ...], connection: sqlite3.Connection) -> bool:
    """One statement that writes; whether there was something to change."""
    return connection.execute(query, values).rowcount > 0


def probe(connection: sqlite3.Connection) -> None:
    """A write that changes nothing: a number in the header that nobody reads, as it was."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version = {number}")
