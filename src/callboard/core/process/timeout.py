"""A time-out: nobody acted in time (specification: process, "Timeout(elapsed)")."""

from __future__ import annotations

from typing import cast

from callboard.core.process.draft import Draft
from callboard.core.process.effects import Outcome
from callboard.core.process.events import head_of, timeout_event
from callboard.core.process.move import take
from callboard.core.scenario.compiled import Scenario, Transition
from callboard.core.values import JsonObject


def timeout(
    scenario: Scenario,
    process: JsonObject,
    *,
    elapsed: float,
    at: str,
    head: str | None = None,
) -> Outcome | None:
    """Let the earliest time-out happen that is due `elapsed` seconds after the state was entered
    and whose `if` holds; None when there is none. Raises like `step`.
    """
    event = timeout_event(head_of(process, head), at)
    draft = Draft(scenario, process, at)
    transition = due(draft, elapsed)
    if transition is None:
        return None
    draft.show_event(event)
    take(draft, transition)
    return Outcome(draft.finish(process, event), event, tuple(draft.log), tuple(draft.effects))


def due(draft: Draft, elapsed: float) -> Transition | None:
    """The time-out of the current state that is due."""
    state = draft.scenario.states[cast("str", draft.current["key"])]
    for transition in state.timeouts:
        if cast("int", transition.after) <= elapsed and draft.holds(transition.condition):
            return transition
    return None
