"""What one step comes to: who acts, the event, and the write that stores it. Pure.

It is worked out in one go, so that a scenario whose steps take long can have it done in a thread
(`workload`).
"""

from __future__ import annotations

from typing import NamedTuple

from callboard.core.process import step
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.access import Standing
from callboard.engine.choosing import choose
from callboard.engine.commands import StepCommand
from callboard.engine.transition import stepped
from callboard.errors import Reason
from callboard.ports.caller import Caller
from callboard.ports.records import ProcessRecord, ProcessWrite


class Step(NamedTuple):
    """A step that was worked out and is not stored yet."""

    write: ProcessWrite
    reasons: tuple[Reason, ...]
    """Why it was refused."""


def work_out(
    caller: Caller,
    standing: Standing,
    scenario: Scenario,
    record: ProcessRecord,
    process: JsonObject,
    command: StepCommand,
    at: str,
) -> Step:
    """Try the step at a time. `process` is the document of the record, with the histories that the
    scenario reads. Raises ForbiddenError, InvalidError, EvaluationError, StateUnknownError.
    """
    actor = choose(caller, standing, scenario, process, command.action, command.as_actor)
    outcome = step(
        scenario,
        process,
        action=command.action,
        actor=access.claim(caller, actor, own=actor in standing.own),
        response=command.response,
        at=at,
        head=record.head,
    )
    return Step(stepped(scenario, record, outcome), outcome.errors)
