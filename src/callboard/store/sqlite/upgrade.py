"""Bringing the file to the newest schema, each migration in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from callboard.ports.store import StoreError
from callboard.store.migrate import Migration, migrations, pending

_REGISTER: Final = """
CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL
) STRICT
"""


def upgrade(
    connection: sqlite3.Connection, path: Path, known: Sequence[Migration] = migrations("sqlite")
) -> tuple[Migration, ...]:
    """Apply what is pending; which it was. The caller owns the file.

    Raises StoreError for a file that is no database of ours, is newer than this program, or cannot
    be migrated; it is then as it was.
    """
    try:
        left = pending_migrations(connection, path, known)
        for migration in left:
            _apply(connection, migration)
    except sqlite3.Error as error:
        raise StoreError(f"The database {path} cannot be migrated: {error}.") from error
    return left


def pending_migrations(
    connection: sqlite3.Connection, path: Path, known: Sequence[Migration] = migrations("sqlite")
) -> tuple[Migration, ...]:
    """What the file has not had. Raises StoreError as `upgrade` does, and `sqlite3.Error`."""
    return pending(tuple(known), applied_migrations(connection, path), str(path))


def applied_migrations(connection: sqlite3.Connection, path: Path) -> dict[int, str]:
    """The checksums of the migrations that the file has had, by number. Raises StoreError for a
    file of another program.
    """
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]
    if not tables:
        return {}
    if "migrations" not in tables:
        raise StoreError(f"The file {path} is a database of another program.")
    return dict(connection.execute("SELECT number, checksum FROM migrations"))


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    """One migration, and its entry. References are checked at its end, not while it runs."""
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{migration.text}")
        if migration.number == 1:
            connection.execute(_REGISTER)
        connection.execute(
            "INSERT INTO migrations (number, name, checksum) VALUES (?, ?, ?)",
            (migration.number, migration.name, migration.checksum),
        )
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise sqlite3.IntegrityError(f"{migration.name} breaks a reference of {broken[0]}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
