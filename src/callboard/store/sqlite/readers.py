"""Reading: at once on the event loop for what is found by a key, in threads for the rest.

A look-up by a key takes some twenty microseconds, less than handing it to a thread and back. Lists
and long histories take longer and may wait for a disk: threads read them, each with a connection.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

from callboard.errors import UnavailableError
from callboard.ports.store import StoreError

Connect: TypeAlias = Callable[[], sqlite3.Connection]
T = TypeVar("T")


class Readers:
    """The connections that read. None of them waits for the writer."""

    def __init__(self, connect: Connect, threads: int) -> None:
        self._connect = connect
        self._inline = connect()
        self._closed = False
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="callboard-reader")

    def row(self, query: str, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        """The one row, here and now; None when there is none."""
        try:
            row: tuple[Any, ...] | None = self._inline.execute(query, values).fetchone()
        except sqlite3.Error as error:
            raise _unavailable() from error
        return row

    def now(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What `read` gives, here and now."""
        try:
            return read(self._inline)
        except sqlite3.Error as error:
            raise _unavailable() from error

    async def later(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What `read` gives in one of the threads."""
        if self._closed:
            raise _unavailable()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._with_connection, read)
        except (sqlite3.Error, StoreError, OSError) as error:
            raise _unavailable() from error

    def close(self) -> None:
        """End the threads after what they are reading, and close the connections."""
        self._closed = True
        self._threads.shutdown()
        self._inline.close()
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _with_connection(self, read: Callable[[sqlite3.Connection], T]) -> T:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._connect()
        try:
            return read(connection)
        finally:
            self._idle.put(connection)


def _unavailable() -> UnavailableError:
    return UnavailableError("The database cannot be read now.")
