"""Carrying processes over to another scenario (specification: api, section 3; process, "Replay,
migrate, verify").

Theory: a migration rewrites the chain as if the process had always run the other scenario, and
replays it; where an event does not fit, the process stays what it was, and the answer says which
event and why. The first event of the new chain names the scenario and the head of the one before,
so its hash covers where it came from; the old chain is kept. Each process is a transaction of its
own, so a large set is done page by page, and whatever comes between hurts one process at most.

Invariants: without a word to the contrary nothing is changed (a dry run), and only running
processes are looked at. Times stay: a timer of the new scenario counts from when the state was
entered. A service hears of a state once: what it was told by the old chain it is not told again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, cast

from callboard.core.process import Outcome, retrace, rewrite
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import SERVICE
from callboard.core.values import Json, JsonObject
from callboard.engine import access
from callboard.engine.access import Document
from callboard.engine.admin_commands import MigrateCommand, Migrated, MigratedPage
from callboard.engine.cache import ScenarioCache
from callboard.engine.config import EngineConfig
from callboard.engine.idempotency import reason_of
from callboard.engine.identifiers import uuid_of
from callboard.engine.reading import Reading, Seen
from callboard.engine.retry import Turns, retried
from callboard.engine.startable import startable
from callboard.engine.times import to_text
from callboard.engine.transition import rewritten
from callboard.engine.workload import Workload
from callboard.errors import (
    CallboardError,
    ChainError,
    ConflictError,
    EvaluationError,
    InvalidError,
    NotFoundError,
    Reason,
    RequestError,
    StartRefusedError,
    StateUnknownError,
)
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.jobs import JobRecord
from callboard.ports.records import (
    ProcessRecord,
    ProcessWrite,
)
from callboard.ports.store import Place, Store

_log: Final = logging.getLogger(__name__)
_UNFIT: Final = (ChainError, ConflictError, InvalidError, NotFoundError)
"""What concerns one process only, and is told as its result."""


@dataclass(frozen=True, slots=True)
class Migrating:
    """The migration of one process, of some, or of all of a scenario."""

    store: Store
    cache: ScenarioCache
    clock: Clock
    config: EngineConfig
    turns: Turns
    workload: Workload
    reading: Reading

    async def page(self, caller: Caller, command: MigrateCommand) -> MigratedPage:
        """A page of a scenario's processes, or those that the command names, each with its own
        result. Raises NotFoundError for an unknown scenario, InvalidError for an unknown or
        disabled one to go to.
        """
        access.require(caller, "process:super")
        target = await startable(self.store, self.cache, command.to)
        found, following = await self._found(command)
        results = [await self._one(caller, target, name, command) for name in found]
        return MigratedPage(target.id, results, following)

    async def _found(self, command: MigrateCommand) -> tuple[Sequence[str], Place | None]:
        if command.processes is not None:
            return command.processes, None
        identity = uuid_of(command.scenario or "")
        if identity is None or await self.store.get_scenario(identity) is None:
            raise NotFoundError("There is no such scenario.")
        page = await self.store.processes_of(identity, command.after, command.limit)
        names = [record.id for _, record in page if command.ended or record.document["isRunning"]]
        return names, page[-1][0] if len(page) == command.limit else None

    async def _one(
        self, caller: Caller, target: Scenario, name: str, command: MigrateCommand
    ) -> Migrated:
        try:
            async with self.turns.of(name.lower()):
                attempt = partial(self._try, caller, target, name, command)
                return await retried(self.config.attempts, attempt)
        except _UNFIT as error:
            return Migrated(name, reasons=(_reason(error),))

    async def _try(
        self, caller: Caller, target: Scenario, name: str, command: MigrateCommand
    ) -> Migrated:
        seen = await self.reading.visible(caller, name)
        record = seen.record
        self._check(record, target, command)
        came: JsonObject = {"scenario": record.scenario, "head": record.head}
        if not command.dry_run:
            at = max(to_text(self.clock.now()), record.updated)
            came |= {"timestamp": at, "by": access.signature(caller), "reason": command.reason}
        events = await self.store.get_events(record.id, record.version)
        chain = [item.event for item in events]
        work = partial(_work_out, target, record, chain, came)
        write = await self.workload.do_parts(target.id, len(chain), work)
        state = str(_current(write.record)["key"])
        if command.dry_run:
            return Migrated(record.id, fits=True, state=state)
        pending = await self.store.get_jobs(record.id)
        await self.store.write_process(_told_once(seen, write, pending))
        _log.info(
            "process migrated",
            extra={"process_id": record.id, "to": target.id, "by": access.signature(caller)},
        )
        return Migrated(record.id, fits=True, state=state, head=write.record.head)

    def _check(self, record: ProcessRecord, target: Scenario, command: MigrateCommand) -> None:
        if command.scenario is not None and record.scenario != uuid_of(command.scenario):
            raise ConflictError("The process is of another scenario.", code="other-scenario")
        if record.scenario == target.id:
            raise ConflictError("The process has this scenario already.", code="same-scenario")
        if not (command.ended or record.document["isRunning"]):
            raise ConflictError("The process has ended.", code="ended")


def _work_out(
    target: Scenario, record: ProcessRecord, chain: Sequence[JsonObject], came: JsonObject
) -> ProcessWrite:
    """The write that replaces the chain of a process."""
    outcomes = list(_retraced(target, rewrite(target, chain, migrated=came)))
    return rewritten(target, record, outcomes)


def _retraced(target: Scenario, chain: Sequence[JsonObject]) -> Iterator[Outcome]:
    """As `retrace`; every error says at which event."""
    index = 0
    try:
        for outcome in retrace(target, chain):
            yield outcome
            index += 1
    except StartRefusedError as error:
        raise ChainError(error.code, error.message, event=0, reasons=error.reasons) from error
    except EvaluationError as error:
        reasons = (reason_of(error),)
        raise ChainError(error.code, error.message, event=index, reasons=reasons) from error
    except StateUnknownError as error:
        raise ChainError(error.code, error.message, event=index) from error


def _reason(error: CallboardError) -> Reason:
    """Why a process does not fit: the code, and the event that does not."""
    if isinstance(error, ChainError):
        details: dict[str, object] = {"event": error.event}
        if error.reasons:
            details["errors"] = [reason.as_json() for reason in error.reasons]
        return Reason(error.reason, error.message, details=details)
    code = error.problem if isinstance(error, RequestError) else error.code
    return Reason(code, error.message)


def _current(record: ProcessRecord) -> Document:
    return cast("Document", record.document["current"])


def _told_once(seen: Seen, write: ProcessWrite, pending: Sequence[JobRecord]) -> ProcessWrite:
    """The write without the notifications that the old chain has sent already. One that is still to
    be sent, or whose answer is waited for, keeps its id: so it is known as the same.
    """
    current = _current(seen.record)
    if current["key"] != _current(write.record)["key"]:
        return write
    told = {item.service for item in seen.scenario.states[current["key"]].notify}
    told |= {key.removeprefix(SERVICE) for action in current["actions"] for key in action["actor"]}
    waiting = {_entry(job): job.id for job in pending if job.kind == "notify"}
    told -= {str(service) for service, _ in waiting}
    kept = (job for job in write.jobs if job.kind != "notify" or job.service not in told)
    return replace(
        write, jobs=tuple(replace(job, id=waiting.get(_entry(job), job.id)) for job in kept)
    )


def _entry(job: JobRecord) -> tuple[str | None, Json]:
    """Which notification of a state a job is; of a timer nothing that is one."""
    return job.service, job.payload.get("entry")
