"""`current`: a state as it is while a process is in it (specification: process, "The process").

Its data functions are evaluated when it is entered, in the context of the state that is being left
(details 1). For states that hold none, and whose offers depend on nothing, it is a ready value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from callboard.core.process.draft import Draft
from callboard.core.scenario.compiled import Action, State
from callboard.core.scenario.names import expand
from callboard.core.values import Json, JsonObject


def make_current(draft: Draft, state: State, timestamp: str) -> JsonObject:
    """The state evaluated in the draft's context."""
    declared_only = draft.actors.keys() == draft.scenario.actors.keys()
    if state.ready is not None and declared_only:
        draft.notified = range(len(state.notify))
        return {**state.ready, "timestamp": timestamp}
    context, budget = draft.context, draft.budget
    current = {**cast("JsonObject", state.data(context, budget)), "timestamp": timestamp}
    if state.ready_actions is not None and declared_only:
        current["actions"] = state.ready_actions
    else:
        current["actions"] = cast("list[Json]", offers(draft, state))
    draft.notified = [i for i, item in enumerate(state.notify) if draft.holds(item.condition)]
    current["notify"] = [state.notify[i].entry(context, budget) for i in draft.notified]
    return current


def offers(draft: Draft, state: State, candidate: str | None = None) -> list[JsonObject]:
    """The actions that enabled transitions name, each with the actors that may do it.

    With a candidate, only those actions that this actor or service may do.
    """
    found = (offer(draft, state, action, candidate) for action in state.actions.values())
    return [action for action in found if action is not None]


def offer(draft: Draft, state: State, action: Action, candidate: str | None) -> JsonObject | None:
    """One action as `current.actions` shows it; None when it is not to be done now."""
    enabled = [t.by for t in state.by_action[action.key] if draft.holds(t.condition)]
    if not enabled or not draft.holds(action.condition):
        return None
    patterns = action.actors(draft.context, draft.budget)
    admitted = expand(patterns, _keys(draft.actors), enabled)
    if not admitted or (candidate is not None and candidate not in admitted):
        return None
    evaluated = cast("JsonObject", action.data(draft.context, draft.budget))
    return {**evaluated, "actor": cast("list[Json]", admitted)}


def _keys(actors: JsonObject) -> Iterable[str]:
    return actors
