"""Following what happens (specification: api, section 3 and details 10).

Theory: a stream is a position in the order of all changes, and a caller. Of each change it tells
what the caller may see of its process as it is now, by the rule of single reads; so what a stream
tells after it was resumed is what it would have told. Whose tasks came and went is stored with the
change. A change can be two pieces of news, what happened and whose task it became; their ids say
how much of it was told.

Invariants: a process that is not the caller's is not told of, but for one: that the task which it
was is gone, by its id alone. So is one that was erased, to operators whenever they ask, and to
whoever saw it while that is remembered. Nothing is told once the credential has ended.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine import access, principals
from callboard.engine.cache import ScenarioCache
from callboard.engine.changes import Changes
from callboard.engine.departed import Departed, Facts
from callboard.engine.identifiers import uuid_of
from callboard.engine.inbox import Inbox
from callboard.errors import InvalidError, UnauthenticatedError
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.records import ChangeRecord, ProcessRecord
from callboard.ports.store import Store

_POSITION: Final = re.compile(r"([0-9]{1,15})(\.1)?", re.ASCII)
_REMEMBERED: Final = 4_096


@dataclass(frozen=True, slots=True)
class StreamCommand:
    """What to follow, and from where on."""

    after: str | None = None
    """The id of the last news that was read; None: from now on."""
    process: str | None = None
    """Only this process."""
    scenario: str | None = None
    """Only processes of this scenario, by id or name."""


class News(NamedTuple):
    """One thing to tell. `id` is where to go on after it."""

    id: str
    event: str
    data: JsonObject


class Streaming:
    """Streams, and what they share."""

    def __init__(
        self,
        store: Store,
        cache: ScenarioCache,
        clock: Clock,
        inbox: Inbox,
        departed: Departed,
    ) -> None:
        self.changes = Changes(store)
        self.departed = departed
        self.clock = clock
        self.inbox = inbox
        self._store = store
        self._cache = cache
        self._facts: dict[str, Facts | None] = {}
        self._as_of = 0

    async def follow(self, caller: Caller, command: StreamCommand) -> Following:
        """A stream for the caller. Raises InvalidError for an id that is none or was never given,
        ForbiddenError.
        """
        access.require(caller, "process:read")
        last = await self.changes.last()
        if command.after is None:
            return Following(self, caller, command, last)
        given = _POSITION.fullmatch(command.after)
        if given is None:
            raise InvalidError("The id of the last event is no id of an event.")
        seq = int(given[1])
        if seq > last or (given[2] and seq == 0):
            raise InvalidError("The id of the last event is of an event that has not happened.")
        half = seq if given[2] else None
        return Following(self, caller, command, seq if half is None else seq - 1, half)

    async def facts(self, process: str) -> Facts | None:
        """A process as it is now, looked up once for all streams; None when it is gone."""
        if self._as_of != self.changes.hints or len(self._facts) > _REMEMBERED:
            self._as_of = self.changes.hints
            self._facts = {}
        kept = self._facts
        if process not in kept:
            record = await self._store.get_process(process)
            kept[process] = None if record is None else await self._of(record)
        return kept[process]

    async def _of(self, record: ProcessRecord) -> Facts:
        return Facts.of(record, await self.scenario(record.scenario))

    async def scenario(self, scenario_id: str) -> Scenario:
        """The scenario of an id."""
        return self._cache.known(scenario_id) or await self._cache.get(scenario_id)


class Following:
    """One stream."""

    def __init__(
        self,
        streaming: Streaming,
        caller: Caller,
        command: StreamCommand,
        seq: int,
        half: int | None = None,
    ) -> None:
        """It goes on after `seq`; of the change `half` it was told already what happened."""
        self._streaming = streaming
        self._command = command
        self._process = None if command.process is None else uuid_of(command.process) or ""
        self._seq = seq
        self._half = half
        self.renew(caller)

    @property
    def position(self) -> str:
        """The id after which the stream goes on."""
        return str(self._seq) if self._half is None else f"{self._half}.1"

    def renew(self, caller: Caller) -> None:
        """Go on for the caller that the credential is now. Raises ForbiddenError."""
        access.require(caller, "process:read")
        self._caller = caller
        self._mine = principals.of_caller(caller)

    async def next(self, seconds: float) -> Sequence[News]:
        """The next news, nothing when there were none for so long, or none for the caller.

        Raises UnauthenticatedError once the credential has ended.
        """
        changes = self._streaming.changes
        page = await changes.after(self._seq)
        if not page:
            await changes.wait(self._seq, min(seconds, self._left()))
            page = await changes.after(self._seq)
        self._left()
        news: list[News] = []
        for change in page:
            if self._process is None or self._process == change.process:
                news += await self._of(change)
            self._seq, self._half = change.seq, None
        return news

    def _left(self) -> float:
        """How long the credential is good for, in seconds."""
        if self._caller.expires is None:
            return float("inf")
        left = self._caller.expires - self._streaming.clock.now().timestamp()
        if left <= 0:
            raise UnauthenticatedError("The credential has ended.", code="invalid-token")
        return left

    async def _of(self, change: ChangeRecord) -> Sequence[News]:
        """What a change is to the caller: what happened, and whose task it is now."""
        if change.kind == "erased":
            return await self._erased(change)
        facts = await self._streaming.facts(change.process)
        if facts is None or not self._wants(facts.scenario):
            return ()
        sees = self._sees(facts)
        if access.limits_on(self._caller, facts.scenario) is None:
            task = self._task(change, facts, sees=sees)
        else:
            task = await self._limited_task(change, facts, sees=sees)
        if not sees or change.seq == self._half:
            return task
        happened = f"{change.seq}.1" if task else str(change.seq)
        return (News(happened, change.kind, _happened(change, facts)), *task)

    async def _erased(self, change: ChangeRecord) -> Sequence[News]:
        """That a process is gone, by its id alone."""
        if not self._wants(await self._streaming.scenario(change.scenario)):
            return ()
        known = self._streaming.departed.get(change.process)
        sees = known is not None and self._sees(known.facts)
        if not (sees or access.is_super(self._caller)):
            return ()
        waited = known.waited if known is not None else frozenset()
        limited = known is not None and access.limits_on(self._caller, known.facts.scenario)
        task = (_gone(change),) if limited or not self._mine.isdisjoint(waited) else ()
        if change.seq == self._half:
            return task
        place = f"{change.seq}.1" if task else str(change.seq)
        data: JsonObject = {"process": {"id": change.process}, "at": change.at}
        return (News(place, change.kind, data), *task)

    def _wants(self, scenario: Scenario) -> bool:
        return self._command.scenario in (None, scenario.id, scenario.name)

    def _sees(self, facts: Facts) -> bool:
        """The rule of single reads, asked only where it could say yes."""
        could = not self._mine or not self._mine.isdisjoint(facts.participants)
        if not could and not access.is_super(self._caller):
            return False
        return access.standing(self._caller, facts.scenario, facts.record.document).sees

    async def _limited_task(
        self, change: ChangeRecord, facts: Facts, *, sees: bool
    ) -> Sequence[News]:
        """Whether it is a task of an API key with limits, which are held against each action; so
        what is stored of the change does not tell, and the key is told again at each.
        """
        if not sees:
            return self._task(change, facts, sees=False)
        asked = await self._streaming.inbox.asked(self._caller, facts.scenario, facts.record)
        return (_appeared(change, facts) if asked else _gone(change),)

    def _task(self, change: ChangeRecord, facts: Facts, *, sees: bool) -> Sequence[News]:
        """That it became the caller's task, or no longer is."""
        whose = change.tasks
        if whose is None or not self._mine.isdisjoint(whose.kept):
            return ()
        gained = not self._mine.isdisjoint(whose.gained)
        lost = not self._mine.isdisjoint(whose.lost)
        if gained == lost:
            return ()
        if lost:
            told = sees or access.within_limits(self._caller, facts.scenario)
            return (_gone(change),) if told else ()
        return (_appeared(change, facts),) if sees else ()


def _appeared(change: ChangeRecord, facts: Facts) -> News:
    return News(str(change.seq), "task-appeared", _told(change, facts))


def _gone(change: ChangeRecord) -> News:
    return News(str(change.seq), "task-gone", {"process": {"id": change.process}})


def _told(change: ChangeRecord, facts: Facts) -> JsonObject:
    """The process as it is now, and which of its events this is about."""
    record, scenario = facts.record, facts.scenario
    process = record.document
    current = cast("JsonObject", process["current"])
    named: JsonObject = {"id": scenario.id}
    if scenario.name is not None:
        named["name"] = scenario.name
    return {
        "process": {
            "id": record.id,
            "title": process["title"],
            "isRunning": process["isRunning"],
            "scenario": named,
            "current": {"key": current["key"], "title": current.get("title")},
        },
        "version": change.version,
        "at": change.at,
    }


def _happened(change: ChangeRecord, facts: Facts) -> JsonObject:
    event: dict[str, str | bool | None] = {"head": change.head}
    if change.kind != "migrated":  # Its last event is one of long ago.
        event |= {"action": change.action, "actor": change.actor}
    if change.cancelled:
        event["cancelled"] = True
    return {
        **_told(change, facts),
        **{name: value for name, value in event.items() if value is not None},
    }
