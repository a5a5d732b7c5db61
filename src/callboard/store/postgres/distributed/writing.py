"""Writing a transition where one statement cannot change several tables: a transaction of
statements that are each for one shard.

Theory: what the transition was worked out from is a condition of a statement, as in the one
statement of the other dialect, and the first one that does not hold undoes all. Statements run in
one order for all writers (the key of the request, the process, the rest), so two of them wait for
each other in one direction only. Rows of one table go in one round trip.

Invariant: a lost answer to a commit is looked up, never sent again blindly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from callboard.errors import ConflictError, UnavailableError
from callboard.ports.records import ProcessWrite
from callboard.ports.store import DuplicateKeyError, LostClaimError, StaleError
from callboard.store import idempotency, jobs, links, tasks
from callboard.store.postgres.database import Database, UncertainError, again, transacting
from callboard.store.postgres.distributed.changes import note
from callboard.store.postgres.writing import UNKNOWN, before, counted, is_written, resting, slot
from callboard.store.queries import queries
from callboard.store.units import ProcessUnit, process_unit

__all__ = ["put_answer", "write_process"]

_SQL: Final = queries("distributed", "writing")
_KEYS: Final = queries("distributed", "keys")
_CHAINS: Final = queries("postgres", "writing")


async def write_process(database: Database, write: ProcessWrite) -> None:
    """All of it or nothing. Raises `StaleError`, `DuplicateKeyError`, `LostClaimError`,
    `ConflictError`, `UnavailableError`.
    """
    unit = process_unit(write)

    async def run() -> None:
        async with database.connection() as connection, transacting(connection):
            await _write(connection, unit)

    try:
        await again(run)
    except asyncpg.ForeignKeyViolationError:
        text = f"The scenario {write.record.scenario} is not stored."
        raise ConflictError(text) from None
    except asyncpg.UniqueViolationError:
        text = f"The write of the process {write.record.id} contradicts what is stored."
        raise ConflictError(text) from None
    except UncertainError as error:
        if not await is_written(database, unit):
            raise UnavailableError(f"{error.message} {UNKNOWN}") from error


async def put_answer(connection: Any, values: Sequence[object]) -> None:
    """Keep a first answer. Raises `DuplicateKeyError`."""
    if await connection.fetchrow(_KEYS["put_answer"], *values) is None:
        raise DuplicateKeyError("The idempotency key has been used meanwhile.")
    await connection.execute(_KEYS["purge"], values[0], values[-1], values[1])


async def _write(connection: Any, unit: ProcessUnit) -> None:
    write = unit.write
    await _once(connection, write)
    await _process(connection, unit)
    await _done(connection, write)
    gained = await _tasks(connection, write)
    await _participants(connection, write)
    await _jobs(connection, write)
    process, at = write.record.id, write.record.updated
    await note(connection, process, at, write.record.version, write.change, gained)
    rows = [(*change[:3], slot(), change[3]) for change in counted(write)]
    await connection.executemany(_SQL["counted"], rows)
    if not resting(write).running:
        await connection.execute(_CHAINS["wake"], process, at)


async def _once(connection: Any, write: ProcessWrite) -> None:
    """What may be done once only, for a request or a notification."""
    record = write.idempotency
    if record is not None:
        values = (*idempotency.columns(record), idempotency.oldest(record.created))
        await put_answer(connection, values)
    if write.link is not None:
        status = await connection.execute(_SQL["linked"], *links.columns(write.link))
        if _none(status):
            raise DuplicateKeyError("It has been done for this notification already.")


async def _process(connection: Any, unit: ProcessUnit) -> None:
    """The process and its events."""
    write = unit.write
    key, created, version, head, updated, document = unit.process
    here = resting(write)
    values = (key, write.record.scenario, created, version, head, updated, *here[1:], document)
    if write.expected:
        status = await connection.execute(_SQL["step"], *values, write.expected, before(write))
    else:
        status = await connection.execute(_SQL["start"], *values)
    if _none(status):
        raise StaleError(f"The process {key} is not at version {write.expected} any more.")
    if write.replaces is not None:
        await connection.execute(_CHAINS["keep_chain"], key)
        await connection.execute(_CHAINS["remove_chain"], key)
    await connection.executemany(_SQL["append"], [(key, *row) for row in unit.events])


async def _done(connection: Any, write: ProcessWrite) -> None:
    """The job that this is for, and what came of the try."""
    claim, attempt = write.done, write.attempt
    if claim is not None:
        values: tuple[object, ...] = (claim.process, claim.id, claim.fence)
        query = _SQL["done"]
        if write.gives_up and attempt is not None:
            values += (attempt.at, attempt.outcome == "refused", attempt.number)
            query = _SQL["given_up"]
        if _none(await connection.execute(query, *values)):
            raise LostClaimError(f"The job {claim.id} is not this worker's any more.")
    if attempt is not None:
        _, job, *rest = jobs.attempt_columns(attempt)
        tries = await connection.fetchval(_SQL["tries"], write.record.id, job)
        await connection.execute(_SQL["tried"], write.record.id, job, tries + 1, *rest)


async def _tasks(connection: Any, write: ProcessWrite) -> str | None:
    """The tasks; what the change tells of them."""
    if write.tasks is None:
        return None
    process = write.record.id
    waited = frozenset(row[0] for row in await connection.fetch(_SQL["waited"], process))
    waiting = frozenset(task.principal for task in write.tasks)
    if waited - waiting:
        await connection.execute(_SQL["tasks_gone"], process, sorted(waiting))
    rows = [(process, task.principal, *tasks.columns(task)) for task in write.tasks]
    await connection.executemany(_SQL["task_comes"], rows)
    return tasks.difference(waited, waiting)


async def _participants(connection: Any, write: ProcessWrite) -> None:
    if write.participants is not None:
        process, names = write.record.id, sorted(write.participants)
        await connection.execute(_SQL["participants_gone"], process, names)
        rows = [(name, write.record.created, process) for name in names]
        await connection.executemany(_SQL["participant_comes"], rows)


async def _jobs(connection: Any, write: ProcessWrite) -> None:
    process = write.record.id
    if write.drops_jobs:
        keys = [job.id for job in write.jobs]
        done = None if write.done is None else write.done.id
        await connection.execute(_SQL["jobs_gone"], process, keys, done)
    rows = [(process, *row[:-1], row[-1] or "") for row in map(jobs.columns, write.jobs)]
    await connection.executemany(_SQL["job_comes"], rows)


def _none(status: str) -> bool:
    return status.endswith(" 0")
