"""Jobs on PostgreSQL: taking them, letting go of them, and what came of it.

Theory: several nodes take from the same table, and none waits for another: rows that somebody takes
at the same moment are passed over. Who holds a job, and how long, is by the database's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from callboard.core.values import JsonObject
from callboard.ports.jobs import AttemptRecord, FailedJob, HeldJob, JobClaim, JobKind
from callboard.store import jobs
from callboard.store.postgres.database import Database
from callboard.store.queries import queries
from callboard.store.text import to_text

_JOBS: Final = queries("postgres", "jobs")


class PostgresJobs:
    """The jobs of `ports.store`."""

    def __init__(self, database: Database, written: Callable[[], None]) -> None:
        """`written` is called after what may make another job due."""
        self._database = database
        self._written = written

    async def claim(
        self, kind: JobKind, service: str | None, now: str, seconds: float, limit: int
    ) -> Sequence[HeldJob]:
        """Take those that are due and that nobody holds, the earliest first."""

        async def take(connection: Any) -> list[Any]:
            values = (kind, service or "", now, seconds, limit)
            return [tuple(row) for row in await connection.fetch(_JOBS["claim"], *values)]

        rows = await self._database.transaction(take)
        rows.sort(key=lambda row: (row[jobs.DUE], row[4]))
        return [jobs.held(row) for row in rows]

    async def next_due(self, kind: JobKind, service: str | None) -> str | None:
        """When the earliest is due that nobody holds."""
        row = await self._database.row(_JOBS["next"], kind, service or "")
        return row[0] if row else None

    async def services(self) -> Sequence[str]:
        """The services for which something waits."""
        return [row[0] for row in await self._database.fetch(_JOBS["services"])]

    async def put_off(
        self, claim: JobClaim, due: str, payload: JsonObject, attempt: AttemptRecord | None = None
    ) -> bool:
        """Let go of a job, which is now due at that time."""
        number = 0 if attempt is None else attempt.number
        values = (due, to_text(payload), number, claim.id, claim.fence)
        return await self._settle(_JOBS["put_off"], values, attempt, (_JOBS["follow"], claim.id))

    async def let_go(self, claims: Sequence[JobClaim]) -> None:
        """Hand jobs back as they were taken."""
        ids, fences = [claim.id for claim in claims], [claim.fence for claim in claims]
        await self._database.execute(_JOBS["let_go"], ids, fences)
        self._written()

    async def finish(self, claim: JobClaim, attempt: AttemptRecord | None = None) -> bool:
        """Remove a job that is done, or has come to nothing."""
        return await self._settle(_JOBS["finish"], (claim.id, claim.fence), attempt)

    async def give_up(self, claim: JobClaim, at: str, attempt: AttemptRecord) -> bool:
        """Keep a job as failed."""
        refused = attempt.outcome == "refused"
        values = (at, attempt.number, refused, claim.id, claim.fence)
        return await self._settle(_JOBS["give_up"], values, attempt)

    async def await_end(
        self, claim: JobClaim, process_id: str, payload: JsonObject, attempt: AttemptRecord
    ) -> bool:
        """Let go of a job, which is due when another process has ended."""

        async def wait(connection: Any) -> bool:
            waits = False
            if await connection.fetchval(_JOBS["running"], process_id):
                values = (process_id, to_text(payload), claim.id, claim.fence)
                status: str = await connection.execute(_JOBS["await_end"], *values)
                waits = not status.endswith(" 0")
            if waits:
                await connection.execute(_JOBS["attempt"], *jobs.attempt_columns(attempt))
            return waits

        return await self._database.transaction(wait)

    async def find(self, job: str) -> HeldJob | None:
        """A notification by its id, with the claim of whoever took it last."""
        row = await self._database.row(_JOBS["find"], job)
        return None if row is None else jobs.held(tuple(row))

    async def note(self, attempt: AttemptRecord) -> None:
        """Keep what came of a try."""
        await self._database.execute(_JOBS["attempt"], *jobs.attempt_columns(attempt))

    async def tries(self, job: str) -> Sequence[AttemptRecord]:
        """All tries of one notification, in order."""
        return [AttemptRecord(*row) for row in await self._database.fetch(_JOBS["tries"], job)]

    async def failed(self, service: str | None, limit: int) -> Sequence[FailedJob]:
        """Those that were given up, the newest first."""
        rows = await self._database.fetch(_JOBS["failed"], service, limit)
        return [jobs.failed(tuple(row)) for row in rows]

    async def given_up(self) -> Mapping[str, int]:
        """How many were given up, by service; of 10,000 at most."""
        return {row[0]: row[1] for row in await self._database.fetch(_JOBS["given_up"])}

    async def retry(self, job: str | None, service: str | None, now: str, limit: int) -> int:
        """Let failed jobs be tried again, as if for the first time."""
        count = await self._database.execute(_JOBS["retry"], job, service, now, limit)
        self._written()
        return count

    async def attempts(self, process_id: str) -> Sequence[AttemptRecord]:
        """All tries to notify anybody of a process, in order."""
        rows = await self._database.fetch(_JOBS["attempts_of"], process_id)
        return [AttemptRecord(*row) for row in rows]

    async def free(self) -> None:
        """Nothing: other nodes hold what they hold, and what a dead one held ends by itself."""

    async def _settle(
        self,
        query: str,
        values: tuple[object, ...],
        attempt: AttemptRecord | None,
        then: tuple[str, str] | None = None,
    ) -> bool:
        """A statement about a job that is held, and one that follows from it; whether the claim
        held. What was tried is kept also where it did not.
        """

        async def settle(connection: Any) -> bool:
            status: str = await connection.execute(query, *values)
            held = not status.endswith(" 0")
            if held and then is not None:
                await connection.execute(*then)
            if attempt is not None:
                await connection.execute(_JOBS["attempt"], *jobs.attempt_columns(attempt))
            return held

        held = await self._database.transaction(settle)
        self._written()
        return held
