"""From the effects of an event to the jobs that are stored with it (specification: services).

Theory: jobs belong to an entry of a state. Whatever leaves the state drops them, and whatever
arrives in one brings its own; an event that stays leaves them alone. A job's id is derived from
what it is about, so that the same effect is never two jobs and a message has the same id whenever
it is sent (architecture 9.5). Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from callboard.core.canonical import uuid5
from callboard.core.process import Effect, Notify, Outcome, StateLeft, TimerSet
from callboard.core.values import Absent, JsonObject
from callboard.engine.times import later
from callboard.ports.records import JobRecord


def jobs(process: str, outcomes: Sequence[Outcome]) -> tuple[JobRecord, ...] | None:
    """The jobs of a process after these events in a row; None where those that are there stay.

    That the first action of a start stays in `initial` drops nothing (services, details 6).
    """
    kept: dict[str, JobRecord] = {}
    changed = False
    for outcome in outcomes:
        for effect in outcome.effects:
            if isinstance(effect, StateLeft):
                kept.clear()
                changed = True
            job = _job(process, outcome.head, effect)
            if job is not None:
                kept[job.id] = job
                changed = True
    return tuple(kept.values()) if changed else None


def _job(process: str, event: str, effect: Effect) -> JobRecord | None:
    """The job that an effect asks for. `event` is the hash of the event that caused it."""
    match effect:
        case TimerSet(state, index, after, at):
            identity = uuid5(f"{event}/timer/{index}", process)
            payload: JsonObject = {"state": state, "index": index, "after": after, "at": at}
            return JobRecord(identity, "timer", process, later(at, after), event, payload)
        case Notify(state, service, entry, after, at, message):
            identity = uuid5(f"{event}/notify/{service}/{entry}", process)
            payload = {"state": state, "service": service, "entry": entry, "at": at}
            if not isinstance(message, Absent):
                payload["message"] = message
            return JobRecord(identity, "notify", process, later(at, after), event, payload)
        case _:
            return None
