"""Writing transitions: a whole group of them, in the transaction that the writer has begun.

First each is judged by what is stored; then those that are accepted are written together, table by
table. What is judged was read in the same transaction, or is what this thread committed last, so
nothing can come between; and whatever went wrong, the unique indexes over events refuse a second
event with the same number, and one that follows the same event.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from callboard.errors import CallboardError, ConflictError
from callboard.ports.jobs import JobClaim
from callboard.ports.links import LinkRecord
from callboard.ports.records import IdempotencyRecord, ProcessWrite
from callboard.ports.store import DuplicateKeyError, LostClaimError, StaleError
from callboard.store import idempotency, jobs, participants, tasks
from callboard.store.queries import queries
from callboard.store.sqlite import claims, links
from callboard.store.sqlite.bulk import change, insert, lookup
from callboard.store.sqlite.counting import Counts
from callboard.store.sqlite.places import Place, Places
from callboard.store.text import from_text, to_text
from callboard.store.units import ProcessUnit

_PUT_PROCESS: Final = queries("sqlite", "processes")["put"]
_MOVE: Final = queries("sqlite", "processes")["move"]
_OLD: Final = queries("sqlite", "old_events")
_APPEND_EVENT: Final = queries("sqlite", "events")["append"]
_APPEND_CHANGE: Final = queries("sqlite", "changes")["append"]
_PARTICIPANTS: Final = queries("sqlite", "participants")
_TASKS: Final = queries("sqlite", "tasks")
_JOBS: Final = queries("sqlite", "jobs")
_IDEMPOTENCY: Final = queries("sqlite", "idempotency")


class _Accepted(NamedTuple):
    """What is written of a unit beside its process, and where."""

    write: ProcessWrite
    row: int


def write_steps(
    connection: sqlite3.Connection,
    places: Places,
    units: Sequence[ProcessUnit],
    *,
    new_are_new: bool,
) -> list[CallboardError | None]:
    """Write the units that can be; the others' errors.

    Of several for one process the first that fits is written, and the others are stale: whoever
    made them cannot have seen it. With `new_are_new` nobody looks whether a process that is to be
    started is there already: the database refuses it. Anything that this raises leaves the
    transaction half written: the caller rolls back.
    """
    known = (one.write.record.id for one in units if one.write.expected or not new_are_new)
    places.recall(connection, known)
    group = _Group(connection, places, _taken_keys(connection, dict(_keyed(units))))
    answers = [group.take(unit) for unit in units]
    group.write()
    return answers


class _Group:
    """The rows of the units that were taken."""

    def __init__(
        self, connection: sqlite3.Connection, places: Places, taken: set[tuple[str, str]]
    ) -> None:
        self._connection = connection
        self._places = places
        self._taken = taken
        self._written: set[str] = set()
        self._processes: list[tuple[object, ...]] = []
        self._events: list[tuple[object, ...]] = []
        self._changes: list[tuple[object, ...]] = []
        self._participants: list[_Accepted] = []
        self._tasks: list[_Accepted] = []
        self._jobs: list[tuple[object, ...]] = []
        self._without_jobs: list[int] = []
        self._ended: list[int] = []
        self._links: list[LinkRecord] = []
        self._counts = Counts(connection, places)
        self._moved: list[tuple[int, int]] = []
        self._keys: list[IdempotencyRecord] = []

    def take(self, unit: ProcessUnit) -> CallboardError | None:
        """Take a unit, or say what forbids it. The key goes first: it leads to the first answer."""
        write = unit.write
        process = write.record.id
        if write.idempotency is not None and _key(write.idempotency) in self._taken:
            return _duplicate()
        if write.link is not None and links.is_done(self._connection, write.link.job):
            return DuplicateKeyError("It has been done for this notification already.")
        place = self._places.processes.get(process)
        if process in self._written or not _fits(write, place):
            return StaleError(f"The process {process} is not at version {write.expected} any more.")
        scenario = self._places.scenario(self._connection, write.record.scenario)
        if scenario is None:
            return ConflictError(f"The scenario {write.record.scenario} is not stored.")
        if write.done is not None and not self._settle(write, write.done):
            return LostClaimError(f"The job {write.done.id} is not this worker's any more.")
        if write.attempt is not None:
            claims.note(self._connection, write.attempt)
        before = place or Place(self._places.new_row(self._connection), 0, "")
        self._add(unit, before, scenario)
        return None

    def _settle(self, write: ProcessWrite, claim: JobClaim) -> bool:
        """Whether the job was this worker's to end; now it is done, or given up."""
        if write.gives_up and write.attempt is not None:
            return claims.give_up(self._connection, claim, write.attempt)
        return claims.finish(self._connection, claim)

    def _add(self, unit: ProcessUnit, before: Place, scenario: int) -> None:
        write, row, waiting = unit.write, before.row, before.tasks
        record = write.record
        if write.tasks is not None:
            waiting = frozenset([task.principal for task in write.tasks])
        self._written.add(record.id)
        self._counts.take(write, scenario)
        if write.replaces is not None:
            self._moved.append((scenario, row))
        self._processes.append((row, scenario, *unit.process))
        for event in unit.events:
            self._events.append((row, *event))
        whose = tasks.difference(before.tasks, waiting)
        self._changes.append((row, record.version, write.change, whose))
        self._places.processes[record.id] = Place(row, record.version, record.head, waiting)
        if write.participants is not None:
            self._participants.append(_Accepted(write, row))
        if write.tasks is not None:
            self._tasks.append(_Accepted(write, row))
        if write.drops_jobs and write.expected:
            self._without_jobs.append(row)
        self._jobs += [(row, *jobs.columns(job)) for job in write.jobs]
        if not record.document.get("isRunning", True):
            self._ended.append(row)
        if write.link is not None:
            self._links.append(write.link)
        if write.idempotency is not None:
            self._keys.append(write.idempotency)
            self._taken.add(_key(write.idempotency))

    def write(self) -> None:
        """Write all of it, table by table."""
        insert(self._connection, _PUT_PROCESS, self._processes)
        for scenario, row in self._moved:
            self._connection.execute(_OLD["keep"], (row,))
            self._connection.execute(_OLD["remove"], (row,))
            self._connection.execute(_MOVE, (scenario, row))
        insert(self._connection, _APPEND_EVENT, self._events)
        insert(self._connection, _APPEND_CHANGE, self._changes)
        self._counts.write()
        _write_participants(self._connection, self._places, self._participants)
        _write_tasks(self._connection, self._places, self._tasks)
        change(self._connection, _JOBS["clear"], self._without_jobs)
        insert(self._connection, _JOBS["add"], self._jobs)
        change(self._connection, _JOBS["wake"], self._ended)
        if self._links:
            links.add(self._connection, self._links)
        if self._keys:
            _add_keys(self._connection, self._keys)


def _fits(write: ProcessWrite, place: Place | None) -> bool:
    """Whether what is stored is what a write was worked out from: its version, and its head, since
    a chain that replaced another may be as long.
    """
    if place is None:
        return write.expected == 0
    before = write.events[0].event.get("previous") if write.replaces is None else write.replaces
    return place.version == write.expected and place.head == before


def _write_participants(
    connection: sqlite3.Connection, places: Places, given: Sequence[_Accepted]
) -> None:
    stored: dict[int, set[str]] = {}
    old = [row for write, row in given if write.expected]
    for row, name in lookup(connection, _PARTICIPANTS["of_processes"], old):
        stored.setdefault(row, set()).add(name)
    added = []
    for write, row in given:
        new, gone = participants.difference(stored.get(row, ()), write.participants or frozenset())
        for name in gone:
            connection.execute(_PARTICIPANTS["remove"], (row, name))
        created = write.record.created
        added += [(places.principal(connection, name), created, row) for name in sorted(new)]
    insert(connection, _PARTICIPANTS["add"], added)


def _write_tasks(
    connection: sqlite3.Connection, places: Places, given: Sequence[_Accepted]
) -> None:
    change(connection, _TASKS["clear"], [row for write, row in given if write.expected])
    added = [
        (row, places.principal(connection, task.principal), *tasks.columns(task))
        for write, row in given
        for task in write.tasks or ()
    ]
    insert(connection, _TASKS["add"], added)


def write_answer(
    record: IdempotencyRecord, connection: sqlite3.Connection
) -> DuplicateKeyError | None:
    """Keep an answer by itself; the error where its key is in use."""
    if _taken_keys(connection, {_key(record): record}):
        return _duplicate()
    _add_keys(connection, [record])
    return None


def _add_keys(connection: sqlite3.Connection, records: Sequence[IdempotencyRecord]) -> None:
    """Add the keys, and remove twice as many of those that have ended: so they never pile up."""
    ended = idempotency.oldest(max(record.created for record in records))
    connection.execute(_IDEMPOTENCY["purge"], (2 * len(records), ended))
    insert(connection, _IDEMPOTENCY["add"], [idempotency.columns(record) for record in records])


def _taken_keys(
    connection: sqlite3.Connection, wanted: Mapping[tuple[str, str], IdempotencyRecord]
) -> set[tuple[str, str]]:
    """Which of the idempotency keys are in use; those that have ended are removed."""
    if not wanted:
        return set()
    taken = set()
    (text,) = connection.execute(_IDEMPOTENCY["taken"], (to_text(list(wanted)),)).fetchone()
    for credential, key, created in from_text(text):
        if created > idempotency.oldest(wanted[credential, key].created):
            taken.add((credential, key))
        else:
            connection.execute(_IDEMPOTENCY["remove"], (credential, key))
    return taken


def _keyed(units: Sequence[ProcessUnit]) -> Iterator[tuple[tuple[str, str], IdempotencyRecord]]:
    for unit in units:
        record = unit.write.idempotency
        if record is not None:
            yield _key(record), record


def _duplicate() -> DuplicateKeyError:
    return DuplicateKeyError("The idempotency key has been used meanwhile.")


def _key(record: IdempotencyRecord) -> tuple[str, str]:
    return (record.credential, record.key)
