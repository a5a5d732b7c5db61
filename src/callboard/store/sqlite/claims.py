"""Jobs of one SQLite file: taking them, letting go of them, and what came of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from callboard.core.values import JsonObject
from callboard.ports.jobs import AttemptRecord, FailedJob, HeldJob, JobClaim, JobKind
from callboard.store import jobs
from callboard.store.queries import queries
from callboard.store.sqlite.readers import Readers
from callboard.store.sqlite.units import CallUnit
from callboard.store.text import to_text

_JOBS: Final = queries("sqlite", "jobs")
_DAY: Final = 86_400.0


class SqliteJobs:
    """The jobs of `ports.store`, over a reader and the one writer."""

    def __init__(self, readers: Readers, submit: Callable[[CallUnit], asyncio.Future[Any]]) -> None:
        self._readers = readers
        self._submit = submit

    async def claim(
        self, kind: JobKind, service: str | None, now: str, seconds: float, limit: int
    ) -> Sequence[HeldJob]:
        """Take those that are due and that nobody holds, the earliest first."""
        values = (seconds / _DAY, kind, service, now, limit)
        rows = await self._write(lambda connection: _rows(connection, _JOBS["claim"], values))
        rows.sort(key=lambda row: (row[jobs.DUE], row[0]))
        return [jobs.held(row) for row in rows]

    async def next_due(self, kind: JobKind, service: str | None) -> str | None:
        """When the earliest is due that nobody holds."""
        row = self._readers.row(_JOBS["next"], (kind, service))
        return row[0] if row else None

    async def services(self) -> Sequence[str]:
        """The services for which something waits."""
        rows = self._readers.now(partial(_rows, query=_JOBS["services"], values=()))
        return [name for (name,) in rows]

    async def put_off(
        self, claim: JobClaim, due: str, payload: JsonObject, attempt: AttemptRecord | None = None
    ) -> bool:
        """Let go of a job, which is now due at that time."""
        number = 0 if attempt is None else attempt.number
        values = (due, to_text(payload), number, claim.id, claim.fence)
        return await self._settle(
            _JOBS["put_off"], values, attempt, then=(_JOBS["follow"], claim.id)
        )

    async def let_go(self, claims: Sequence[JobClaim]) -> None:
        """Hand jobs back as they were taken."""
        values = [(claim.id, claim.fence) for claim in claims]
        await self._write(
            lambda connection: connection.executemany(_JOBS["let_go"], values).rowcount
        )

    async def await_end(
        self, claim: JobClaim, process_id: str, payload: JsonObject, attempt: AttemptRecord
    ) -> bool:
        """Let go of a job, which is due when another process has ended."""
        values = (to_text(payload), claim.id, claim.fence, process_id)

        def wait(connection: sqlite3.Connection) -> bool:
            waits = connection.execute(_JOBS["await_end"], values).rowcount > 0
            if waits:
                note(connection, attempt)
            return waits

        waits: bool = await self._write(wait)
        return waits

    async def finish(self, claim: JobClaim, attempt: AttemptRecord | None = None) -> bool:
        """Remove a job that is done, or has come to nothing."""
        return await self._settle(_JOBS["finish"], (claim.id, claim.fence), attempt)

    async def give_up(self, claim: JobClaim, at: str, attempt: AttemptRecord) -> bool:
        """Keep a job as failed."""
        return await self._settle(_JOBS["give_up"], _given_up(claim, at, attempt), attempt)

    async def find(self, job: str) -> HeldJob | None:
        """A notification by its id, with the claim of whoever took it last."""
        row = self._readers.row(_JOBS["find"], (job,))
        return None if row is None else jobs.held(row)

    async def note(self, attempt: AttemptRecord) -> None:
        """Keep what came of a try."""
        await self._write(lambda connection: note(connection, attempt))

    async def failed(self, service: str | None, limit: int) -> Sequence[FailedJob]:
        """Those that were given up, the newest first."""
        query, values = _JOBS["failed"], (service, limit)
        rows = await self._readers.later(partial(_rows, query=query, values=values))
        return [jobs.failed(row) for row in rows]

    async def given_up(self) -> Mapping[str, int]:
        """How many were given up, by service; of 10,000 at most."""
        found = partial(_rows, query=_JOBS["given_up"], values=())
        return dict(await self._readers.later(found))

    async def retry(self, job: str | None, service: str | None, now: str, limit: int) -> int:
        """Let failed jobs be tried again, as if for the first time."""
        values = (job, service, now, limit)
        count: int = await self._write(
            lambda connection: connection.execute(_JOBS["retry"], values).rowcount
        )
        return count

    async def attempts(self, process_id: str) -> Sequence[AttemptRecord]:
        """All tries to notify anybody of a process, in order."""
        query, values = _JOBS["attempts_of"], (process_id,)
        rows = await self._readers.later(partial(_rows, query=query, values=values))
        return [AttemptRecord(*row) for row in rows]

    async def tries(self, job: str) -> Sequence[AttemptRecord]:
        """All tries of one notification, in order."""
        rows = self._readers.now(partial(_rows, query=_JOBS["tries"], values=(job,)))
        return [AttemptRecord(*row) for row in rows]

    async def free(self) -> None:
        """Nobody holds anything."""
        await self._write(lambda connection: connection.execute(_JOBS["free"]).rowcount)

    async def _settle(
        self,
        query: str,
        values: tuple[object, ...],
        attempt: AttemptRecord | None,
        then: tuple[str, str] | None = None,
    ) -> bool:
        """A statement about a job that is held, and one that follows from it; whether the claim
        held. What was tried is kept also where it did not: the state was left meanwhile, and
        somebody may look for it.
        """

        def settle(connection: sqlite3.Connection) -> bool:
            held = connection.execute(query, values).rowcount > 0
            if held and then is not None:
                connection.execute(then[0], then[1:])
            if attempt is not None:
                note(connection, attempt)
            return held

        held: bool = await self._write(settle)
        return held

    async def _write(self, run: Callable[[sqlite3.Connection], object]) -> Any:
        return await self._submit(CallUnit(run))


def finish(connection: sqlite3.Connection, claim: JobClaim) -> bool:
    """Remove a job that is done; whether the claim held."""
    return connection.execute(_JOBS["finish"], (claim.id, claim.fence)).rowcount > 0


def wake(connection: sqlite3.Connection, process: int, at: str) -> None:
    """What waited for a process (its row) is due: it is gone."""
    connection.execute(_JOBS["wake_at"], (at, process))


def give_up(connection: sqlite3.Connection, claim: JobClaim, attempt: AttemptRecord) -> bool:
    """Keep a job as failed; whether the claim held."""
    values = _given_up(claim, attempt.at, attempt)
    return connection.execute(_JOBS["give_up"], values).rowcount > 0


def _given_up(claim: JobClaim, at: str, attempt: AttemptRecord) -> tuple[object, ...]:
    return (at, attempt.number, attempt.outcome == "refused", claim.id, claim.fence)


def note(connection: sqlite3.Connection, attempt: AttemptRecord) -> None:
    """Keep what came of a try."""
    connection.execute(_JOBS["attempt"], jobs.attempt_columns(attempt))


def _rows(
    connection: sqlite3.Connection, query: str, values: tuple[object, ...]
) -> list[tuple[Any, ...]]:
    return connection.execute(query, values).fetchall()
