"""Answers of services that come later than at once (specification: services, details 4).

Theory: an answer names the message that it is for, whose id is that of its job. As long as the job
is there, waiting or given up, its state was not left and nothing of it was answered; so the job
alone says whether an answer counts. When it is gone, what was tried still says of which process it
was, and operators find the answer there.

Invariants: `receive` comes back when what follows from the answer is stored. A second answer to the
same message changes nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from callboard.engine.answering import LEFT, Answering, sent_at, service_of
from callboard.engine.identifiers import uuid_of
from callboard.engine.retry import retried
from callboard.engine.times import to_text
from callboard.ports.clock import Clock
from callboard.ports.jobs import AttemptRecord
from callboard.ports.store import LostClaimError, StaleError, Store
from callboard.ports.transport import AnswerError, Reply
from callboard.telemetry import Telemetry
from callboard.telemetry.metrics import REPLIES

ATTEMPTS: Final = 20
MOST_TRIES: Final = 100
"""What comes after so many tries of one message is counted, and not kept."""
AGAIN: Final = "It had answered already."
UNASKED: Final = "It was asked nothing: the notification has no trigger."

Result: TypeAlias = Literal["taken", "refused", "unknown"]

_log: Final = logging.getLogger("callboard.replies")


@dataclass(frozen=True, slots=True)
class Replies:
    """The use case of an answer that comes later."""

    store: Store
    clock: Clock
    answering: Answering
    telemetry: Telemetry

    async def receive(self, service: str, message_id: str, reply: Reply | AnswerError) -> None:
        """Do what a service answered to a message; what cannot be used is recorded, and changes
        nothing. Raises ConflictError when others change the process all the time,
        UnavailableError when the database cannot be written.
        """
        message = uuid_of(message_id)
        result: Result = "unknown"
        if message is not None:
            receive = partial(self._receive, service, message, reply)
            try:
                result = await receive()
            except StaleError:
                result = await retried(ATTEMPTS, receive)
        self.telemetry.count(REPLIES, (result,))
        if result == "unknown":
            facts = {"service": service, "message_id": message or ""}
            _log.warning("an answer to no message that is known", extra=facts)

    async def _receive(self, service: str, message: str, reply: Reply | AnswerError) -> Result:
        """Raises `StaleError` when somebody else was at the job or the process meanwhile."""
        held = await self.store.jobs.find(message)
        if held is None:
            return await self._too_late(service, message)
        if service_of(held) != service:
            why = f"{service} answered, which was not told."
            return await self._keep(held.job.process, service, message, why)
        if held.refused:
            return await self._keep(held.job.process, service, message, AGAIN)
        begun = sent_at(held, self.clock.now())
        if isinstance(reply, AnswerError):
            await self.answering.refuse(held, reply.message, begun)
            return "refused"
        try:
            taken = await self.answering.do(held, reply, begun)
        except LostClaimError as error:
            raise StaleError(error.message) from error
        return "taken" if taken else "refused"

    async def _too_late(self, service: str, message: str) -> Result:
        """The job is done, or its state was left: what was tried says of which process it was."""
        tries = await self.store.jobs.tries(message)
        if not tries:
            return "unknown"
        outcomes = {one.outcome for one in tries}
        why = AGAIN if "answered" in outcomes else UNASKED if "delivered" in outcomes else LEFT
        return await self._keep(tries[0].process, service, message, why)

    async def _keep(self, process: str, service: str, message: str, why: str) -> Result:
        """Let operators see an answer that nothing comes of."""
        tries = await self.store.jobs.tries(message)
        if len(tries) < MOST_TRIES:
            at = to_text(self.clock.now())
            number = len(tries) + 1
            attempt = AttemptRecord(process, message, service, number, at, 0, "refused", why)
            await self.store.jobs.note(attempt)
        return "refused"
