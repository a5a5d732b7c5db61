"""From an outcome of the core to the write that stores it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from callboard.core.process import Outcome
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine.outbox import due_of, jobs
from callboard.engine.principals import participants, tasks
from callboard.errors import InvalidError
from callboard.ports.records import (
    ChangeKind,
    EventRecord,
    IdempotencyRecord,
    ProcessRecord,
    ProcessWrite,
    TaskRecord,
)


def started(
    scenario: Scenario, outcomes: Sequence[Outcome], idempotency: IdempotencyRecord | None
) -> ProcessWrite:
    """The write of a new process: its start, and its first action when there is one."""
    process_id = cast("str", outcomes[0].event["id"])
    last = outcomes[-1]
    process = stored(last.process)
    record = ProcessRecord(
        id=process_id,
        scenario=scenario.id,
        document=process,
        version=len(outcomes),
        head=last.head,
        created=cast("str", outcomes[0].event["timestamp"]),
        updated=cast("str", last.event["timestamp"]),
    )
    todo = next(
        found
        for outcome in reversed(outcomes)
        if (found := jobs(process_id, outcome.head, outcome.effects)) is not None
    )
    return ProcessWrite(
        record=record,
        expected=0,
        events=tuple(
            EventRecord(seq, outcome.event, outcome.log) for seq, outcome in enumerate(outcomes)
        ),
        change="created",
        participants=participants(scenario, process),
        tasks=tasks(scenario, process, due_of(todo)),
        jobs=todo,
        idempotency=idempotency,
    )


def moved(
    scenario: Scenario,
    record: ProcessRecord,
    outcome: Outcome,
    change: ChangeKind,
    idempotency: IdempotencyRecord | None,
) -> ProcessWrite:
    """The write of one event of a process."""
    before, process = record.document, stored(outcome.process)
    new = ProcessRecord(
        id=record.id,
        scenario=record.scenario,
        document=process if outcome.applied else before,
        version=record.version + 1,
        head=outcome.head,
        created=record.created,
        updated=cast("str", outcome.event["timestamp"]),
    )
    event = EventRecord(record.version, outcome.event, outcome.log)
    if not outcome.applied:
        return ProcessWrite(new, record.version, (event,), "refused", idempotency=idempotency)
    todo = jobs(record.id, outcome.head, outcome.effects)
    same_actors = process["actors"] is before["actors"]
    return ProcessWrite(
        record=new,
        expected=record.version,
        events=(event,),
        change=change if process["isRunning"] else "ended",
        participants=None
        if same_actors and not scenario.has_computed_actors
        else participants(scenario, process),
        tasks=_tasks(scenario, before, process, due_of(todo)),
        jobs=todo,
        idempotency=idempotency,
    )


def _tasks(
    scenario: Scenario, before: JsonObject, process: JsonObject, due: str | None
) -> tuple[TaskRecord, ...] | None:
    """Who may act now; None where that is surely as before."""
    old, new = cast("JsonObject", before["current"]), cast("JsonObject", process["current"])
    state = scenario.states[cast("str", new["key"])]
    stayed = old["key"] == new["key"] and old["timestamp"] == new["timestamp"]
    if stayed and state.ready_actions is not None and process["actors"] is before["actors"]:
        return None
    return tasks(scenario, process, due)


def stored(process: JsonObject) -> JsonObject:
    """The document that is kept: events are rows of their own."""
    if "events" not in process:
        return process
    return {key: value for key, value in process.items() if key != "events"}


def check_size(text_bytes: int, limit: int) -> None:
    """Raise InvalidError for a process that has grown too large."""
    if text_bytes > limit:
        raise InvalidError(
            f"The process would have {text_bytes} bytes; at most {limit} are allowed.",
            code="process-too-large",
        )
