"""What is likely to come (specification: process, "Predict" and details 8).

A copy of the process is stepped forward: of each state the first action that works, by the first
actor who may, with the default response; where no action works, the first time-out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from callboard.core.canonical import canonical
from callboard.core.process.actors import acting
from callboard.core.process.checks import check_action
from callboard.core.process.draft import Draft
from callboard.core.process.events import action_event
from callboard.core.process.move import take
from callboard.core.process.step import choose
from callboard.core.process.updates import apply_updates
from callboard.core.scenario.compiled import Action, Scenario, State
from callboard.core.scenario.names import ANYBODY, covers, is_service
from callboard.core.schema import default_of
from callboard.core.values import ABSENT, Absent, JsonObject
from callboard.errors import PredictionError, Reason

_SITUATION = ("title", "tags", "actors", "vars", "result")


def predict(scenario: Scenario, process: JsonObject, *, limit: int = 100) -> list[JsonObject]:
    """The states to come, each like `current` without `timestamp` and `notify`.

    Ends at an end state, where nothing can happen, and when a situation repeats. Raises
    PredictionError when more than `limit` states come, EvaluationError like `step`.
    """
    states: list[JsonObject] = []
    seen = {_situation(process)}
    while process["isRunning"]:
        following = _next(scenario, process)
        if following is None:
            break
        stayed = following["current"] == process["current"]
        process = following
        situation = _situation(process)
        repeats = situation in seen
        if repeats and stayed:
            break
        states.append(_shown(process))
        if repeats:
            break
        seen.add(situation)
        if len(states) > limit:
            raise PredictionError(f"More than {limit} states are to come.")
    return states


def _shown(process: JsonObject) -> JsonObject:
    current = cast("JsonObject", process["current"])
    return {key: value for key, value in current.items() if key not in ("timestamp", "notify")}


def _situation(process: JsonObject) -> bytes:
    current = cast("JsonObject", process["current"])
    return canonical({**{key: process[key] for key in _SITUATION}, "state": current["key"]})


def _next(scenario: Scenario, process: JsonObject) -> JsonObject | None:
    """The process one step on; None when nothing can happen."""
    current = cast("JsonObject", process["current"])
    state = scenario.states[cast("str", current["key"])]
    for action, actor in _candidates(state, process):
        draft = _try_action(scenario, process, action, actor)
        if draft is not None:
            return _finished(draft, process)
    for transition in state.timeouts:
        draft = _draft(scenario, process)
        if draft.holds(transition.condition):
            take(draft, transition)
            return _finished(draft, process)
    return None


def _candidates(state: State, process: JsonObject) -> Iterator[tuple[Action, str]]:
    """Action transitions in order, each with its actors in order."""
    actors = cast("JsonObject", process["actors"])
    for name, transitions in state.by_action.items():
        for transition in transitions:
            for pattern in transition.by:
                if is_service(pattern):
                    yield state.actions[name], pattern
                else:
                    for key in actors:
                        if pattern == ANYBODY or covers(pattern, key):
                            yield state.actions[name], key


def _draft(scenario: Scenario, process: JsonObject) -> Draft:
    current = cast("JsonObject", process["current"])
    return Draft(scenario, process, cast("str", current["timestamp"]), predicting=True)


def _try_action(scenario: Scenario, process: JsonObject, action: Action, key: str) -> Draft | None:
    """Step without checking response and result; None where the step would be skipped."""
    draft = _draft(scenario, process)
    state = scenario.states[cast("str", draft.current["key"])]
    draft.show_event(action_event("", draft.at, action.key, {"key": key}, ABSENT))
    _make_visible(draft, action, key)
    errors: list[Reason] = []
    check_action(draft, state, action, key, errors)
    if errors or apply_updates(draft, action, set()):
        return None
    transition = choose(draft, state, action.key, key)
    if transition is None:
        return None
    draft.acting = {"key": key}
    take(draft, transition)
    return draft


def _make_visible(draft: Draft, action: Action, key: str) -> None:
    shown: JsonObject = {**draft.current, "actor": acting(draft.actors, key), "response": None}
    draft.context["current"] = shown
    evaluated = cast("JsonObject", action.data(draft.context, draft.budget))
    default = default_of(evaluated.get("response"))
    response = None if isinstance(default, Absent) else default
    draft.context["current"] = {**shown, "response": response, "action": evaluated}


def _finished(draft: Draft, process: JsonObject) -> JsonObject:
    draft.context.pop("is_prediction", None)
    return {**draft.context, "scenario": process["scenario"]}
