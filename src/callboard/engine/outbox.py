"""From the effects of an event to the jobs that are stored with it (specification: services).

Pure. A job's id is derived from what it is about, so that the same effect is never two jobs and a
message has the same id whenever it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from callboard.core.canonical import uuid5
from callboard.core.process import Effect, Notify, StateEntered, StateLeft, TimerSet
from callboard.core.values import Absent, JsonObject
from callboard.engine.times import later
from callboard.ports.records import JobRecord

_NAMESPACE: Final = "6a0f3f0a-5d0c-5bd8-9d3c-0c5a1f7b9a11"


def jobs(process: str, event: str, effects: Sequence[Effect]) -> tuple[JobRecord, ...] | None:
    """The jobs of the state that an event led to; None where the ones that are there stay.

    `event` is the hash of the event. Leaving a state drops its jobs; a time-out that stays in its
    state only sets the next timer.
    """
    moved = any(isinstance(effect, (StateEntered, StateLeft)) for effect in effects)
    found = tuple(
        job for effect in effects if (job := _job(process, event, effect)) is not None
    )
    return found if moved or found else None


def due_of(found: Sequence[JobRecord] | None) -> str | None:
    """When the state's timer is due."""
    return next((job.due for job in found or () if job.kind == "timer"), None)


def _job(process: str, event: str, effect: Effect) -> JobRecord | None:
    match effect:
        case TimerSet(state, index, after, at):
            identity = uuid5(f"{process}/{event}/timer/{index}", _NAMESPACE)
            payload: JsonObject = {"state": state, "index": index, "after": after, "at": at}
            return JobRecord(identity, "timer", process, later(at, after), event, payload)
        case Notify(state, service, entry, after, at, message):
            identity = uuid5(f"{process}/{event}/{service}/{entry}", _NAMESPACE)
            payload = {"state": state, "service": service, "entry": entry}
            if not isinstance(message, Absent):
                payload["message"] = message
            return JobRecord(identity, "notify", process, later(at, after), event, payload)
        case _:
            return None
