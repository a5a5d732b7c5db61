"""Processes: start, step, read, list (specification: api, table 1 and details 1 to 4).

Theory: one step goes down once and up once: read the process, decide who acts, let the core work
out the event, store everything in one write. The write is guarded by the version that was read;
when somebody else was faster, all of it is done again on what they left (`retry`).

Invariants: a process that the caller may not see is as one that is not there, whatever else is
wrong with the request. A process is judged as it was read for the write that follows. Whatever can
fail is worked out before the write, so an error means that nothing happened. The time of an event
is never before that of the event before it (architecture 9, rules 1 and 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from callboard.core.scenario.compiled import Scenario
from callboard.engine import access
from callboard.engine.cache import ScenarioCache
from callboard.engine.commands import (
    ListCommand,
    ProcessPage,
    ProcessView,
    StartCommand,
    StepCommand,
    Stepped,
)
from callboard.engine.config import EngineConfig
from callboard.engine.idempotency import Answer, Answers, with_answer
from callboard.engine.lineage import with_link
from callboard.engine.listing import Listing
from callboard.engine.reading import Reading, place_of
from callboard.engine.retry import Turns, matches, retried
from callboard.engine.startable import startable
from callboard.engine.starting import Starting
from callboard.engine.stepping import work_out
from callboard.engine.times import to_text
from callboard.engine.workload import Workload
from callboard.errors import NotFoundError, PreconditionError, Reason
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock, Ids
from callboard.ports.links import LinkRecord
from callboard.ports.records import ProcessWrite
from callboard.ports.store import StaleError, Store
from callboard.telemetry import Telemetry
from callboard.telemetry.metrics import REFUSALS, STEPS


@dataclass(frozen=True, slots=True)
class Processes:
    """The use cases about processes."""

    store: Store
    cache: ScenarioCache
    clock: Clock
    ids: Ids
    config: EngineConfig
    turns: Turns
    workload: Workload
    answers: Answers
    listing: Listing
    reading: Reading
    telemetry: Telemetry

    async def start(
        self, caller: Caller, command: StartCommand, link: LinkRecord | None = None
    ) -> ProcessView:
        """Start a process; with an action, both or neither. With a `link` it is started for another
        one, as the process that the link names; then DuplicateKeyError or StaleError say that it
        was before.

        Raises InvalidError for an unknown or disabled scenario, for actors that do not fit and for
        a first action that is refused; ForbiddenError, ConflictError, EvaluationError.
        """
        access.require(caller, "process:start")
        do = partial(self._start, caller, command, link)
        again = partial(self._as_it_was, predict=command.predict)
        return await self.answers.once(caller, command.idempotency, do, again)

    async def _start(
        self, caller: Caller, command: StartCommand, link: LinkRecord | None
    ) -> ProcessView:
        scenario = await startable(self.store, self.cache, command.scenario)
        at = to_text(self.clock.now())
        process_id = self.ids.new() if link is None else link.process
        starting = Starting(caller, command, scenario, process_id, at)
        write = await self.workload.do_parts(scenario.id, starting.judged, starting.write)
        shown = await self.reading.view(
            write.record, scenario, write.events, predict=command.predict
        )
        await self._commit(with_answer(with_link(write, link), caller, command.idempotency))
        self.telemetry.count(STEPS, ("start", "taken"))
        if command.action is not None:
            self.telemetry.count(STEPS, ("step", "taken"))
        return shown

    async def get(
        self, caller: Caller, process_id: str, *, at: str | None = None, predict: bool = False
    ) -> ProcessView:
        """A process as it is now, or as it was right after the event `at`: its hash, or its index.
        Raises NotFoundError when it is not there or not the caller's, or has no such event;
        GoneError when it was erased and the caller is an operator; ConflictError when
        the chain does not hold; InvalidError when what is to come has no end.
        """
        access.require(caller, "process:read")
        record, scenario, _ = await self.reading.told_if_gone(caller, process_id)
        events = await self.store.get_events(record.id, record.version)
        if at is not None:
            version = place_of(events, at) + 1
            return await self.reading.as_it_was(record, scenario, version, predict=predict)
        return await self.reading.view(record, scenario, events, predict=predict)

    async def list(self, caller: Caller, command: ListCommand) -> ProcessPage:
        """A page of summaries, newest first. Raises ForbiddenError for `all` without
        `process:super`.
        """
        return await self.listing.page(caller, command)

    async def step(
        self, caller: Caller, command: StepCommand, link: LinkRecord | None = None
    ) -> Stepped:
        """Do an action. A refusal is a result with reasons, and its skipped event is stored. With a
        `link` it is done for another process; then DuplicateKeyError says that it was before.

        Raises NotFoundError when the process is not there, not the caller's, or its scenario has no
        such action; ForbiddenError when the caller can be no actor; PreconditionError when the
        process is not as `if_match` says; InvalidError, EvaluationError, ConflictError. Then
        nothing has happened.
        """
        access.require(caller, "process:step")
        if command.idempotency is None:
            return await self._step(caller, command, link)
        do = partial(self._step, caller, command, link)
        again = partial(self._stepped_again, command)
        return await self.answers.once(caller, command.idempotency, do, again)

    async def _step(self, caller: Caller, command: StepCommand, link: LinkRecord | None) -> Stepped:
        name = command.process.lower()
        if not self.turns.take(name):
            await self.turns.wait(name)
        try:
            with self.telemetry.span("callboard.step"):
                return await self._try_step(caller, command, link)
        except StaleError:
            again = partial(self._try_step, caller, command, link)
            return await retried(self.config.attempts - 1, again)
        finally:
            self.turns.leave(name)

    async def _try_step(
        self, caller: Caller, command: StepCommand, link: LinkRecord | None
    ) -> Stepped:
        record, scenario, standing = await self.reading.visible(caller, command.process)
        if not scenario.has_action(command.action):
            raise NotFoundError(f"The scenario has no action {command.action!r}.")
        if not matches(command.if_match, record.head):
            raise PreconditionError("The process has moved on since you saw it.")
        process = record.document
        if scenario.keeps_events:
            process = await self.reading.with_events(record)
        at = max(to_text(self.clock.now()), record.updated)
        judged = 1 if command.as_actor is not None else standing.candidates
        work = partial(work_out, caller, standing, scenario, record, process, command, at)
        step = await self.workload.do_parts(scenario.id, judged, work)
        write, shown = with_link(step.write, None if step.reasons else link), None
        if (command.represent or command.predict) and not step.reasons:
            shown = await self._view_after(write, scenario, predict=command.predict)
        await self._commit(with_answer(write, caller, command.idempotency, step.reasons))
        self._count(step.reasons)
        new = write.record
        return Stepped(new.id, new.head, new.updated, step.reasons, shown)

    async def _commit(self, write: ProcessWrite) -> None:
        with self.telemetry.span("callboard.commit"):
            await self.store.write_process(write)

    def _count(self, reasons: Sequence[Reason]) -> None:
        self.telemetry.count(STEPS, ("step", "refused" if reasons else "taken"))
        for code in {reason.code for reason in reasons}:
            self.telemetry.count(REFUSALS, (code,))

    async def _view_after(
        self, write: ProcessWrite, scenario: Scenario, *, predict: bool
    ) -> ProcessView:
        """The process as a write will leave it."""
        before = await self.store.get_events(write.record.id, write.expected)
        events = [*before, *write.events]
        return await self.reading.view(write.record, scenario, events, predict=predict)

    async def _stepped_again(self, command: StepCommand, answer: Answer) -> Stepped:
        """The first result of a step, its view as it was then."""
        shown = None
        if not answer.reasons and (command.represent or command.predict):
            shown = await self._as_it_was(answer, predict=command.predict)
        return Stepped(answer.process, answer.head, answer.updated, answer.reasons, shown)

    async def _as_it_was(self, answer: Answer, *, predict: bool) -> ProcessView:
        """A process right after the event of an answer."""
        record = await self.store.get_process(answer.process)
        if record is None:
            raise NotFoundError("The process of the first answer is gone.")
        scenario = await self.cache.get(record.scenario)
        return await self.reading.as_it_was(record, scenario, answer.version, predict=predict)
