"""What a service is told, and what its reply means (specification: process, "Services")."""

from __future__ import annotations

from typing import cast

from callboard.core.process.draft import Draft
from callboard.core.scenario.compiled import Notification, Scenario, State
from callboard.core.scenario.names import SERVICE, is_service
from callboard.core.values import Json, JsonObject


def message(process: JsonObject, service: str) -> JsonObject:
    """`{actions, instructions?}`: what the service may do now, and its instructions."""
    key = _actor_key(service)
    current = cast("JsonObject", process["current"])
    actions = [
        action
        for action in cast("list[JsonObject]", current["actions"])
        if key in cast("list[str]", action["actor"])
    ]
    told: JsonObject = {"actions": cast("list[Json]", actions)}
    instructions = cast("JsonObject", current.get("instructions") or {})
    if key in instructions:
        told["instructions"] = instructions[key]
    return told


def trigger(
    scenario: Scenario,
    process: JsonObject,
    service: str,
    response: Json,
    *,
    entry: int | None = None,
) -> str | None:
    """The action that a service's reply means; None when it means none.

    `entry` is the index of the notification that is answered; without it the state's first one to
    this service counts, and where there is none, the one action that the service may do.
    """
    key = _actor_key(service)
    state = scenario.states[cast("str", cast("JsonObject", process["current"])["key"])]
    notification = _answered(state, key[len(SERVICE) :], entry)
    if notification is None:
        actions = cast("list[JsonObject]", message(process, key)["actions"])
        return cast("str", actions[0]["key"]) if len(actions) == 1 else None
    draft = Draft(scenario, process, "")
    draft.context["current"] = {**draft.current, "response": response, "actor": {"key": key}}
    meant = notification.trigger(draft.context, draft.budget)
    return meant if isinstance(meant, str) else None


def answerable(scenario: Scenario, state: str, entry: int | None) -> bool:
    """Whether the answer to a notification may mean an action; `entry` as for `trigger`, None for
    one that follows from the actor of an action.
    """
    notify = scenario.states[state].notify
    return entry is None or (entry < len(notify) and notify[entry].triggers)


def _answered(state: State, service: str, entry: int | None) -> Notification | None:
    if entry is not None:
        return state.notify[entry] if entry < len(state.notify) else None
    return next((item for item in state.notify if item.service == service), None)


def _actor_key(service: str) -> str:
    return service if is_service(service) else SERVICE + service
