"""Telling services, and doing what they answer (specification: services, "Notify" and details).

Theory: a notification is a job that was written with the event that entered a state. It is sent
with an id that stays the same, at least once; what the service answers is a step of that service,
written together with the end of the job. So an answer counts once, however often it comes.

Invariants: nothing is sent for a state that was left. Messages of one process to one service go in
their order. Every try is kept with what came of it. Nothing is sent while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from time import perf_counter
from typing import Final, cast

from callboard.core.process import message as standard_message
from callboard.core.process import trigger
from callboard.core.scenario.names import SERVICE
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.engine import access
from callboard.engine.commands import StepCommand
from callboard.engine.config import EngineConfig
from callboard.engine.reading import Reading, Seen
from callboard.engine.retry import retried
from callboard.engine.stepping import work_out
from callboard.engine.times import later, to_text
from callboard.engine.workload import Workload
from callboard.errors import CallboardError, UnavailableError, told
from callboard.ports.caller import Caller, KeyIdentity, Privilege
from callboard.ports.clock import Clock
from callboard.ports.jobs import AttemptRecord, HeldJob, JobRecord, Outcome
from callboard.ports.records import (
    ProcessRecord,
)
from callboard.ports.store import LostClaimError, StaleError, Store
from callboard.ports.transport import AnswerError, DeliveryError, Message, Reply, Transport

LONGEST_DETAIL: Final = 500
FACTOR: Final = 3.0
ATTEMPTS: Final = 20
_PRIVILEGES: Final[frozenset[Privilege]] = frozenset(("process:read", "process:step"))


@dataclass(frozen=True, slots=True)
class Delivery:
    """The use case of a notification that is due."""

    store: Store
    reading: Reading
    clock: Clock
    workload: Workload
    config: EngineConfig
    services: Mapping[str, Transport]
    chance: Random

    async def deliver(self, held: HeldJob) -> None:
        """Send a notification and do what is answered."""
        seen = await self._wanted(held)
        if seen is None:
            await self.store.jobs.finish(held.claim)
        elif not await self._waits_for_another(held):
            await self._send(held, seen)

    async def _wanted(self, held: HeldJob) -> Seen | None:
        """The process, when it still is in the entry of the state that the job is about. That the
        scenario names the service is enough to tell it.
        """
        record = await self.store.get_process(held.job.process)
        if record is None or not belongs(held, record):
            return None
        scenario = await self.reading.cache.get(record.scenario)
        caller = _caller(_service(held))
        return Seen(record, scenario, access.standing(caller, scenario, record.document))

    async def _waits_for_another(self, held: HeldJob) -> bool:
        """Whether an earlier message of the process to the service is still to be sent."""
        others = [
            job.due
            for job in await self.store.get_jobs(held.job.process)
            if job.service == held.job.service and _turn(job) < _turn(held.job)
        ]
        if others:
            due = later(max(others), 0.001)
            await self.store.jobs.put_off(held.claim, due, held.job.payload)
        return bool(others)

    async def _send(self, held: HeldJob, seen: Seen) -> None:
        transport = self.services.get(_service(held))
        begun = perf_counter()
        try:
            if transport is None:
                raise DeliveryError("No service of this name is configured.", final=True)
            reply = await transport.deliver(_message(held, seen))
        except DeliveryError as error:
            await self._not_delivered(held, error, begun)
            return
        if reply is None:
            await self.store.jobs.finish(held.claim, self._attempt(held, "delivered", begun))
            return
        try:
            try:
                await self._answered(held, reply, begun)
            except StaleError:
                await retried(ATTEMPTS, lambda: self._answered(held, reply, begun))
        except LostClaimError:
            return  # Somebody else had the same answer first, or the state was left.

    async def _not_delivered(self, held: HeldJob, error: DeliveryError, begun: float) -> None:
        outcome: Outcome = "refused" if isinstance(error, AnswerError) else "failed"
        attempt = self._attempt(held, outcome, begun, error.message)
        if error.final or attempt.number >= self.config.delivery_tries:
            await self.store.jobs.give_up(held.claim, attempt.at, attempt)
            return
        wait = self.config.delivery_seconds * FACTOR ** min(held.attempts, 30)
        wait = min(max(wait, error.wait), self.config.delivery_longest)
        wait *= 1 + self.chance.random() / 4
        due = later(attempt.at, wait)
        await self.store.jobs.put_off(held.claim, due, held.job.payload, attempt)

    async def _answered(self, held: HeldJob, reply: Reply, begun: float) -> None:
        """Do what the service answered, in the state that it was told of; else it is kept as
        refused, and nothing changes.
        """
        seen = await self._wanted(held)
        if seen is None:
            refused = self._attempt(held, "refused", begun, "The state was left meanwhile.")
            await self.store.jobs.give_up(held.claim, refused.at, refused)
            return
        try:
            await self._step(held, seen, reply, begun)
        except (UnavailableError, StaleError, LostClaimError):
            raise
        except CallboardError as error:
            refused = self._attempt(held, "refused", begun, error.message)
            await self.store.jobs.give_up(held.claim, refused.at, refused)

    async def _step(self, held: HeldJob, seen: Seen, reply: Reply, begun: float) -> None:
        record, scenario, standing = seen
        service = _service(held)
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
        if step.reasons:
            await self.store.write_process(step.write)
            raise DeliveryError(f"{action!r} was refused: {told(step.reasons)}")
        answered = self._attempt(held, "answered", begun, action)
        await self.store.write_process(replace(step.write, done=held.claim, attempt=answered))

    def _attempt(
        self, held: HeldJob, outcome: Outcome, begun: float, detail: str = ""
    ) -> AttemptRecord:
        return AttemptRecord(
            process=held.job.process,
            job=held.job.id,
            service=_service(held),
            number=held.attempts + 1,
            at=to_text(self.clock.now()),
            milliseconds=round((perf_counter() - begun) * 1000),
            outcome=outcome,
            detail=detail[:LONGEST_DETAIL],
        )


def belongs(held: HeldJob, record: ProcessRecord) -> bool:
    """Whether the process still is in the entry of the state that a job is about."""
    current = cast("JsonObject", record.document["current"])
    payload = held.job.payload
    entry = (current["key"], current["timestamp"])
    return bool(record.document["isRunning"]) and entry == (payload["state"], payload["at"])


def _turn(job: JobRecord) -> tuple[str, int]:
    """What orders the messages of a process to a service: when each was due at first."""
    entry = job.payload["entry"]
    return str(job.payload.get("due", job.due)), entry if isinstance(entry, int) else -1


def _service(held: HeldJob) -> str:
    return held.job.service or ""


def _caller(service: str) -> Caller:
    """The service itself, as far as the engine acts for it."""
    return Caller(_PRIVILEGES, key=KeyIdentity("engine", service=service))


def _message(held: HeldJob, seen: Seen) -> Message:
    own = held.job.payload.get("message", ABSENT)
    body: Json = _standard(held, seen) if isinstance(own, Absent) else own
    service = _service(held)
    return Message(held.job.id, service, body, held.job.process, held.job.event)


def _standard(held: HeldJob, seen: Seen) -> JsonObject:
    """The message that says what the service may do now (services, details 1)."""
    scenario: JsonObject = {"id": seen.scenario.id}
    if seen.scenario.name is not None:
        scenario["name"] = seen.scenario.name
    document = seen.record.document
    told: JsonObject = {
        "process": {"id": seen.record.id, "title": document["title"], "scenario": scenario},
        **standard_message(document, _service(held)),
    }
    return {**told, "etag": held.job.event}
