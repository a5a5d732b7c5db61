"""What operators do (specification: api, section 3, "Operators").

Theory: an operator acts on a process from outside of its scenario, with the privilege
`process:super`. What it does is written like a step: worked out from what was read, stored in one
write that the version read guards, and done again when somebody else was faster.

Invariants: who did it, when and why is kept with what was done. Log lines name the process and who
did it, never the reason: it may be about a person.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from callboard.core.process import cancel
from callboard.engine import access
from callboard.engine.admin_commands import (
    CancelCommand,
    ChainView,
    Changed,
    EraseCommand,
    MigrateCommand,
    MigratedPage,
    Overview,
)
from callboard.engine.cache import Face
from callboard.engine.chains import checked
from callboard.engine.config import EngineConfig
from callboard.engine.erasing import Erasing
from callboard.engine.migrating import Migrating
from callboard.engine.reading import Reading, Seen
from callboard.engine.retry import Turns, matches, retried
from callboard.engine.subjects import Subjects
from callboard.engine.times import to_text
from callboard.engine.transition import stepped
from callboard.engine.workload import Workload
from callboard.errors import ConflictError, PreconditionError
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.jobs import JobKind
from callboard.ports.links import LinkRecord
from callboard.ports.records import (
    ProcessRecord,
    StorageFigures,
    Tombstone,
)
from callboard.ports.store import Store

KINDS: Final[tuple[JobKind, ...]] = ("timer", "notify")
COUNTED: Final = 10_000
"""Nobody counts more jobs of a kind than this."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Admin:
    """The use cases of operators."""

    store: Store
    clock: Clock
    config: EngineConfig
    turns: Turns
    workload: Workload
    reading: Reading
    migrating: Migrating
    erasing: Erasing

    @property
    def subjects(self) -> Subjects:
        """What is done to all processes of somebody."""
        return Subjects(self.store, self.erasing)

    async def cancel(self, caller: Caller, command: CancelCommand) -> Changed:
        """End a process now; one that was cancelled already stays as it is.

        Raises NotFoundError; ConflictError when it has ended by itself; PreconditionError when it
        is not as `if_match` says.
        """
        access.require(caller, "process:super")
        async with self.turns.of(command.process.lower()):
            return await retried(self.config.attempts, partial(self._cancel, caller, command))

    async def _cancel(self, caller: Caller, command: CancelCommand) -> Changed:
        record, scenario, _ = seen = await self.reading.visible(caller, command.process)
        if not matches(command.if_match, record.head):
            raise PreconditionError("The process has moved on since you saw it.")
        process = record.document
        if scenario.keeps_events:
            process = await self.reading.with_events(record)
        outcome = await self.workload.do(
            scenario.id,
            partial(cancel, scenario, process),
            reason=command.reason,
            by=access.signature(caller),
            at=max(to_text(self.clock.now()), record.updated),
            head=record.head,
        )
        if outcome is None:
            await self._check_cancelled(seen)
            return Changed(record.id, record.head, record.updated)
        write = stepped(scenario, record, outcome)
        await self.store.write_process(write)
        _log.info("process cancelled", extra=_facts(caller, record.id))
        return Changed(record.id, write.record.head, write.record.updated)

    async def migrate(self, caller: Caller, command: MigrateCommand) -> MigratedPage:
        """Carry processes over to another scenario; see `Migrating.page`."""
        return await self.migrating.page(caller, command)

    async def erase(self, caller: Caller, command: EraseCommand) -> Tombstone:
        """Leave nothing of a process but a tombstone; see `Erasing.erase`."""
        return await self.erasing.erase(caller, command)

    async def look(self, caller: Caller, process_id: str) -> ProcessRecord | Tombstone:
        """A process as operators look at it, or what is left of it. Raises NotFoundError."""
        access.require(caller, "process:super")
        stone = await self.reading.tombstone(process_id)
        return stone or (await self.reading.visible(caller, process_id)).record

    async def origin(self, caller: Caller, process_id: str) -> LinkRecord | None:
        """Which process had this one started, if one had; also of one that was erased."""
        access.require(caller, "process:super")
        return await self.store.links.started(process_id.lower())

    async def overview(self, caller: Caller) -> Overview:
        """How many processes are in which state, and what is to be done later."""
        access.require(caller, "process:super")
        counts = await self.store.counts()
        faces: dict[str, Face] = {}
        for count in counts:
            scenario = count.at.scenario
            faces[scenario] = faces.get(scenario) or await self.reading.cache.face(scenario)
        pending: dict[str, int] = {
            kind: await self.store.pending_jobs(kind, COUNTED) for kind in KINDS
        }
        return Overview(counts, faces, pending)

    async def storage(self, caller: Caller) -> StorageFigures:
        """How large the database is."""
        access.require(caller, "process:super")
        return await self.store.storage()

    async def chains(self, caller: Caller, process_id: str) -> Sequence[ChainView]:
        """The chains that a process had and the one that it has, the oldest first, each checked: it
        holds when its hashes and links do, its first event names the head of the one before, and
        the events of that come first in it.
        """
        access.require(caller, "process:super")
        stone = await self.reading.tombstone(process_id)
        if stone is not None:
            return checked(stone.chains)
        record, _, _ = await self.reading.visible(caller, process_id)
        events = await self.store.get_events(record.id, record.version)
        chains = [*await self.store.old_chains(record.id), [item.event for item in events]]
        return await asyncio.to_thread(checked, chains)

    async def _check_cancelled(self, seen: Seen) -> None:
        """Raise ConflictError where a process has come to its own end."""
        events = await self.store.get_events(seen.record.id, seen.record.version)
        if not any("cancel" in item.event for item in events):
            raise ConflictError("The process has ended already.", code="ended")


def _facts(caller: Caller, process_id: str) -> dict[str, str]:
    return {"process_id": process_id, "by": access.signature(caller)}
