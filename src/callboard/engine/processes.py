"""Processes: start, step, read, list (specification: api, table 1 and details 1 to 4).

One step goes down once and up once: read the process, decide who acts, let the core work out the
event, store everything in one write. The write is guarded by the version that was read; when
somebody else was faster, it is all done again on what they left. Steps of one process wait for each
other in this node, so that this happens only between nodes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from weakref import WeakValueDictionary

from callboard.core.process import Outcome, replay, step
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine import access, principals
from callboard.engine.cache import ScenarioCache
from callboard.engine.choosing import choose
from callboard.engine.commands import (
    ListCommand,
    ProcessPage,
    ProcessView,
    StartCommand,
    StepCommand,
    Stepped,
)
from callboard.engine.config import EngineConfig
from callboard.engine.idempotency import Answers
from callboard.engine.scenarios import is_uuid, need
from callboard.engine.starting import Starting
from callboard.engine.summary import summary
from callboard.engine.times import to_text
from callboard.engine.transition import moved, started
from callboard.engine.views import view
from callboard.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PreconditionError,
)
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock, Ids
from callboard.ports.records import EventRecord, ProcessQuery, ProcessRecord, ScenarioRecord
from callboard.ports.store import DuplicateKeyError, StaleError, Store

_VERSION = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Processes:
    """The use cases about processes."""

    store: Store
    cache: ScenarioCache
    clock: Clock
    ids: Ids
    config: EngineConfig
    locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def start(self, caller: Caller, command: StartCommand) -> ProcessView:
        """Start a process; with an action, both or neither.

        Raises InvalidError for an unknown or disabled scenario, for actors that do not fit and for
        a first action that is refused; ForbiddenError; ConflictError.
        """
        need(caller, "process:start")
        answers = Answers(self.store, caller, command.idempotency)
        if (known := await answers.known()) is not None:
            return await self._as_it_was(known["process"], known["version"], command.predict)
        scenario = await self._startable(command.scenario)
        at = to_text(self.clock.now())
        outcomes = Starting(caller, command, scenario, self.ids.new(), at).outcomes()
        write = started(scenario, outcomes, None)
        write = answers.with_answer(write, at, {})
        try:
            await self.store.write_process(write)
        except DuplicateKeyError:
            return await self.start(caller, command)
        return view(write.record, scenario, write.events, with_next=command.predict)

    async def get(self, caller: Caller, process_id: str, *, predict: bool = False) -> ProcessView:
        """A process as it is now. Raises NotFoundError when it is not there or not the caller's."""
        need(caller, "process:read")
        record, scenario = await self._visible(caller, process_id)
        events = await self.store.get_events(record.id, record.version)
        return view(record, scenario, events, with_next=predict)

    async def step(self, caller: Caller, command: StepCommand) -> Stepped:
        """Do an action. A refusal is a result with reasons, and its skipped event is stored.

        Raises NotFoundError when the process is not there, not the caller's, or its scenario has no
        such action; ForbiddenError when the caller can be no actor; PreconditionError when the
        process is not as `if_match` says; InvalidError, EvaluationError, ConflictError.
        """
        need(caller, "process:step")
        answers = Answers(self.store, caller, command.idempotency)
        if (known := await answers.known()) is not None:
            return answers.stepped(known)
        lock = self.locks.get(command.process)
        if lock is None:
            lock = self.locks[command.process] = asyncio.Lock()
        async with lock:
            for _ in range(self.config.attempts):
                try:
                    return await self._try_step(caller, command, answers)
                except StaleError:
                    continue
                except DuplicateKeyError:
                    if (known := await answers.known()) is not None:
                        return answers.stepped(known)
        raise ConflictError("Others change this process all the time. Try again.", code="busy")

    async def _try_step(self, caller: Caller, command: StepCommand, answers: Answers) -> Stepped:
        record, scenario = await self._visible(caller, command.process)
        if not scenario.has_action(command.action):
            raise NotFoundError(f"The scenario has no action {command.action!r}.")
        if command.if_match is not None and not _matches(command.if_match, record.head):
            raise PreconditionError("The process has moved on since you saw it.")
        process = await self._with_histories(record, scenario)
        claim = choose(caller, scenario, process, command.action, command.as_actor)
        at = max(to_text(self.clock.now()), record.updated)
        outcome = step(
            scenario,
            process,
            action=command.action,
            actor=claim.document,
            response=command.response,
            at=at,
            head=record.head,
        )
        write = moved(scenario, record, outcome, "stepped", None)
        stepped = Stepped(record.id, outcome.head, write.record.updated, outcome.errors)
        await self.store.write_process(answers.with_answer(write, at, _answer(outcome)))
        return stepped

    async def list(self, caller: Caller, command: ListCommand) -> ProcessPage:
        """A page of summaries, newest first. Raises ForbiddenError for `all` without
        `process:super`.
        """
        need(caller, "process:read")
        if command.all and not access.is_super(caller):
            raise ForbiddenError("`all` needs the privilege process:super.")
        query = await self._query(caller, command)
        records = [] if query is None else await self.store.list_processes(query)
        shown = records[: command.limit]
        items = [summary(item, await self.cache.get(item.scenario), self.config) for item in shown]
        return ProcessPage(items, command.page, len(records) > command.limit)

    async def _query(self, caller: Caller, command: ListCommand) -> ProcessQuery | None:
        """What a list asks the store; None where nothing can be the caller's."""
        whose: frozenset[str] | None = principals.of_caller(caller)
        scenarios: frozenset[str] | None = None
        if command.all:
            whose = None
        elif caller.key is not None and not access.is_super(caller):
            if caller.key.limits:
                scenarios = await self._limited_scenarios(caller)
                whose = whose or None
            if whose is not None and not whose:
                return None
        return ProcessQuery(
            principals=whose,
            limit=command.limit + 1,
            offset=(command.page - 1) * command.limit,
            scenarios=scenarios,
        )

    async def _limited_scenarios(self, caller: Caller) -> frozenset[str]:
        """The scenarios whose processes the limits of a key let it see."""
        found = set()
        for scenario_id in await self.store.scenario_ids():
            if access.limits_see(caller, await self.cache.get(scenario_id)):
                found.add(scenario_id)
        return frozenset(found)

    async def _visible(
        self, caller: Caller, process_id: str
    ) -> tuple[ProcessRecord, Scenario]:
        """A process that the caller may see. Not there and not theirs are the same answer."""
        record = await self.store.get_process(process_id) if is_uuid(process_id) else None
        if record is not None:
            scenario = await self.cache.get(record.scenario)
            if access.may_see(caller, scenario, record.document):
                return record, scenario
        raise NotFoundError("There is no such process, or it is not yours.")

    async def _with_histories(self, record: ProcessRecord, scenario: Scenario) -> JsonObject:
        """The document as the core needs it: with its events only where they are read."""
        if not scenario.keeps_events:
            return record.document
        events = await self.store.get_events(record.id, record.version)
        return {**record.document, "events": [item.event for item in events]}

    async def _startable(self, wanted: str) -> Scenario:
        """The enabled scenario of an id, a name, or `name@version`."""
        if is_uuid(wanted):
            record = await self.store.get_scenario(wanted)
        else:
            name, _, version = wanted.partition("@")
            record = _newest(await self.store.find_scenarios(name), version)
        if record is None or record.disabled is not None:
            message = f"There is no scenario {wanted!r} that a process could start from."
            raise InvalidError(message, code="scenario-unknown")
        return await self.cache.get(record.id)

    async def _as_it_was(self, process_id: str, version: int, predict: bool) -> ProcessView:
        """A process right after its start, for a start that is repeated."""
        record = await self.store.get_process(process_id)
        if record is None:
            raise NotFoundError("The process of the first answer is gone.")
        scenario = await self.cache.get(record.scenario)
        events: Sequence[EventRecord] = await self.store.get_events(process_id, version)
        return self.rebuilt(record, scenario, events, predict)

    @staticmethod
    def rebuilt(
        record: ProcessRecord, scenario: Scenario, events: Sequence[EventRecord], predict: bool
    ) -> ProcessView:
        """The view of a process at an earlier event, replayed from its chain."""
        process = replay(scenario, [item.event for item in events])
        last = events[-1].event
        earlier = ProcessRecord(
            id=record.id,
            scenario=record.scenario,
            document=process,
            version=len(events),
            head=str(last["hash"]),
            created=record.created,
            updated=str(last["timestamp"]),
        )
        return view(earlier, scenario, events, with_next=predict)


def _answer(outcome: Outcome) -> JsonObject:
    return {"reasons": [cast("JsonObject", reason.as_json()) for reason in outcome.errors]}


def _matches(wanted: Sequence[str], head: str) -> bool:
    return "*" in wanted or head in wanted


def _newest(records: Sequence[ScenarioRecord], version: str) -> ScenarioRecord | None:
    """The record of a version; without one, the newest by semantic version, then by age."""
    if version:
        found = [record for record in records if record.version == version]
        return found[-1] if found else None
    return max(records, key=lambda record: _order(record.version or ""), default=None)


def _order(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Semantic order: numbers first, a version before its pre-releases."""
    plain, _, pre = version.partition("-")
    return tuple(map(int, _VERSION.findall(plain))), not pre, pre
