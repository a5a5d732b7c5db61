"""Doing what a service answered, at once or later (specification: services, details 4).

Theory: an answer is a step of the service in the state that it was told of. It is written together
with the end of the notification's job, and only while that job is there; so an answer counts once,
however often and whenever it comes.

Invariants: an answer changes nothing in a state that was left. One that cannot be used gives the
job up in the write of the step that was refused, so it is not refused twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Final, cast

from callboard.core.process import trigger
from callboard.core.scenario.names import SERVICE
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.commands import StepCommand
from callboard.engine.overtaken import note_refused
from callboard.engine.reading import Reading, Seen
from callboard.engine.stepping import work_out
from callboard.engine.times import from_text, to_text
from callboard.engine.workload import Workload
from callboard.errors import CallboardError, UnavailableError, told
from callboard.ports.caller import Caller, KeyIdentity, Privilege
from callboard.ports.clock import Clock
from callboard.ports.jobs import AttemptRecord, HeldJob, Outcome
from callboard.ports.records import ProcessRecord
from callboard.ports.store import LostClaimError, StaleError, Store
from callboard.ports.transport import DeliveryError, Reply
from callboard.telemetry import SILENT, Telemetry
from callboard.telemetry.metrics import DELIVERIES, OTHER

LEFT: Final = "The state was left meanwhile."
LONGEST_DETAIL: Final = 500
_PRIVILEGES: Final[frozenset[Privilege]] = frozenset(("process:read", "process:step"))


@dataclass(frozen=True, slots=True)
class Answering:
    """What follows from an answer."""

    store: Store
    reading: Reading
    clock: Clock
    workload: Workload
    services: Collection[str] = ()
    """Those that are configured: only their names are told to whoever counts."""
    telemetry: Telemetry = SILENT

    async def wanted(self, held: HeldJob) -> Seen | None:
        """The process, when it still is in the entry of the state that the job is about. That the
        scenario names the service is enough to tell it.
        """
        record = await self.store.get_process(held.job.process)
        if record is None or not belongs(held, record):
            return None
        scenario = await self.reading.cache.get(record.scenario)
        caller = _caller(service_of(held))
        return Seen(record, scenario, access.standing(caller, scenario, record.document))

    async def do(self, held: HeldJob, reply: Reply, begun: float) -> bool:
        """Do what the service answered, in the state that it was told of; else it is kept as
        refused, and nothing changes. Whether it was done. Raises `StaleError` and `LostClaimError`.
        """
        seen = await self.wanted(held)
        if seen is None:
            await self.refuse(held, LEFT, begun)
            return False
        try:
            return await self._step(held, seen, reply, begun)
        except (UnavailableError, StaleError, LostClaimError):
            raise
        except CallboardError as error:
            await self.refuse(held, error.message, begun)
            return False

    async def refuse(self, held: HeldJob, why: str, begun: float) -> None:
        """Give a notification up, because nobody can use what was answered."""
        refused = self.attempt(held, "refused", begun, why)
        if not await self.store.jobs.give_up(held.claim, refused.at, refused):
            note_refused(self.telemetry, held)
        self.tell(refused)

    def tell(self, attempt: AttemptRecord) -> None:
        """Let whoever counts know what came of a try."""
        service = attempt.service if attempt.service in self.services else OTHER
        seconds = attempt.milliseconds / 1000
        self.telemetry.observe(DELIVERIES, (service, attempt.outcome), seconds)

    def attempt(
        self, held: HeldJob, outcome: Outcome, begun: float, detail: str = ""
    ) -> AttemptRecord:
        """What came of a try that was begun then."""
        return AttemptRecord(
            process=held.job.process,
            job=held.job.id,
            service=service_of(held),
            number=held.attempts + 1,
            at=to_text(self.clock.now()),
            milliseconds=max(0, round((perf_counter() - begun) * 1000)),
            outcome=outcome,
            detail=detail[:LONGEST_DETAIL],
        )

    async def _step(self, held: HeldJob, seen: Seen, reply: Reply, begun: float) -> bool:
        record, scenario, standing = seen
        service = service_of(held)
        process = record.document
        if scenario.keeps_events:
            process = await self.reading.with_events(record)
        entry = cast("int | None", held.job.payload["entry"])
        action = trigger(scenario, process, service, reply.body, entry=entry)
        if action is None:
            raise DeliveryError("The answer means no action: the notification has no trigger.")
        at = max(to_text(self.clock.now()), record.updated)
        command = StepCommand(record.id, action, reply.body, as_actor=SERVICE + service)
        step = await self.workload.do(
            scenario.id,
            work_out,
            _caller(service),
            standing,
            scenario,
            record,
            process,
            command,
            at,
        )
        attempt = self.attempt(held, "answered", begun, action)
        if step.reasons:
            why = f"{action!r} was refused: {told(step.reasons)}"
            attempt = self.attempt(held, "refused", begun, why)
        ends = replace(step.write, done=held.claim, attempt=attempt, gives_up=bool(step.reasons))
        await self.store.write_process(ends)
        self.tell(attempt)
        return not step.reasons


def belongs(held: HeldJob, record: ProcessRecord) -> bool:
    """Whether the process still is in the entry of the state that a job is about."""
    current = cast("JsonObject", record.document["current"])
    payload = held.job.payload
    entry = (current["key"], current["timestamp"])
    return bool(record.document["isRunning"]) and entry == (payload["state"], payload["at"])


def sent_at(held: HeldJob, now: datetime) -> float:
    """When a message was sent whose answer comes later, as `perf_counter` has it."""
    sent = held.job.payload.get("sent")
    seconds = (now - from_text(sent)).total_seconds() if isinstance(sent, str) else 0.0
    return perf_counter() - seconds


def service_of(held: HeldJob) -> str:
    """The name of the service that a job is for."""
    return held.job.service or ""


def _caller(service: str) -> Caller:
    """The service itself, as far as the engine acts for it."""
    return Caller(_PRIVILEGES, key=KeyIdentity("engine", service=service))
