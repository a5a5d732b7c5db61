"""Connections to the file: how each is set up, and that they are what the store relies on.

Invariants: write-ahead log, `synchronous=FULL` (every commit is flushed to disk before it returns),
foreign keys on, what is deleted is overwritten, no checkpoint inside a commit, transactions are
begun by hand.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from callboard.ports.store import StoreError

OLDEST: Final = (3, 37, 0)
"""The first SQLite with STRICT tables (RETURNING, row values and upserts are older)."""

# `fullfsync` matters on macOS only, where a plain flush stops at the drive's cache.
_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "wal_autocheckpoint = 0",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
)
_WRITER_CACHE_KIB: Final = 8_192
_READER_CACHE_KIB: Final = 2_048
_STATEMENTS: Final = 256


def connect(
    path: Path, *, wait: float, writes: bool = False, makes: bool = True
) -> sqlite3.Connection:
    """A connection to the file; one that does not write cannot. `makes`: a file that is not there
    is made. For a log without its file that would be the end: SQLite removes it.

    It may be used by any thread, by one at a time. Raises StoreError when the file is no SQLite
    database, cannot be opened, or cannot have a write-ahead log.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise StoreError(
            f"Callboard needs SQLite {'.'.join(map(str, OLDEST))} or newer; "
            f"this Python has {sqlite3.sqlite_version}."
        )
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'rwc' if makes else 'rw'}",
            uri=True,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS,
        )
    except sqlite3.Error as error:
        raise StoreError(f"The database {path} cannot be opened: {error}.") from error
    try:
        _set_up(connection, path, writes)
    except sqlite3.Error as error:
        connection.close()
        raise StoreError(f"The database {path} cannot be used: {error}.") from error
    except StoreError:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection, path: Path, writes: bool) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        raise StoreError(f"The database {path} cannot have a write-ahead log (mode {mode}).")
    cache = _WRITER_CACHE_KIB if writes else _READER_CACHE_KIB
    connection.execute(f"PRAGMA cache_size = -{cache}")
    if not writes:
        connection.execute("PRAGMA query_only = ON")
