"""A copy of the database file, made while an engine writes.

Theory: the copy is of one moment, that of a read transaction. In a database with a write-ahead log
that keeps nobody from writing; the log grows meanwhile. What was copied is read through before it
gets its name, so a file of that name is whole.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from callboard.ports.store import StoreError
from callboard.store.config import SqliteConfig
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.upgrade import applied_migrations

__all__ = ["back_up"]

_PAGES: Final = 1_024
"""Copied at once; between, progress is told."""

Progress = Callable[[int, int], None]


def back_up(path: Path, target: Path, config: SqliteConfig, progress: Progress) -> int:
    """Copy the database to a file that is not there yet; how large that is. `progress` is told how
    many pages are done, and of how many.

    Raises StoreError; no file is left then.
    """
    if not path.exists():
        raise StoreError(f"There is no database {path}.")
    part = target.with_name(target.name + ".part")
    if target.exists():
        raise StoreError(f"The file {target} is there already: name one that is not.")
    _make(part)
    try:
        with closing(connect(path, wait=config.wait_seconds, makes=False)) as source:
            _copy(source, path, part, progress)
        part.replace(target)
        _flush(target.parent)
    except sqlite3.Error as error:
        raise StoreError(f"The database {path} cannot be copied: {error}.") from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return target.stat().st_size


def _make(part: Path) -> None:
    """The file, for its owner alone; what a copy that was broken off left goes."""
    with suppress(FileNotFoundError):
        part.unlink()
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError(f"The file {part} cannot be made: {error.strerror}.") from error


def _copy(source: sqlite3.Connection, path: Path, part: Path, progress: Progress) -> None:
    source.execute("BEGIN")
    known = applied_migrations(source, path)  # From here on it is this moment's database.
    if not known:
        raise StoreError(f"There is nothing in the database {path}.")
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        source.backup(
            copy, pages=_PAGES, progress=lambda _, left, pages: progress(pages - left, pages)
        )
        copy.execute("PRAGMA journal_mode = DELETE")  # One file: no log beside it.
        _verify(copy, part)
        if applied_migrations(copy, part) != known:
            raise StoreError(f"The copy {part} is not what was copied.")
    _flush(part)


def _verify(copy: sqlite3.Connection, part: Path) -> None:
    found = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if found != ("ok",):
        raise StoreError(
            f"The copy {part} is not whole ({found[0]}), and so perhaps the database is not: "
            "see `callboard db check`."
        )


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
