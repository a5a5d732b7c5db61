"""The order in which a scenario is normalised (specification: language, sections 3 and 5)."""

from __future__ import annotations

from typing import Final

from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.scenario.normalize.actions import normalize_actions
from callboard.core.scenario.normalize.implied import with_implied_actions, with_implied_states
from callboard.core.scenario.normalize.normal_form import is_normal
from callboard.core.scenario.normalize.refusal import refuse
from callboard.core.scenario.normalize.schemas import (
    normalize_actors,
    normalize_variables,
    schema_at,
)
from callboard.core.scenario.normalize.states import normalize_state
from callboard.core.scenario.normalize.triggers import services_of_actions
from callboard.core.scenario.normalize.wildcard import merge_any_state
from callboard.core.values import Json, JsonObject

SCENARIO_FORMAT: Final = "https://schemas.letsflow.io/v1.0/scenario"
"""Which format a scenario is written in, unless its `$schema` says so itself."""

_DEFAULT_ACTORS: Final[JsonObject] = {"actor": {}}


def normalize(scenario: JsonObject, *, limits: Limits = DEFAULT_LIMITS) -> JsonObject:
    """The scenario with every default filled in, in the one shape that the engine meets.

    The input is not changed, but parts of it may be shared by the result; normalising twice
    changes nothing. Raises ScenarioError, with the place, for what has no normal form: another
    `$schema`, no states, a null variable or state, a period that is none, an override of
    an action that does not exist, or something that goes beyond `limits`.

    >>> normal = normalize({"states": {"initial": {"on": "ask", "goto": "(asked)"}}})
    >>> normal["actions"]["initial.ask"]["actor"], list(normal["states"])
    (['actor'], ['initial', '(asked)'])
    """
    given = scenario.get("$schema")
    if given not in (None, SCENARIO_FORMAT):
        refuse(f"A scenario of another format than {SCENARIO_FORMAT}.", "/$schema")
    result: JsonObject = {
        **scenario,
        "$schema": SCENARIO_FORMAT,
        "title": _given(scenario, "title", ""),
        "description": _given(scenario, "description", ""),
        "tags": _given(scenario, "tags", []),
        "actors": normalize_actors(_actors(scenario, limits), limits),
        "vars": normalize_variables(_map(scenario, "vars"), limits),
        "result": schema_at(_given(scenario, "result", {}), "/result", limits),
    }
    actions = normalize_actions(_map(scenario, "actions"), limits)
    declared = _declared_states(scenario, actions, limits)
    states = with_implied_states(merge_any_state(declared, limits))
    result["actions"] = with_implied_actions(actions, _map(result, "actors"), states, limits)
    result["states"] = dict(states)
    return result


def _declared_states(
    scenario: JsonObject, actions: JsonObject, limits: Limits
) -> dict[str, JsonObject]:
    states = _map(scenario, "states")
    if scenario.get("states") is None:
        refuse("A scenario has states.", "/states")
    if len(states) > limits.states:
        refuse(f"A scenario has at most {limits.states} states.", "/states")
    services = services_of_actions(actions)
    keep = is_normal(scenario)
    return {
        key: normalize_state(key, state, services, keep_triggers=keep)
        for key, state in states.items()
    }


def _actors(scenario: JsonObject, limits: Limits) -> JsonObject:
    if scenario.get("actors") is None:
        return _DEFAULT_ACTORS
    actors = _map(scenario, "actors")
    if len(actors) > limits.actors:
        refuse(f"A scenario declares at most {limits.actors} actors.", "/actors")
    return actors


def _given(scenario: JsonObject, key: str, default: Json) -> Json:
    value = scenario.get(key)
    return default if value is None else value


def _map(value: JsonObject, key: str) -> JsonObject:
    found = value.get(key)
    if not (found is None or isinstance(found, dict)):
        refuse(f"The {key} of a scenario are a map.", f"/{key}")
    return found or {}
