"""The inbox: what waits for somebody (specification: api, section 3; process, details 1).

Theory: who may act is written as tasks with every event that changes it, and an inbox reads them by
an index. What may be done is worked out anew for each actor that the caller is, and an API key's
limits are held against it; what nothing is left of is passed over. A key without a service has no
tasks of its own: the processes of its scenarios that run are gone through instead, newest first.

Invariant: a process is in somebody's inbox exactly when a step by one of its own actors could be
taken there now. Operators are asked for what they are themselves, not for what they may act for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple, cast

from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import covers
from callboard.core.values import Json, JsonObject
from callboard.engine import access, cursors
from callboard.engine.access import Document
from callboard.engine.cache import ScenarioCache
from callboard.engine.choosing import offers
from callboard.engine.commands import InboxCommand, TaskCount, TaskPage
from callboard.engine.config import EngineConfig
from callboard.engine.cursors import Cursor
from callboard.engine.reading import Reading
from callboard.engine.scope import Scope, Scopes
from callboard.engine.summary import summary
from callboard.engine.times import to_text
from callboard.engine.transition import due
from callboard.errors import InvalidError, Reason
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.records import (
    Filters,
    Position,
    ProcessQuery,
    ProcessRecord,
    Slice,
    Sort,
    TaskQuery,
)
from callboard.ports.store import Store

LONGEST: Final = 100
SORTS: Final = ("since", "-since", "due", "-due")
_SHOWN: Final = ("key", "title", "description")


class _Order(NamedTuple):
    by: str
    descending: bool


class _Task(NamedTuple):
    """A process that waits, and what may be done."""

    record: ProcessRecord
    scenario: Scenario
    actions: tuple[JsonObject, ...]
    due: str | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """Pages of tasks, and their number."""

    store: Store
    cache: ScenarioCache
    clock: Clock
    config: EngineConfig
    scopes: Scopes
    reading: Reading

    async def page(self, caller: Caller, command: InboxCommand) -> TaskPage:
        """A page of what waits for the caller. Raises InvalidError for a page that cannot be, an
        order that is none, and a cursor of another query.
        """
        access.require(caller, "process:read")
        if not 1 <= command.limit <= LONGEST:
            raise InvalidError(f"Pages have 1 to {LONGEST} tasks.")
        order, query = _order(command), _digest(command)
        cursor = None
        if command.cursor is not None:
            cursor = cursors.read(command.cursor, query, ((str, self.store.tie),))
        named = await self.scopes.named(command.scenario)
        scope = (await self.scopes.of(caller)).within(named)
        if scope.principals is None and order.by == "due":
            raise _wrong("A key without a service has no order by `due`.")
        tasks, part = await self._gather(caller, command, scope, order, cursor)
        after, before = cursors.around(part, cursor, began=cursor is None)
        return TaskPage(
            [await self._shown(task) for task in tasks],
            None if after is None else cursors.write(after, query),
            None if before is None else cursors.write(before, query),
        )

    async def count(self, caller: Caller) -> TaskCount:
        """How much waits for the caller, counted up to a bound."""
        access.require(caller, "process:read")
        scope, most = await self.scopes.of(caller), self.config.counted_tasks
        now = to_text(self.clock.now())
        if scope.is_empty:
            return TaskCount(0, 0, {}, more=False)
        if scope.principals is not None and scope.scenarios is None:
            found = list(await self.store.count_tasks(scope.principals, most + 1))
            more = len(found) > most
            del found[most:]
        else:
            found, more = await self._count_one_by_one(caller, scope, most)
        late = sum(1 for _, when in found if when is not None and when < now)
        return TaskCount(len(found), late, Counter(key for key, _ in found), more)

    async def _count_one_by_one(
        self, caller: Caller, scope: Scope, most: int
    ) -> tuple[list[tuple[str, str | None]], bool]:
        """Of a limited key, whose limits are held against each."""
        found: list[tuple[str, str | None]] = []
        order, place, seen = _Order("since", descending=True), None, 0
        while seen < most:
            part = await self._candidates(scope, order, LONGEST, place, backwards=False)
            seen += max(1, len(part.records))
            for record in part.records:
                task = await self._task(caller, record)
                if task is not None:
                    found.append((task.scenario.id, task.due))
            place = part.end
            if place is None:
                break
        return found, place is not None

    async def _gather(
        self,
        caller: Caller,
        command: InboxCommand,
        scope: Scope,
        order: _Order,
        cursor: Cursor | None,
    ) -> tuple[list[_Task], Slice]:
        """The tasks of a page, and the part of the list that they are."""
        backwards = cursor is not None and cursor.backwards
        place = cursor.place if cursor is not None else None
        now = to_text(self.clock.now())
        if place is None and command.overdue and order == ("due", True):
            place = (now, -1)
        found: list[tuple[_Task, Position]] = []
        seen = 0
        if scope.is_empty:
            return [], Slice()
        while len(found) < command.limit:
            left = command.limit - len(found)
            part = await self._candidates(scope, order, left, place, backwards=backwards)
            new = [item async for item in self._tasks(caller, part)]
            kept = [item for item in new if not command.overdue or _is_late(item[0], now)]
            found = kept + found if backwards else found + kept
            seen += max(1, len(part.records))
            place = part.end
            if len(kept) < len(new) and order == ("due", False) and not backwards:
                place = None
            if place is None or seen >= self.config.looked_at:
                break
        positions = tuple(position for _, position in found)
        return [task for task, _ in found], Slice((), positions, place)

    async def _candidates(
        self, scope: Scope, order: _Order, limit: int, after: Position | None, *, backwards: bool
    ) -> Slice:
        """Processes that may wait for whoever has this scope."""
        if scope.principals is None:
            query = ProcessQuery(
                principals=None,
                limit=limit,
                filters=Filters(scope.scenarios, running=True),
                sort=(Sort("created", order.descending),),
                after=after,
                backwards=backwards,
                scan=self.config.looked_at,
            )
            return await self.store.list_processes(query)
        return await self.store.list_tasks(
            TaskQuery(
                principals=scope.principals,
                by="due" if order.by == "due" else "since",
                descending=order.descending,
                limit=limit,
                scenarios=scope.scenarios,
                after=after,
                backwards=backwards,
                scan=self.config.looked_at,
            )
        )

    async def _tasks(self, caller: Caller, part: Slice) -> AsyncIterator[tuple[_Task, Position]]:
        for record, position in zip(part.records, part.positions, strict=True):
            task = await self._task(caller, record)
            if task is not None:
                yield task, position

    async def _task(self, caller: Caller, record: ProcessRecord) -> _Task | None:
        """What a process asks of the caller; None when it is nothing."""
        scenario = self.cache.known(record.scenario) or await self.cache.get(record.scenario)
        actions = await self.asked(caller, scenario, record)
        if not actions:
            return None
        return _Task(record, scenario, actions, due(scenario, record.document))

    async def asked(
        self, caller: Caller, scenario: Scenario, record: ProcessRecord
    ) -> tuple[JsonObject, ...]:
        """The actions that a process asks of the caller."""
        process = record.document
        if scenario.keeps_events:
            process = await self.reading.with_events(record)
        actors = len(access.actors_of(process))
        return await self.reading.workload.do_parts(
            scenario.id, actors, partial(actions_of, caller, scenario, process)
        )

    async def _shown(self, task: _Task) -> JsonObject:
        face = await self.cache.face(task.record.scenario)
        current = cast("JsonObject", task.record.document["current"])
        shown: JsonObject = {
            "process": summary(task.record, face, self.config.process_fields),
            "state": {name: current.get(name) for name in _SHOWN},
            "instructions": _instructions(current, task.actions),
            "since": current["timestamp"],
            "actions": list[Json](task.actions),
        }
        if task.due is not None:
            shown["due"] = task.due
        return shown


def actions_of(caller: Caller, scenario: Scenario, process: Document) -> tuple[JsonObject, ...]:
    """What the caller may do now as one of its own actors, an entry for each action and actor."""
    standing = access.standing(caller, scenario, process)
    if not standing.sees:
        return ()
    return tuple(_offered(caller, scenario, process, standing.own))


def _offered(
    caller: Caller, scenario: Scenario, process: Document, actors: Sequence[str]
) -> Iterator[JsonObject]:
    for actor in actors:
        for action in offers(scenario, process, actor):
            key = cast("str", action["key"])
            if access.may_do(caller, scenario, actor, key):
                shown: JsonObject = {name: action.get(name) for name in _SHOWN}
                yield {**shown, "actor": actor, "response": action.get("response", {})}


def _instructions(current: JsonObject, actions: Sequence[JsonObject]) -> JsonObject:
    """Those that are for the actors who may act."""
    actors = {cast("str", action["actor"]) for action in actions}
    given = current.get("instructions")
    if not isinstance(given, dict):
        return {}
    return {key: text for key, text in given.items() if any(covers(key, actor) for actor in actors)}


def _is_late(task: _Task, now: str) -> bool:
    return task.due is not None and task.due < now


def _order(command: InboxCommand) -> _Order:
    text = command.sort or ("due" if command.overdue else "-since")
    if text not in SORTS:
        raise _wrong(f"`sort` is one of {', '.join(SORTS)}.")
    return _Order(text.removeprefix("-"), text.startswith("-"))


def _digest(command: InboxCommand) -> str:
    return cursors.digest("tasks", command.scenario, command.overdue, command.sort)


def _wrong(message: str) -> InvalidError:
    return InvalidError(message, [Reason("query", message, details={"parameter": "sort"})])
