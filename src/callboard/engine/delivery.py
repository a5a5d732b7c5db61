"""Telling services, and doing what they answer (specification: services, "Notify" and details).

Theory: a notification is a job that was written with the event that entered a state. It is sent
with an id that stays the same, at least once; what the service answers is a step of that service,
written together with the end of the job. So an answer counts once, however often it comes.

A service whose answer comes later has until then a job that waits: it is due when the time for an
answer is over, and says so itself (`awaited` in its payload is its due time). A job that is due at
any other time is to be sent. One that is answered by how another process ends is due when it has.

Invariants: nothing is sent for a state that was left. Messages of one process to one service go in
their order, for only the first of them can be taken. Every try is kept with what came of it.
Nothing is sent while a transaction is open.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random, SystemRandom
from time import perf_counter
from typing import Final, cast

from callboard.core.process import answerable
from callboard.core.process import message as standard_message
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.engine.answering import Answering, sent_at, service_of
from callboard.engine.config import EngineConfig
from callboard.engine.orchestrating import WAITS, Orchestrating, UntilEnd
from callboard.engine.overtaken import note_refused
from callboard.engine.pace import Pace
from callboard.engine.reading import Seen
from callboard.engine.retry import retried
from callboard.engine.times import later, to_text
from callboard.ports.clock import Clock
from callboard.ports.jobs import HeldJob, JobRecord, Outcome
from callboard.ports.store import LostClaimError, StaleError, Store
from callboard.ports.transport import AnswerError, DeliveryError, Later, Message, Reply, Transport
from callboard.telemetry.metrics import HELD_BACK

log: Final = logging.getLogger("callboard.services")

FACTOR: Final = 3.0
ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Delivery:
    """The use case of a notification that is due."""

    store: Store
    clock: Clock
    answering: Answering
    orchestrating: Orchestrating
    config: EngineConfig
    services: Mapping[str, Transport]
    pace: Pace
    chance: Random = field(default_factory=SystemRandom)

    async def deliver(self, held: HeldJob) -> None:
        """Send a notification and do what is answered."""
        seen = await self.answering.wanted(held)
        if seen is None:
            self._settled(held, await self.store.jobs.finish(held.claim))
        elif _awaited(held.job):
            error = DeliveryError("No answer came in time.")
            await self._not_delivered(held, error, sent_at(held, self.clock.now()))
        elif not held.attempts and (wait := self.pace.wait(held.job.process)):
            await self._hold_back(held, wait)
        else:
            await self.pace.settle(held.job.process)
            await self._send(held, seen)

    async def _hold_back(self, held: HeldJob, seconds: float) -> None:
        """Let a process wait that has sent too much."""
        due = later(to_text(self.clock.now()), seconds)
        self._settled(held, await self.store.jobs.put_off(held.claim, due, held.job.payload))
        self.answering.telemetry.count(HELD_BACK)
        if self.pace.is_news(held.job.process):
            facts = {"process_id": held.job.process, "service": service_of(held)}
            log.warning("a process has services told too often: it is slowed down", extra=facts)

    async def _send(self, held: HeldJob, seen: Seen) -> None:
        begun = perf_counter()
        try:
            reply = await self._reply(held, seen)
            if isinstance(reply, UntilEnd) and not await self._wait(held, reply, begun):
                reply = await self._reply(held, seen)
        except DeliveryError as error:
            await self._not_delivered(held, error, begun)
            return
        if isinstance(reply, UntilEnd):
            return
        if reply is None:
            attempt = self.answering.attempt(held, "delivered", begun)
            self._settled(held, await self.store.jobs.finish(held.claim, attempt))
            self.answering.tell(attempt)
        elif isinstance(reply, Later):
            await self._sent(held, reply, begun)
        else:
            await self._answered(held, reply, begun)

    async def _answered(self, held: HeldJob, reply: Reply, begun: float) -> None:
        try:
            try:
                await self.answering.do(held, reply, begun)
            except StaleError:
                await retried(ATTEMPTS, lambda: self.answering.do(held, reply, begun))
        except LostClaimError:
            # Somebody else had the same answer first, or the state was left.
            note_refused(self.answering.telemetry, held)

    def _settled(self, held: HeldJob, was_held: bool) -> None:
        if not was_held:
            note_refused(self.answering.telemetry, held)

    async def _sent(self, held: HeldJob, reply: Later, begun: float) -> None:
        """Wait for the answer. This belongs to the same try as what comes of the waiting."""
        attempt = self.answering.attempt(held, "sent", begun)
        due = later(attempt.at, reply.seconds)
        payload: JsonObject = {**held.job.payload, "sent": attempt.at, "awaited": due}
        attempt = replace(attempt, number=held.attempts)
        self._settled(held, await self.store.jobs.put_off(held.claim, due, payload, attempt))
        self.answering.tell(attempt)

    async def _reply(self, held: HeldJob, seen: Seen) -> Reply | Later | UntilEnd | None:
        service = service_of(held)
        if service in self.orchestrating.services:
            return await self.orchestrating.carry_out(held)
        transport = self.services.get(service)
        if transport is None:
            raise DeliveryError("No service of this name is configured.", final=True)
        message = _message(held, seen)
        reply = await transport.deliver(message)
        return None if isinstance(reply, Later) and not message.answerable else reply

    async def _wait(self, held: HeldJob, until: UntilEnd, begun: float) -> bool:
        """Let a notification wait until another process ends, which is no failed try. False when it
        has ended meanwhile, or somebody else has this job.
        """
        why = f"Waits for the end of {until.process}."
        attempt = self.answering.attempt(held, "sent", begun, why)
        payload: JsonObject = {**held.job.payload, WAITS: until.process}
        waits = await self.store.jobs.await_end(held.claim, until.process, payload, attempt)
        if waits:
            self.answering.tell(attempt)
        return waits

    async def _not_delivered(self, held: HeldJob, error: DeliveryError, begun: float) -> None:
        outcome: Outcome = "refused" if isinstance(error, AnswerError) else "failed"
        attempt = self.answering.attempt(held, outcome, begun, error.message)
        self.answering.tell(attempt)
        if error.final or attempt.number >= self.config.delivery_tries:
            given_up = await self.store.jobs.give_up(held.claim, attempt.at, attempt)
            self._settled(held, given_up)
            return
        wait = self.config.delivery_seconds * FACTOR ** min(held.attempts, 30)
        wait = min(max(wait, error.wait), self.config.delivery_longest)
        wait *= 1 + self.chance.random() / 4
        due = later(attempt.at, wait)
        put_off = await self.store.jobs.put_off(held.claim, due, held.job.payload, attempt)
        self._settled(held, put_off)


def _awaited(job: JobRecord) -> bool:
    """Whether it was sent, and its answer is what is waited for."""
    return job.payload.get("awaited") == job.due


def _message(held: HeldJob, seen: Seen) -> Message:
    own = held.job.payload.get("message", ABSENT)
    body: Json = _standard(held, seen) if isinstance(own, Absent) else own
    entry = cast("int | None", held.job.payload["entry"])
    return Message(
        *(held.job.id, service_of(held), body, held.job.process, held.job.event),
        answerable=answerable(seen.scenario, str(held.job.payload["state"]), entry),
    )


def _standard(held: HeldJob, seen: Seen) -> JsonObject:
    """The message that says what the service may do now (services, details 1)."""
    scenario: JsonObject = {"id": seen.scenario.id}
    if seen.scenario.name is not None:
        scenario["name"] = seen.scenario.name
    document = seen.record.document
    told: JsonObject = {
        "process": {"id": seen.record.id, "title": document["title"], "scenario": scenario},
        **standard_message(document, service_of(held)),
    }
    return {**told, "etag": held.job.event}
