"""A time-out: nobody acted in time (specification: process, "Timeout(elapsed)")."""

from __future__ import annotations

from typing import cast

from callboard.core.process.draft import Draft
from callboard.core.process.effects import Outcome, TimerSet
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
    since: int = 0,
) -> Outcome | None:
    """Let the earliest time-out happen that is due `elapsed` seconds after the state was entered
    and whose `if` holds; None when there is none. Raises like `step`.

    A time-out that stays in the state could happen again and again: the process does not remember
    it. Whoever keeps the clock passes over the first `since` time-outs of the state, as the effect
    `TimerSet` said (details 7).
    """
    event = timeout_event(head_of(process, head), at, scenario.hasher)
    draft = Draft(scenario, process, at)
    due = find_due(draft, elapsed, since)
    if due is None:
        return None
    happen(draft, due, event)
    return Outcome(draft.finish(process, event), event, tuple(draft.log), tuple(draft.effects))


def find_due(draft: Draft, elapsed: float, since: int) -> int | None:
    """The index of the time-out that is due, among those of the current state."""
    if not draft.context["isRunning"]:
        return None
    for index, transition in enumerate(_timeouts(draft)):
        if index < since:
            continue
        if cast("int", transition.after) <= elapsed and draft.holds(transition.condition):
            return index
    return None


def happen(draft: Draft, index: int, event: JsonObject) -> None:
    """Take a time-out; where it stays in the state, the next one is set."""
    timeouts = _timeouts(draft)
    draft.show_event(event)
    state, entered = draft.current["key"], draft.current["timestamp"]
    take(draft, timeouts[index])
    if timeouts[index].goto is None and index + 1 < len(timeouts):
        after = cast("int", timeouts[index + 1].after)
        draft.effects.append(TimerSet(state, index + 1, after, entered))


def _timeouts(draft: Draft) -> tuple[Transition, ...]:
    return draft.state.timeouts
