"""Writing a transition: one statement, all or nothing.

Theory: what a transition was worked out from is in the statement: the version and the head of the
process, the claim to the job that it does, the idempotency key that nobody else may have used. The
statement changes the process only where these hold, all else hangs on that, and it fails as a whole
where one of them did not. No lock is held while anybody computes, and there is one round trip.

Invariant: a lost answer to a commit is looked up, never sent again blindly: the head of a chain is
there or it is not.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, Final

import asyncpg

from callboard.errors import CallboardError, ConflictError, UnavailableError
from callboard.ports.records import IdempotencyRecord, ProcessWrite, Resting
from callboard.ports.store import DuplicateKeyError, LostClaimError, StaleError
from callboard.store import idempotency, jobs, links
from callboard.store.postgres.database import Database, UncertainError, again, transacting
from callboard.store.queries import queries
from callboard.store.units import ProcessUnit, process_unit

__all__ = [
    "SLOTS",
    "STATEMENTS",
    "UNKNOWN",
    "before",
    "counted",
    "is_written",
    "resting",
    "slot",
    "write_process",
]

_SQL: Final = queries("postgres", "writing")
_JOINED: Final = {
    (kind, size): "\n".join([_SQL[kind], _SQL["always"], _SQL[size]])
    for kind in ("start", "step")
    for size in ("little", "much")
}
STATEMENTS: Final = tuple(_JOINED.values())
"""The statements that are joined from parts. Each part costs whether or not it finds something to
do, so a step that needs few of them is another statement."""

UNKNOWN: Final = "Whether this was done is not known: look before you do it again."
LOOK_AGAIN: Final = 0.1
"""How long to wait between two looks, in seconds."""

SLOTS: Final = 64
"""Counters of one place, so that writers need not wait for each other."""


def slot() -> int:
    """A counter that is rarely another writer's at the same time."""
    return os.urandom(1)[0] % SLOTS


async def write_process(database: Database, offset: int, write: ProcessWrite) -> None:
    """All of it or nothing. Raises `StaleError`, `DuplicateKeyError`, `LostClaimError`,
    `ConflictError`, `UnavailableError`.
    """
    unit = process_unit(write)
    is_little = _is_little(write)
    values = _values(unit, offset) if is_little else (*_values(unit, offset), *_more(write))
    kind, size = "step" if write.expected else "start", "little" if is_little else "much"
    try:
        with database.committing():
            await again(lambda: _write(database, write, _JOINED[kind, size], values))
    except asyncpg.DivisionByZeroError:
        raise await _why(database, write) from None
    except asyncpg.ForeignKeyViolationError:
        text = f"The scenario {write.record.scenario} is not stored."
        raise ConflictError(text) from None
    except asyncpg.UniqueViolationError:
        raise await _why(database, write) from None
    except UncertainError as error:
        if not await is_written(database, unit):
            raise UnavailableError(f"{error.message} {UNKNOWN}") from error


async def _write(
    database: Database, write: ProcessWrite, statement: str, values: tuple[object, ...]
) -> None:
    runs = resting(write).running
    async with database.connection() as connection:
        if write.replaces is None and runs:
            await connection.fetchval(statement, *values)
            return
        async with transacting(connection):
            if write.replaces is not None:
                await connection.execute(_SQL["keep_chain"], write.record.id)
                await connection.execute(_SQL["remove_chain"], write.record.id)
            await connection.fetchval(statement, *values)
            if not runs:  # By itself: it sees who began to wait before the end could be written.
                await connection.execute(_SQL["wake"], write.record.id, write.record.updated)


def _values(unit: ProcessUnit, offset: int) -> tuple[object, ...]:
    """The parameters of the statement, in order."""
    write = unit.write
    key, created, version, head, updated, document = unit.process
    here = resting(write)
    scenario = write.record.scenario
    return (
        *(key, write.expected, before(write), scenario, created, version, head, updated),
        *(here.state, here.running, document),
        *_columns(unit.events, 4),
        *(offset, write.change),
        *_tasks(write),
        None if write.participants is None else sorted(write.participants),
        write.drops_jobs,
        *(slot(), *_columns(counted(write), 4)),
    )


def _is_little(write: ProcessWrite) -> bool:
    """Whether there is nothing for which `_more` would have values."""
    others = (write.done, write.attempt, write.idempotency, write.link)
    return not write.jobs and all(other is None for other in others)


def _more(write: ProcessWrite) -> tuple[object, ...]:
    """The parameters that follow where there is much to do."""
    return (
        *((None, None) if write.done is None else (write.done.id, write.done.fence)),
        *_columns([(*row[:-1], row[-1] or "") for row in map(jobs.columns, write.jobs)], 6),
        *((None,) * 6 if write.attempt is None else jobs.attempt_columns(write.attempt)[1:]),
        *_answer(write.idempotency),
        write.gives_up,
        *((None,) * 9 if write.link is None else links.columns(write.link)),
        0 if write.attempt is None else write.attempt.number,
    )


def _columns(rows: Any, width: int) -> list[list[Any]]:
    """Rows as columns, also where there is no row."""
    return [[row[at] for row in rows] for at in range(width)]


def before(write: ProcessWrite) -> object:
    """The head that a write follows."""
    if not write.expected:
        return None
    if write.replaces is not None:
        return write.replaces
    return write.events[0].event.get("previous")


def _tasks(write: ProcessWrite) -> list[list[Any]] | tuple[None, ...]:
    if write.tasks is None:
        return (None, None, None)
    return _columns([(task.principal, task.since, task.due) for task in write.tasks], 3)


def resting(write: ProcessWrite) -> Resting:
    """Where a write leaves its process."""
    document: Any = write.record.document
    state = document["current"]["key"]
    return Resting(write.record.scenario, state, bool(document.get("isRunning", True)))


def counted(write: ProcessWrite) -> list[tuple[str, str, bool, int]]:
    """The counters that change, in an order that is the same for all writers."""
    changes: list[tuple[str, str, bool, int]] = []
    if write.left is not None or not write.expected:
        changes.append((*resting(write), 1))
        if write.left is not None:
            changes.append((*write.left, -1))
    if len(changes) == 2 and changes[0][:3] == changes[1][:3]:
        changes = []
    return sorted(changes)


def _answer(record: IdempotencyRecord | None) -> tuple[object, ...]:
    if record is None:
        return (None,) * 8
    return (*idempotency.columns(record), idempotency.oldest(record.created))


async def _why(database: Database, write: ProcessWrite) -> CallboardError:
    """What forbade a write. The key goes first: it leads to the first answer."""
    claim, answer, link = write.done, write.idempotency, write.link
    values = (
        *(write.record.id, claim and claim.id, claim and claim.fence),
        *(answer and answer.credential, answer and answer.key, link and link.job),
    )
    version, head, is_held, used, is_linked = await database.row(_SQL["why"], *values)
    if answer is not None and used is not None and used > idempotency.oldest(answer.created):
        return DuplicateKeyError("The idempotency key has been used meanwhile.")
    if is_linked:
        return DuplicateKeyError("It has been done for this notification already.")
    process = write.record.id
    if (version or 0) != write.expected or head != before(write):
        return StaleError(f"The process {process} is not at version {write.expected} any more.")
    if claim is not None and not is_held:
        return LostClaimError(f"The job {claim.id} is not this worker's any more.")
    return ConflictError(f"The write of the process {process} contradicts what is stored.")


async def is_written(database: Database, unit: ProcessUnit) -> bool:
    """Whether a write whose answer was lost has been done, and is safe. False where it has not, or
    nobody can tell in time.
    """
    loop = asyncio.get_running_loop()
    seconds = database.config.connect_seconds
    end = loop.time() + seconds
    while True:
        try:
            return await _look_up(database, unit, seconds)
        except UnavailableError:
            if loop.time() >= end:
                return False
            await asyncio.sleep(LOOK_AGAIN)


async def _look_up(database: Database, unit: ProcessUnit, seconds: float) -> bool:
    record, (seq, _, text, *_) = unit.write.record, unit.events[-1]
    found = await database.row(_SQL["look_up"], record.id, seconds=seconds)
    if found is None or found[0] < record.version:
        return False
    if found[1] == record.head:
        return True
    # Others went on since, from this event or from another one.
    event = await database.row(_SQL["event"], record.id, seq, seconds=seconds)
    return event is not None and event[0] == text
