"""Erasing a process on PostgreSQL: nothing of what it held is left in any table.

Theory: rows that were deleted or changed stay in the files until they are vacuumed, and in the log
until it is recycled; `forget` vacuums. The bytes of a vacuumed row are free to be written over; for
files and backups the operator's own means of erasure hold (docs: data protection).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from callboard.ports.records import Erasure
from callboard.ports.store import StaleError
from callboard.store import tombstones
from callboard.store.postgres.database import Database, told
from callboard.store.postgres.writing import slot
from callboard.store.queries import queries
from callboard.store.text import from_text, to_text

__all__ = ["erase", "forget"]

_SQL: Final = queries("postgres", "tombstones")
_WAKE: Final = queries("postgres", "writing")["wake"]
_CLEAR: Final = (
    _SQL["clear_jobs"],
    _SQL["clear_attempts"],
    _SQL["clear_tasks"],
    _SQL["clear_participants"],
    _SQL["clear_events"],
    _SQL["clear_old_events"],
    _SQL["clear_checkpoints"],
    _SQL["clear_process"],
)
_VACUUM: Final = (
    "VACUUM processes, events, old_events, participants, tasks, jobs, attempts, changes,"
    " idempotency, checkpoints"
)


async def erase(
    database: Database, erasure: Erasure, tell: Callable[[Any, Erasure, int], Awaitable[None]]
) -> None:
    """Leave a tombstone in place of a process, and `tell` of it. Raises `StaleError` where it is
    another now.
    """

    async def run(connection: Any) -> None:
        found = await connection.fetchrow(_SQL["lock"], erasure.process)
        if found is None or found[0] != erasure.head:
            raise StaleError(f"The process {erasure.process} is not as it was read.")
        _, version, *place = found
        rows = await connection.fetch(_SQL["events"], erasure.process)
        events = [(chain, from_text(text)) for chain, text in rows]
        chains = to_text(tombstones.links(events))
        told = (erasure.at, erasure.by, erasure.reason, chains)
        await connection.execute(_SQL["put"], erasure.process, *told)
        for statement in _CLEAR:
            await connection.execute(statement, erasure.process)
        await tell(connection, erasure, version)
        await connection.execute(_SQL["clear_changes"], erasure.process)
        await connection.execute(_SQL["clear_answers"], erasure.process)
        await connection.execute(_SQL["count_less"], *place, slot())
        await connection.execute(_WAKE, erasure.process, erasure.at)

    await database.transaction(run)


async def forget(database: Database) -> None:
    """Free the rows that were erased."""
    connection = await database.connect()
    try:
        with told():
            await connection.execute(_VACUUM)
    finally:
        connection.terminate()
