"""What operators see of notifications: those that were given up, and every try of a process."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from callboard.engine import access
from callboard.engine.identifiers import uuid_of
from callboard.engine.reading import Reading
from callboard.engine.times import to_text
from callboard.errors import NotFoundError
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.jobs import AttemptRecord, FailedJob
from callboard.ports.store import Store

MOST: Final = 1_000
"""So many are tried again by one call."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notifications:
    """The use cases about notifications."""

    store: Store
    clock: Clock
    reading: Reading

    async def failed(self, caller: Caller, service: str | None, limit: int) -> Sequence[FailedJob]:
        """Those that were given up, the newest first."""
        access.require(caller, "process:super")
        return await self.store.jobs.failed(service, limit)

    async def retry(self, caller: Caller, service: str | None) -> int:
        """Try again those of a service, or all; how many, `MOST` at most."""
        access.require(caller, "process:super")
        count = await self.store.jobs.retry(None, service, self._now(), MOST)
        facts = {"by": access.signature(caller), "service": service or "", "count": count}
        _log.info("notifications are tried again", extra=facts)
        return count

    async def retry_one(self, caller: Caller, job: str) -> None:
        """Try one again. Raises NotFoundError when it is not among those that were given up."""
        access.require(caller, "process:super")
        identity = uuid_of(job)
        if identity is None or not await self.store.jobs.retry(identity, None, self._now(), 1):
            raise NotFoundError("No notification of this id was given up.")
        facts = {"by": access.signature(caller), "job": identity}
        _log.info("a notification is tried again", extra=facts)

    async def attempts(self, caller: Caller, process_id: str) -> Sequence[AttemptRecord]:
        """Every try to notify anybody of a process, in order. Raises NotFoundError."""
        access.require(caller, "process:super")
        record, _, _ = await self.reading.visible(caller, process_id)
        return await self.store.jobs.attempts(record.id)

    def _now(self) -> str:
        return to_text(self.clock.now())
