"""Jobs where rows of many shards cannot be locked.

Theory: candidates are read without a lock, and each is taken in its shard if its fence is what was
read; of two who read it one takes it. More are read than are wanted, and
whoever comes second goes on somewhere else, so that not all nodes try the same.

Who waits for the end of a process says so first, by itself, and lets go of the job only then, while
it holds the row of that process: whoever ends it finds the one or the other. A node that dies in
between still holds the job, so it comes back when that has run out.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

from callboard.core.values import JsonObject
from callboard.ports.jobs import AttemptRecord, HeldJob, JobClaim, JobKind
from callboard.store import jobs
from callboard.store.postgres.claims import PostgresJobs
from callboard.store.queries import queries
from callboard.store.text import to_text

__all__ = ["DistributedJobs"]

_SQL: Final = queries("distributed", "jobs")
_JOBS: Final = queries("postgres", "jobs")
SPARE: Final = 3
"""How many times as many are read as are wanted."""


class DistributedJobs(PostgresJobs):
    """What is done otherwise."""

    async def claim(
        self, kind: JobKind, service: str | None, now: str, seconds: float, limit: int
    ) -> Sequence[HeldJob]:
        """Take those that are due and that nobody holds, about the earliest first."""
        values = (kind, service or "", now, limit * SPARE)
        found = list(await self._database.fetch(_SQL["due"], *values))
        rows: list[tuple[Any, ...]] = []
        while found and len(rows) < limit:
            process, key, fence = found.pop(0)
            row = await self._database.row(_SQL["claim"], process, key, fence, seconds, now)
            if row is not None:
                rows.append(tuple(row))
            else:
                random.shuffle(found)
        rows.sort(key=lambda row: (row[jobs.DUE], row[4]))
        return [jobs.held(row) for row in rows]

    async def services(self) -> Sequence[str]:
        """The services for which something waits."""
        return [row[0] for row in await self._database.fetch(_SQL["services"])]

    async def put_off(
        self, claim: JobClaim, due: str, payload: JsonObject, attempt: AttemptRecord | None = None
    ) -> bool:
        """Let go of a job, which is now due at that time."""
        number = 0 if attempt is None else attempt.number
        values = (due, to_text(payload), number, claim.id, claim.fence, claim.process)

        async def settle(connection: Any) -> bool:
            held = _did(await connection.execute(_SQL["put_off"], *values))
            if held:
                rows = await connection.fetch(_SQL["following"], claim.id, claim.process)
                follow = [(claim.process, key, then) for key, then in rows]
                await connection.executemany(_SQL["follow"], follow)
            await _tried(connection, attempt)
            return held

        held = await self._database.transaction(settle)
        self._written()
        return held

    async def let_go(self, claims: Sequence[JobClaim]) -> None:
        """Hand jobs back as they were taken."""
        for claim in claims:
            values = (claim.process, claim.id, claim.fence)
            await self._database.execute(_SQL["let_go"], *values)
        self._written()

    async def finish(self, claim: JobClaim, attempt: AttemptRecord | None = None) -> bool:
        """Remove a job that is done, or has come to nothing."""
        values = (claim.id, claim.fence, claim.process)
        return await self._settle(_SQL["finish"], values, attempt)

    async def give_up(self, claim: JobClaim, at: str, attempt: AttemptRecord) -> bool:
        """Keep a job as failed."""
        refused = attempt.outcome == "refused"
        values = (at, attempt.number, refused, claim.id, claim.fence, claim.process)
        return await self._settle(_SQL["give_up"], values, attempt)

    async def await_end(
        self, claim: JobClaim, process_id: str, payload: JsonObject, attempt: AttemptRecord
    ) -> bool:
        """Let go of a job, which is due when another process has ended."""
        key = (claim.process, claim.id, claim.fence)
        if not await self._database.execute(_SQL["await"], process_id, *key):
            return False

        async def wait(connection: Any) -> bool:
            if not await connection.fetchval(_JOBS["running"], process_id):
                await connection.execute(_SQL["await_not"], process_id, *key)
                return False
            values = (process_id, to_text(payload), *key)
            waits = _did(await connection.execute(_SQL["await_end"], *values))
            await _tried(connection, attempt if waits else None)
            return waits

        return await self._database.transaction(wait)

    async def retry(self, job: str | None, service: str | None, now: str, limit: int) -> int:
        """Let failed jobs be tried again, as if for the first time."""
        count = 0
        for process, key in await self._database.fetch(_SQL["given_up_of"], job, service, limit):
            count += await self._database.execute(_SQL["retry"], process, key, now)
        self._written()
        return count


async def _tried(connection: Any, attempt: AttemptRecord | None) -> None:
    if attempt is not None:
        await connection.execute(_JOBS["attempt"], *jobs.attempt_columns(attempt))


def _did(status: str) -> bool:
    return not status.endswith(" 0")
