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
from callboard.ports.records import IdempotencyRecord
from callboard.ports.store import DuplicateKeyError, StaleError
from callboard.store import idempotency, jobs, participants, tasks
from callboard.store.queries import queries
from callboard.store.sqlite.bulk import insert, lookup
from callboard.store.sqlite.places import Place, Places
from callboard.store.sqlite.units import ProcessUnit
from callboard.store.text import to_text

_PUT_PROCESS: Final = queries("sqlite", "processes")["put"]
_APPEND_EVENT: Final = queries("sqlite", "events")["append"]
_APPEND_CHANGE: Final = queries("sqlite", "changes")["append"]
_PARTICIPANTS: Final = queries("sqlite", "participants")
_TASKS: Final = queries("sqlite", "tasks")
_JOBS: Final = queries("sqlite", "jobs")
_IDEMPOTENCY: Final = queries("sqlite", "idempotency")


class _Accepted(NamedTuple):
    """A unit that will be written, and where."""

    unit: ProcessUnit
    row: int
    scenario: int


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
    judge = _Judge(connection, places, units, new_are_new)
    answers = [judge(unit) for unit in units]
    if judge.accepted:
        _write(connection, places, judge.accepted)
    return answers


class _Judge:
    """Decides for one unit after the other whether it can be written."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        places: Places,
        units: Sequence[ProcessUnit],
        new_are_new: bool,
    ) -> None:
        self.accepted: list[_Accepted] = []
        self._connection = connection
        self._places = places
        self._taken = _taken_keys(connection, dict(_keyed(units)))
        places.recall(
            connection,
            (one.write.record.id for one in units if one.write.expected or not new_are_new),
        )
        self._written: set[str] = set()

    def __call__(self, unit: ProcessUnit) -> CallboardError | None:
        """What forbids it. The key goes first: it leads straight to the first answer."""
        write = unit.write
        process = write.record.id
        if write.idempotency is not None and _key(write.idempotency) in self._taken:
            return _duplicate()
        place = self._places.process(process)
        if process in self._written or (place.version if place else 0) != write.expected:
            return StaleError(f"The process {process} is not at version {write.expected} any more.")
        scenario = self._places.scenario(self._connection, write.record.scenario)
        if scenario is None:
            return ConflictError(f"The scenario {write.record.scenario} is not stored.")
        row = place.row if place else self._places.new_row(self._connection)
        self.accepted.append(_Accepted(unit, row, scenario))
        self._written.add(process)
        if write.idempotency is not None:
            self._taken.add(_key(write.idempotency))
        return None


def _write(connection: sqlite3.Connection, places: Places, accepted: Sequence[_Accepted]) -> None:
    processes, events, changes = [], [], []
    extra = False
    for unit, row, scenario in accepted:
        write = unit.write
        processes.append((row, scenario, *unit.process))
        events += [(row, *event) for event in unit.events]
        changes.append((row, write.record.version, write.change))
        places.keep(write.record.id, Place(row, write.record.version))
        extra = extra or _has_more(unit)
    insert(connection, _PUT_PROCESS, processes)
    insert(connection, _APPEND_EVENT, events)
    insert(connection, _APPEND_CHANGE, changes)
    if extra:
        _write_participants(connection, places, accepted)
        _write_tasks(connection, places, accepted)
        _write_jobs(connection, accepted)
        _write_keys(connection, accepted)


def _has_more(unit: ProcessUnit) -> bool:
    write = unit.write
    return not (
        write.participants is None
        and write.tasks is None
        and write.jobs is None
        and write.idempotency is None
    )


def _write_participants(
    connection: sqlite3.Connection, places: Places, accepted: Sequence[_Accepted]
) -> None:
    given = [one for one in accepted if one.unit.write.participants is not None]
    stored: dict[int, set[str]] = {}
    old = [one.row for one in given if one.unit.write.expected]
    if old:
        for row, name in lookup(connection, _PARTICIPANTS["of_processes"], old):
            stored.setdefault(row, set()).add(name)
    added = []
    for unit, row, _ in given:
        wanted = unit.write.participants or frozenset()
        new, gone = participants.difference(stored.get(row, ()), wanted)
        for name in gone:
            connection.execute(_PARTICIPANTS["remove"], (row, name))
        created = unit.write.record.created
        added += [(places.principal(connection, name), created, row) for name in sorted(new)]
    insert(connection, _PARTICIPANTS["add"], added)


def _write_tasks(
    connection: sqlite3.Connection, places: Places, accepted: Sequence[_Accepted]
) -> None:
    given = [one for one in accepted if one.unit.write.tasks is not None]
    _clear(connection, _TASKS["clear"], given)
    added = [
        (row, places.principal(connection, task.principal), *tasks.columns(task))
        for unit, row, _ in given
        for task in unit.write.tasks or ()
    ]
    insert(connection, _TASKS["add"], added)


def _write_jobs(connection: sqlite3.Connection, accepted: Sequence[_Accepted]) -> None:
    given = [one for one in accepted if one.unit.write.jobs is not None]
    _clear(connection, _JOBS["clear"], given)
    added = [(row, *jobs.columns(job)) for unit, row, _ in given for job in unit.write.jobs or ()]
    insert(connection, _JOBS["add"], added)


def _clear(connection: sqlite3.Connection, query: str, given: Sequence[_Accepted]) -> None:
    old = [one.row for one in given if one.unit.write.expected]
    if old:
        connection.execute(query, (to_text(old),))


def write_answer(
    record: IdempotencyRecord, connection: sqlite3.Connection
) -> DuplicateKeyError | None:
    """Keep an answer by itself; the error where its key is in use."""
    if _taken_keys(connection, {_key(record): record}):
        return _duplicate()
    _add_keys(connection, [record])
    return None


def _write_keys(connection: sqlite3.Connection, accepted: Sequence[_Accepted]) -> None:
    records = [record for _, record in _keyed([one.unit for one in accepted])]
    if records:
        _add_keys(connection, records)


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
    for credential, key, created in lookup(connection, _IDEMPOTENCY["taken"], list(wanted)):
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
