"""From outcomes of the core to the write that stores them. Pure.

Invariant: what the write leaves out (participants, tasks, jobs) is surely as it was, so that most
steps write an event and a row and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson

from callboard.core.process import Outcome
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine.access import Document
from callboard.engine.outbox import jobs
from callboard.engine.principals import participants, tasks
from callboard.engine.times import later
from callboard.errors import InvalidError
from callboard.ports.jobs import JobRecord
from callboard.ports.records import (
    ChangeKind,
    EventRecord,
    ProcessRecord,
    ProcessWrite,
    Resting,
    TaskRecord,
)


def started(scenario: Scenario, outcomes: Sequence[Outcome]) -> ProcessWrite:
    """The write of a new process: its start, and its first action when there is one.

    Raises InvalidError when the process is too large.
    """
    first: Document = outcomes[0].event
    last = outcomes[-1]
    process_id, process = first["id"], stored(scenario, last.process)
    record = ProcessRecord(
        id=process_id,
        scenario=scenario.id,
        document=process,
        version=len(outcomes),
        head=last.head,
        created=first["timestamp"],
        updated=str(last.event["timestamp"]),
    )
    events = [EventRecord(seq, item.event, item.log) for seq, item in enumerate(outcomes)]
    return ProcessWrite(
        record=record,
        expected=0,
        events=tuple(events),
        change="created",
        participants=participants(scenario, process),
        tasks=tasks(scenario, last.process, due(scenario, process)),
        jobs=jobs(process_id, outcomes).added,
    )


def stepped(scenario: Scenario, record: ProcessRecord, outcome: Outcome) -> ProcessWrite:
    """The write of one event of a process. Raises InvalidError when it would become too large."""
    before, applied = record.document, not outcome.errors
    event: Document = outcome.event
    process = stored(scenario, outcome.process) if applied else before
    version, head, at = record.version + 1, event["hash"], event["timestamp"]
    new = ProcessRecord(record.id, record.scenario, process, version, head, record.created, at)
    events = (EventRecord(record.version, event, outcome.log),)
    if not applied:
        return ProcessWrite(new, record.version, events, "refused")
    change: ChangeKind = "stepped" if process["isRunning"] else "ended"
    who = None
    if scenario.has_computed_actors or process["actors"] is not before["actors"]:
        who = participants(scenario, process)
    following = jobs(record.id, (outcome,))
    return ProcessWrite(
        record=new,
        expected=record.version,
        events=events,
        change=change,
        participants=who,
        tasks=_tasks(scenario, before, outcome.process),
        left=_left(record, process),
        jobs=following.added,
        drops_jobs=following.drops,
    )


def rewritten(
    scenario: Scenario, record: ProcessRecord, outcomes: Sequence[Outcome]
) -> ProcessWrite:
    """The write of a whole chain in place of the one that a process has. Raises InvalidError when
    the process would become too large.
    """
    last = outcomes[-1]
    process = stored(scenario, last.process)
    new = replace(record, scenario=scenario.id, document=process, head=last.head)
    return ProcessWrite(
        record=new,
        expected=record.version,
        events=tuple(EventRecord(seq, item.event, item.log) for seq, item in enumerate(outcomes)),
        change="migrated",
        participants=participants(scenario, process),
        tasks=tasks(scenario, last.process, due(scenario, process)),
        jobs=_of_now(jobs(record.id, outcomes).added),
        drops_jobs=True,
        left=_place(record),
        replaces=record.head,
    )


def _left(record: ProcessRecord, process: Document) -> Resting | None:
    """Where a process was, when that is another place than it is in now."""
    before: Document = record.document
    if process["isRunning"] and before["current"]["key"] == process["current"]["key"]:
        return None
    return _place(record)


def _place(record: ProcessRecord) -> Resting:
    document: Document = record.document
    return Resting(record.scenario, document["current"]["key"], document["isRunning"])


def _of_now(made: Sequence[JobRecord]) -> tuple[JobRecord, ...]:
    """The jobs of an entry of a state that are still to be done: of its timers the last one, since
    those before have had their turn.
    """
    timers = [job for job in made if job.kind == "timer"]
    return tuple(job for job in made if job.kind != "timer" or job is timers[-1])


def _tasks(
    scenario: Scenario, before: Document, process: Document
) -> tuple[TaskRecord, ...] | None:
    """Who may act now; None where that is surely as before."""
    old, new = before["current"], process["current"]
    stayed = old["key"] == new["key"] and old["timestamp"] == new["timestamp"]
    if (
        stayed
        and process["isRunning"]
        and process["actors"] is before["actors"]
        and scenario.states[new["key"]].ready_actions is not None
    ):
        return None
    return tasks(scenario, process, due(scenario, process))


def due(scenario: Scenario, process: Document) -> str | None:
    """When the state that a process is in times out, if it does."""
    current = process["current"]
    timeouts = scenario.states[current["key"]].timeouts
    after = timeouts[0].after if timeouts else None
    return None if after is None else later(current["timestamp"], after)


def stored(scenario: Scenario, process: JsonObject) -> JsonObject:
    """The document that is kept: events are rows of their own, and it has a bound."""
    if "events" in process:
        process = {key: value for key, value in process.items() if key != "events"}
    size, limit = len(orjson.dumps(process)), scenario.limits.process_bytes
    if size > limit:
        raise InvalidError(
            f"The process would have {size} bytes; at most {limit} are allowed.",
            code="process-too-large",
        )
    return process
