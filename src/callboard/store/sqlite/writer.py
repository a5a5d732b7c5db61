"""The writer: one thread that takes what is to be written from a queue and commits it in groups.

Theory: while one group is being flushed to disk the next one gathers in the queue, so the busier
the engine is, the more writes share a flush. A group is written in one go. When the database
refuses something in it (which the checks before did not foresee), all of it is rolled back and
written again one by one, each in a savepoint, so that only the culprit fails.

Invariants: an answer is given only after the commit returned; the answers of a group come in one
call into the event loop. A failing commit (a full disk) fails its whole group with
`UnavailableError` and nothing else. Nothing is committed to a file that is no longer at its place:
SQLite would, and all of it would be lost with the process.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any, Final, TypeAlias

from callboard.errors import ConflictError, UnavailableError
from callboard.store.config import SqliteConfig
from callboard.store.sqlite.places import Places
from callboard.store.sqlite.steps import write_steps
from callboard.store.sqlite.units import CallUnit, Unit, size_of
from callboard.store.units import ProcessUnit
from callboard.telemetry import SILENT, Telemetry
from callboard.telemetry.metrics import COMMITS, GROUP

Answer: TypeAlias = Any
"""What a unit returns, or the exception that it raises."""
Request: TypeAlias = "tuple[Unit, asyncio.Future[Any]]"
Deliver: TypeAlias = Callable[[Sequence[Request], Sequence[Answer]], None]
"""Gives requests their answers; called in the event loop."""

GONE: Final = "The file of the database was moved or removed."

_log: Final = logging.getLogger(__name__)
_REFUSALS: Final = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)
"""Errors of the database that concern one statement only."""


class Writer:
    """The thread that writes, and its connection."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        connect: Callable[[], sqlite3.Connection],
        config: SqliteConfig,
        deliver: Deliver,
        written: Callable[[sqlite3.Connection, int], None],
        is_there: Callable[[], bool],
        telemetry: Telemetry = SILENT,
    ) -> None:
        """Begin. `connect` makes another connection if this one breaks; `written` is called in the
        thread after each commit, with about how many bytes it had; `is_there` says before it
        whether the file still is."""
        self._connection: sqlite3.Connection | None = connection
        self._connect = connect
        self._config = config
        self._deliver = deliver
        self._written = written
        self._is_there = is_there
        self._telemetry = telemetry
        self._places = Places()
        self._gathered: list[Request] = []
        self._queue: SimpleQueue[list[Request] | None] = SimpleQueue()
        self._waiting: list[Request] = []
        self._ending = False
        self.failing = False
        """Whether the last commit failed."""
        self._thread = threading.Thread(target=self._run, name="callboard-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: Unit) -> asyncio.Future[Any]:
        """Have it written. To be called in the event loop that waits for the answer."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        if not self._gathered or self._gathered[-1][1].get_loop() is not loop:
            loop.call_soon(self._hand_over)
        self._gathered.append((unit, future))
        return future

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """How much waits: writes, and parcels of them that the thread has not taken yet."""
        return len(self._gathered) + len(self._waiting) + self._queue.qsize()

    def stop(self) -> None:
        """Write what was submitted, then end. Blocks until it has."""
        self._hand_over()
        self._queue.put(None)
        self._thread.join()

    def _hand_over(self) -> None:
        """What one turn of the event loop submitted goes to the thread at once."""
        if self._gathered:
            requests, self._gathered = self._gathered, []
            self._queue.put(requests)

    def _run(self) -> None:
        while self._waiting or not self._ending:
            requests = self._gather()
            if requests:
                self._answer(requests, self._commit([unit for unit, _ in requests]))
        if self._connection is not None:
            self._connection.close()

    def _gather(self) -> list[Request]:
        """The next group: waits for the first request, and takes what else is there."""
        waiting, self._waiting = self._waiting, []
        while len(waiting) < self._config.group_writes:
            try:
                requests = self._queue.get(block=not waiting)
            except Empty:
                break
            if requests is None:
                self._ending = True
                break
            waiting += requests
        count = self._fitting(waiting)
        self._waiting = waiting[count:]
        return waiting[:count]

    def _fitting(self, waiting: Sequence[Request]) -> int:
        """How many of those that wait go into one group: one at least."""
        size = 0
        for count, (unit, _) in enumerate(waiting[: self._config.group_writes]):
            size += size_of(unit)
            if size > self._config.group_bytes:
                return count or 1
        return min(len(waiting), self._config.group_writes)

    def _commit(self, units: Sequence[Unit]) -> Sequence[Answer]:
        """Write a group and flush it to disk; the answers in the same order."""
        started = perf_counter()
        try:
            connection = self._open()
            answers = self._write_all(connection, units)
            if not self._is_there():
                raise FileNotFoundError(GONE)
            connection.execute("COMMIT")
        except Exception as error:
            _log.error("A commit failed.", exc_info=error)
            self.failing = True
            self._recover()
            self._telemetry.observe(COMMITS, ("failed",), perf_counter() - started)
            return [_failure(error) for _ in units]
        self.failing = False
        self._telemetry.observe(COMMITS, ("done",), perf_counter() - started)
        self._telemetry.observe(GROUP, (), len(units))
        self._places.trim()
        self._written(connection, sum(map(size_of, units)))
        return answers

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _write_all(self, connection: sqlite3.Connection, units: Sequence[Unit]) -> Sequence[Answer]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            return self._write(connection, units, new_are_new=True)
        except Exception as error:
            if not _is_refusal(error):
                raise
            connection.execute("ROLLBACK")
            self._places.forget()
        connection.execute("BEGIN IMMEDIATE")
        return [self._write_one(connection, unit) for unit in units]

    def _write(
        self, connection: sqlite3.Connection, units: Sequence[Unit], *, new_are_new: bool
    ) -> Sequence[Answer]:
        called = [self._call(connection, unit) for unit in units if isinstance(unit, CallUnit)]
        steps = [unit for unit in units if isinstance(unit, ProcessUnit)]
        stepped: Sequence[Answer] = ()
        if steps:
            stepped = write_steps(connection, self._places, steps, new_are_new=new_are_new)
        if not called:
            return stepped
        answers = {True: iter(stepped), False: iter(called)}
        return [next(answers[isinstance(unit, ProcessUnit)]) for unit in units]

    def _call(self, connection: sqlite3.Connection, unit: CallUnit) -> object:
        if unit.moves:
            self._places.forget()
        return unit.run(connection)

    def _write_one(self, connection: sqlite3.Connection, unit: Unit) -> Answer:
        connection.execute("SAVEPOINT unit")
        try:
            (answer,) = self._write(connection, [unit], new_are_new=False)
        except Exception as error:
            if not _is_refusal(error):
                raise
            connection.execute("ROLLBACK TO unit")
            self._places.forget()
            answer = _refusal(error)
        connection.execute("RELEASE unit")
        return answer

    def _recover(self) -> None:
        """After a failure: roll back, or begin again with a new connection."""
        self._places.forget()
        try:
            if self._connection is not None and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            broken, self._connection = self._connection, None
            if broken is not None:
                broken.close()

    def _answer(self, requests: Sequence[Request], answers: Sequence[Answer]) -> None:
        """Into the event loop that asked (there is one, but for programs that start a second)."""
        loops = {future.get_loop() for _, future in requests}
        for loop in loops:
            mine = [at for at, (_, future) in enumerate(requests) if future.get_loop() is loop]
            try:
                loop.call_soon_threadsafe(
                    self._deliver, [requests[at] for at in mine], [answers[at] for at in mine]
                )
            except RuntimeError:
                continue  # The loop has ended: nobody waits any more.


def _failure(error: Exception) -> UnavailableError:
    unavailable = UnavailableError("The database cannot write now.")
    unavailable.__cause__ = error
    return unavailable


def _is_refusal(error: Exception) -> bool:
    """Whether the error is one unit's own: refused by the database, or raised by the unit."""
    return isinstance(error, _REFUSALS) or not isinstance(error, sqlite3.Error)


def _refusal(error: Exception) -> Exception:
    if not isinstance(error, sqlite3.Error):
        return error
    conflict = ConflictError("What was to be written contradicts what is stored.")
    conflict.__cause__ = error
    return conflict
