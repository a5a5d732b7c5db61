"""From the effects of an event to the jobs that are stored with it (specification: services).

Theory: jobs belong to an entry of a state. Whatever leaves the state drops them, and whatever
arrives in one brings its own; an event that stays leaves them alone. A job's id is derived from
what it is about, so that the same effect is never two jobs and a message has the same id whenever
it is sent (architecture 9.5). Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from callboard.core.canonical import uuid5
from callboard.core.process import Notify, Outcome, StateLeft, TimerSet
from callboard.core.values import Absent, JsonObject
from callboard.engine.times import later
from callboard.ports.jobs import JobRecord

_MAKES_JOBS: Final = (TimerSet, Notify)


class Jobs(NamedTuple):
    """What happens to the jobs of a process: whether those that are there go, and which come."""

    drops: bool
    added: tuple[JobRecord, ...]


def jobs(process: str, outcomes: Sequence[Outcome]) -> Jobs:
    """The jobs of a process after these events in a row.

    That the first action of a start stays in `initial` drops nothing (services, details 6); nor
    does a time-out that stays: it only sets the next one.
    """
    added: dict[str, JobRecord] = {}
    drops = False
    for outcome in outcomes:
        for effect in outcome.effects:
            if isinstance(effect, StateLeft):
                added.clear()
                drops = True
            elif isinstance(effect, _MAKES_JOBS):
                job = _job(process, outcome.head, effect)
                added[job.id] = job
    return Jobs(drops, tuple(added.values()))


def _job(process: str, event: str, effect: TimerSet | Notify) -> JobRecord:
    """The job that an effect asks for. `event` is the hash of the event that caused it."""
    due = later(effect.at, effect.after)
    payload: JsonObject = {"state": effect.state, "at": effect.at}
    if isinstance(effect, TimerSet):
        payload |= {"index": effect.index, "after": effect.after}
        identity = uuid5(f"{event}/timer/{effect.index}", process)
        return JobRecord(identity, "timer", process, due, event, payload)
    payload |= {"service": effect.service, "entry": effect.entry, "due": due}
    if not isinstance(effect.message, Absent):
        payload["message"] = effect.message
    identity = uuid5(f"{event}/notify/{effect.service}/{effect.entry}", process)
    return JobRecord(identity, "notify", process, due, event, payload, effect.service)
