"""Reading one process: whoever wants anything of it asks here whether it may (specification: api,
details 10).

Invariants: not there and not theirs are the same answer. What is shown as it was is worked out from
the chain, never from anything else that is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from callboard.core.process import replay
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.access import Standing
from callboard.engine.cache import ScenarioCache
from callboard.engine.commands import ProcessView
from callboard.engine.identifiers import uuid_of
from callboard.engine.views import view
from callboard.engine.workload import Workload
from callboard.errors import ChainError, ConflictError, GoneError, NotFoundError
from callboard.ports.caller import Caller
from callboard.ports.records import EventRecord, ProcessRecord, Tombstone
from callboard.ports.store import Store

_SHORTEST_HASH: Final = 16
"""What is shorter is no hash: digits alone are an index."""


class Seen(NamedTuple):
    """A process that a caller may see, and what it is to it."""

    record: ProcessRecord
    scenario: Scenario
    standing: Standing


@dataclass(frozen=True, slots=True)
class Reading:
    """Processes, as callers may see them."""

    store: Store
    cache: ScenarioCache
    workload: Workload

    async def visible(self, caller: Caller, process_id: str) -> Seen:
        """The process of an id. Raises NotFoundError when it is not there or not the caller's."""
        identity = uuid_of(process_id)
        record = await self.store.get_process(identity) if identity is not None else None
        if record is not None:
            scenario = self.cache.known(record.scenario) or await self.cache.get(record.scenario)
            standing = access.standing(caller, scenario, record.document)
            if standing.sees:
                return Seen(record, scenario, standing)
        raise _unseen()

    async def tombstone(self, process_id: str) -> Tombstone | None:
        """What is left of a process that was erased; for operators only."""
        identity = uuid_of(process_id)
        return await self.store.get_tombstone(identity) if identity is not None else None

    async def buried(self, process_id: str) -> Tombstone:
        """As `tombstone`. Raises NotFoundError when there is none."""
        stone = await self.tombstone(process_id)
        if stone is None:
            raise _unseen()
        return stone

    async def told_if_gone(self, caller: Caller, process_id: str) -> Seen:
        """As `visible`; operators are told when it was erased. Raises GoneError, too."""
        try:
            return await self.visible(caller, process_id)
        except NotFoundError:
            stone = await self.tombstone(process_id) if access.is_super(caller) else None
            if stone is None:
                raise
        raise GoneError(f"This process was erased by {stone.by} at {stone.at}: {stone.reason}")

    async def with_events(self, record: ProcessRecord) -> JsonObject:
        """The document with its events, for a scenario that reads them."""
        events = await self.store.get_events(record.id, record.version)
        return {**record.document, "events": [item.event for item in events]}

    async def view(
        self,
        record: ProcessRecord,
        scenario: Scenario,
        events: Sequence[EventRecord],
        *,
        predict: bool,
    ) -> ProcessView:
        """A whole process; the states to come take work, the rest does not."""
        if not predict:
            return view(record, scenario, events)
        return await self.workload.do(scenario.id, view, record, scenario, events, with_next=True)

    async def as_it_was(
        self, record: ProcessRecord, scenario: Scenario, version: int, *, predict: bool
    ) -> ProcessView:
        """A process as it was when it had so many events. Raises ConflictError when they do not
        lead there."""
        events = await self.store.get_events(record.id, version)
        try:
            process = await asyncio.to_thread(replay, scenario, [item.event for item in events])
        except ChainError as error:
            raise ConflictError(error.message, code="broken-chain") from error
        earlier = _earlier(record, process, events)
        return await self.view(earlier, scenario, events, predict=predict)


def _unseen() -> NotFoundError:
    return NotFoundError("There is no such process, or it is not yours.")


def place_of(events: Sequence[EventRecord], at: str) -> int:
    """The index of the event that is meant: by its index, from 0, or its hash. Raises
    NotFoundError when there is none.
    """
    if at.isascii() and at.isdecimal() and len(at) < _SHORTEST_HASH:
        if int(at) < len(events):
            return int(at)
    else:
        for index, item in enumerate(events):
            if item.event.get("hash") == at:
                return index
    raise NotFoundError("The process has no such event.")


def _earlier(
    record: ProcessRecord, process: JsonObject, events: Sequence[EventRecord]
) -> ProcessRecord:
    last = events[-1].event
    return ProcessRecord(
        id=record.id,
        scenario=record.scenario,
        document=process,
        version=len(events),
        head=cast("str", last["hash"]),
        created=record.created,
        updated=cast("str", last["timestamp"]),
    )
