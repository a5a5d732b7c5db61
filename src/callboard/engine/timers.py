"""Time-outs: what happens when nobody acts in time (specification: services, "Timers").

Theory: a timer belongs to an entry of a state; what leaves the state drops it in the same write. So
a timer that is there is due for the state that the process is in, and that it is still there is
checked once more in the write that it causes. A state has one timer, whatever the number of its
time-outs: its `index` says how many of them have happened already, and of the others the earliest
happens that is due and whose `if` holds.

Invariants: a timer makes one event at most, whoever else works on it. Where no `if` holds nothing
happens, and it waits for the next time-out of the state. The event has the time at which it
happens, and never one before it was due, so that a replay agrees.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Final, cast

from callboard.core.process import timeout
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine.overtaken import note_refused
from callboard.engine.reading import Reading
from callboard.engine.retry import retried
from callboard.engine.times import from_text, later, to_text
from callboard.engine.transition import stepped
from callboard.engine.workload import Workload
from callboard.errors import CallboardError, EvaluationError, InvalidError, StateUnknownError
from callboard.ports.clock import Clock
from callboard.ports.jobs import HeldJob
from callboard.ports.records import (
    ProcessRecord,
    ProcessWrite,
)
from callboard.ports.store import LostClaimError, StaleError, Store
from callboard.telemetry import SILENT, Telemetry
from callboard.telemetry.metrics import STEPS

log: Final = logging.getLogger("callboard.timers")

ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Timers:
    """The use case of a timer that is due."""

    store: Store
    reading: Reading
    clock: Clock
    workload: Workload
    telemetry: Telemetry = SILENT

    async def fire(self, held: HeldJob) -> bool:
        """Let a time-out happen; whether it did. Raises ConflictError when others change the
        process all the time, UnavailableError when the database cannot be written.
        """
        try:
            try:
                return await self._fire(held)
            except StaleError:
                return await retried(ATTEMPTS, lambda: self._fire(held))
        except LostClaimError:
            note_refused(self.telemetry, held)
            return False

    async def _fire(self, held: HeldJob) -> bool:
        record = await self.store.get_process(held.job.process)
        if record is None or not _belongs(held, record):
            await self._finish(held)
            return False
        scenario = await self.reading.cache.get(record.scenario)
        at = max(to_text(self.clock.now()), record.updated, held.job.due)
        process = record.document
        if scenario.keeps_events:
            process = await self.reading.with_events(record)
        try:
            write = await self.workload.do(
                scenario.id, work_out, scenario, record, process, held, at
            )
        except (EvaluationError, StateUnknownError, InvalidError) as error:
            _report(held, error)
            write = None
        if write is None:
            await self._put_off(held, scenario, at)
            return False
        await self.store.write_process(write)
        self.telemetry.count(STEPS, ("timeout", "taken"))
        return True

    async def _put_off(self, held: HeldJob, scenario: Scenario, at: str) -> None:
        """No time-out happened: the next of the state that is not due yet takes its place."""
        following = _next(held, scenario, at)
        if following is None:
            await self._finish(held)
            return
        due, payload = following
        if not await self.store.jobs.put_off(held.claim, due, payload):
            note_refused(self.telemetry, held)

    async def _finish(self, held: HeldJob) -> None:
        if not await self.store.jobs.finish(held.claim):
            note_refused(self.telemetry, held)


def work_out(
    scenario: Scenario, record: ProcessRecord, process: JsonObject, held: HeldJob, at: str
) -> ProcessWrite | None:
    """The write of the time-out that is due; None when no `if` holds. Raises like `timeout`."""
    outcome = timeout(
        scenario,
        process,
        elapsed=_elapsed(held, at),
        at=at,
        head=record.head,
        since=_index(held),
    )
    if outcome is None:
        return None
    write = stepped(scenario, record, outcome)
    change = "timeout" if write.change == "stepped" else write.change
    return changed(write, change=change, done=held.claim)


def _belongs(held: HeldJob, record: ProcessRecord) -> bool:
    """Whether the process still is in the entry of the state that the timer was set for."""
    current = cast("JsonObject", record.document["current"])
    payload = held.job.payload
    return (current["key"], current["timestamp"]) == (payload["state"], payload["at"])


def _next(held: HeldJob, scenario: Scenario, at: str) -> tuple[str, JsonObject] | None:
    """When the next time-out of the state is due, and the payload that says so."""
    elapsed, payload = _elapsed(held, at), held.job.payload
    for transition in scenario.states[cast("str", payload["state"])].timeouts:
        after = cast("int", transition.after)
        if after > elapsed:
            return later(cast("str", payload["at"]), after), {**payload, "after": after}
    return None


def _elapsed(held: HeldJob, at: str) -> float:
    """Seconds since the state was entered."""
    return (from_text(at) - from_text(cast("str", held.job.payload["at"]))).total_seconds()


def _index(held: HeldJob) -> int:
    return cast("int", held.job.payload["index"])


def _report(held: HeldJob, error: CallboardError) -> None:
    facts = {"process_id": held.job.process, "state": held.job.payload["state"], "why": error.code}
    log.error("a time-out cannot be worked out", extra=facts)
