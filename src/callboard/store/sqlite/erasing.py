"""Erasing a process: nothing of what it held is left, in any table or page.

Theory: what says something of the process is deleted, with `secure_delete`, so that SQLite writes
zeros where it was, also on pages that become free. The log still has older pages: it is copied into
the file and cut to nothing afterwards (`forget`). Changes and first answers carry no index by
process, since every step would pay for it: they are searched by a reader beforehand, and in the
transaction only what came since.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from callboard.errors import UnavailableError
from callboard.ports.records import Erasure
from callboard.ports.store import StaleError
from callboard.store import tombstones
from callboard.store.queries import queries
from callboard.store.sqlite import claims, counting
from callboard.store.text import from_text, to_text

_SQL: Final = queries("sqlite", "tombstones")
_APPEND_CHANGE: Final = queries("sqlite", "changes")["append"]
_CLEAR: Final = (
    _SQL["clear_jobs"],
    _SQL["clear_attempts"],
    _SQL["clear_tasks"],
    _SQL["clear_participants"],
    _SQL["clear_events"],
    _SQL["clear_old_events"],
    _SQL["clear_process"],
)
_TRIES: Final = 50
_PAUSE: Final = 0.05
"""Seconds: while another thread copies the log nobody else can, and SQLite does not wait."""


class Mentions(NamedTuple):
    """Where a process is named, in tables that are not searched in the transaction."""

    last_change: int
    changes: list[int]
    last_answer: int
    answers: list[int]


def find_mentions(process_id: str, connection: sqlite3.Connection) -> Mentions:
    """Search changes and first answers. It reads all of them."""
    found = connection.execute(_SQL["process"], (process_id,)).fetchone()
    row = found[0] if found else None
    (changes,) = connection.execute(_SQL["named_in_changes"], (row,)).fetchone()
    (answers,) = connection.execute(_SQL["named_in_answers"], (process_id,)).fetchone()
    return Mentions(*from_text(changes), *from_text(answers))


def erase(
    erasure: Erasure, mentions: Mentions, connection: sqlite3.Connection
) -> StaleError | None:
    """Leave a tombstone in place of a process; the error where it is not as it was read."""
    found = connection.execute(_SQL["process"], (erasure.process,)).fetchone()
    if found is None or found[1] != erasure.head:
        return StaleError(f"The process {erasure.process} is not as it was read.")
    row, _, version, *place = found
    counting.remove(connection, *place)
    rows = connection.execute(_SQL["events"], (row,)).fetchall()
    events = [(chain, from_text(text)) for chain, text in rows]
    chains = to_text(tombstones.links(events))
    told = (erasure.at, erasure.by, erasure.reason, chains)
    connection.execute(_SQL["put"], (row, *told))
    (principals,) = connection.execute(_SQL["principals"], (row,)).fetchone()
    claims.wake(connection, row, erasure.at)
    for statement in _CLEAR:
        connection.execute(statement, (row,))
    connection.execute(_SQL["clear_checkpoints"], (erasure.process,))
    connection.execute(_SQL["clear_principals"], (principals,))
    changes = (to_text(mentions.changes), mentions.last_change, row)
    connection.execute(_SQL["clear_changes"], changes)
    connection.execute(_APPEND_CHANGE, (row, version, "erased", None))
    answers = (to_text(mentions.answers), mentions.last_answer, erasure.process)
    connection.execute(_SQL["clear_answers"], answers)
    return None


def forget(connect: Callable[[], sqlite3.Connection]) -> None:
    """Copy the log into the file and cut it to nothing. Raises UnavailableError when readers keep
    it from that.
    """
    connection = connect()
    try:
        for _ in range(_TRIES):
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            time.sleep(_PAUSE)
    finally:
        connection.close()
    raise UnavailableError("It is erased, but the database's log still holds it. Ask again.")
