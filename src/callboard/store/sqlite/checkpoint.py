"""Copying the log into the database file, off the commit path.

Theory: a checkpoint inside a commit makes that commit, and all who wait for it, many times slower.
So a thread copies when enough was written, or some time after, while the writer goes on. Under
steady load the log then never comes to its end, and SQLite starts it over only when all of it has
been copied. When it has grown too large the thread copies what has come in since, again and again
until little is left; that rest the writer copies itself, between two groups.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import Final

from callboard.store.config import SqliteConfig

_COPY: Final = "PRAGMA wal_checkpoint(PASSIVE)"
_SMALL_REST: Final = 256
"""Pages that the writer may copy between two groups."""
_PASSES: Final = 8

_FAILED: Final = "The log of the database could not be copied into it; it grows meanwhile."

_log: Final = logging.getLogger(__name__)


class Checkpointer:
    """The thread that copies, and its connection."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], config: SqliteConfig) -> None:
        self._connect = connect
        self._config = config
        self._changed = threading.Condition()
        self._written = 0
        self._stopped = False
        self._finish = False
        self._thread = threading.Thread(target=self._run, name="callboard-checkpoint", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what was not copied stays in the log, where it is as durable."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def written(self, connection: sqlite3.Connection, size: int) -> None:
        """So many bytes were committed. Called by the writer after each commit."""
        with self._changed:
            before = self._written
            self._written += size
            limit = self._config.checkpoint_bytes
            if before == 0 or before < limit <= self._written:
                self._changed.notify()
        if self._finish:
            self._finish = False
            try:
                _copy(connection)
            except sqlite3.Error:
                _log.warning(_FAILED, exc_info=True)

    def _run(self) -> None:
        connection = None
        while self._wait():
            try:
                connection = connection or self._connect()
                self._checkpoint(connection)
            except Exception:
                _log.warning(_FAILED, exc_info=True)
        if connection:
            connection.close()

    def _wait(self) -> bool:
        """Until it is time; False when there is nothing more to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._written)
            self._changed.wait_for(
                lambda: self._stopped or self._written >= self._config.checkpoint_bytes,
                self._config.checkpoint_seconds,
            )
            self._written = 0
            return not self._stopped

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        frames, copied = _copy(connection)
        if frames * page < self._config.log_bytes:
            return
        for _ in range(_PASSES):
            if frames - copied < _SMALL_REST:
                break
            frames, copied = _copy(connection)
        self._finish = True


def _copy(connection: sqlite3.Connection) -> tuple[int, int]:
    """Copy what can be copied without waiting for anybody: pages in the log, and of them copied."""
    _busy, frames, copied = connection.execute(_COPY).fetchone()
    return frames, copied
