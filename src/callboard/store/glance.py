"""A look at a database that changes nothing, also while an engine has it: for `callboard doctor`.

Invariant: nothing is made, migrated or locked for longer than it takes to see that it could be.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from callboard.ports.records import ApiKeyRecord, ScenarioRecord
from callboard.ports.store import StoreError
from callboard.store import apikeys, scenarios
from callboard.store.config import SqliteConfig
from callboard.store.migrate import migrations, pending
from callboard.store.open import check_url, database_path
from callboard.store.queries import queries
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.ownership import refuse_network
from callboard.store.sqlite.state import is_in_use
from callboard.store.sqlite.upgrade import applied_migrations

__all__ = ["Glance", "glance"]


@dataclass(frozen=True, slots=True)
class Glance:
    """What was seen of a database."""

    path: Path
    exists: bool = False
    in_use: bool = False
    """Whether an engine has it now."""
    behind: int = 0
    """Migrations that the next start will apply."""
    wait: float = 1.0

    def find_api_key(self, digest: str) -> ApiKeyRecord | None:
        """The API key of this digest. Raises `StoreError`."""
        if not self.exists or self.behind == len(migrations("sqlite")):
            return None
        with closing(connect(self.path, wait=self.wait)) as connection:
            find = queries("sqlite", "api_keys")["find"]
            row = connection.execute(find, (digest,)).fetchone()
        return None if row is None else apikeys.record(row)

    def find_scenarios(self) -> Iterator[ScenarioRecord]:
        """The enabled scenarios, by title; none of a database that is to be migrated first."""
        if not self.exists or self.behind:
            return
        known = queries("sqlite", "scenarios")
        with closing(connect(self.path, wait=self.wait)) as connection:
            for identity, *_ in connection.execute(known["list"]).fetchall():
                yield scenarios.record(connection.execute(known["get"], (identity,)).fetchone())


def glance(url: str, config: SqliteConfig) -> Glance:
    """Look at the database of this URL. Raises `StoreError` when an engine could not use it."""
    check_url(url)
    with ExitStack() as opened:
        path = database_path(url, opened)
        refuse_network(path)
        if not path.exists():
            if not os.access(path.parent, os.W_OK):
                raise StoreError(f"The database {path} cannot be made: its folder is read-only.")
            return Glance(path)
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise StoreError(f"The database {path} cannot be written: it or its folder may not be.")
        with closing(connect(path, wait=config.wait_seconds, writes=True)) as connection:
            return Glance(
                path, True, is_in_use(path), _behind(connection, path), config.wait_seconds
            )


def _behind(connection: sqlite3.Connection, path: Path) -> int:
    try:
        behind = len(pending(migrations("sqlite"), applied_migrations(connection, path), str(path)))
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise StoreError(f"The database {path} cannot be used: {error}.") from error
    return behind
