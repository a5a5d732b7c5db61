"""Starting a process (specification: process, "Instantiate")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from callboard.core.process.actors import find_actor
from callboard.core.process.draft import Draft
from callboard.core.process.effects import Outcome
from callboard.core.process.events import instantiate_event
from callboard.core.process.move import start
from callboard.core.scenario.compiled import Actor, Scenario
from callboard.core.values import Absent, Json, JsonObject
from callboard.errors import Reason, StartRefusedError


def instantiate(
    scenario: Scenario,
    *,
    process_id: str,
    at: str,
    actors: Mapping[str, JsonObject] | None = None,
    histories: bool = False,
) -> Outcome:
    """Start a process. `actors` gives ids, titles and properties to declared (or wildcard) actors.

    The process carries `previous` and `events` only where the scenario reads them, or with
    `histories`. Raises StartRefusedError with every reason when the given actors do not fit;
    otherwise like `step`.
    """
    given = dict(actors or {})
    made = make_actors(scenario, given)
    event = instantiate_event(process_id, at, scenario, cast("JsonObject", given))
    return begin(scenario, event, made, histories=histories)


def make_actors(scenario: Scenario, given: Mapping[str, JsonObject]) -> JsonObject:
    """The actors that a process starts with; refuses what does not fit."""
    if not given:
        return scenario.fresh_actors
    reasons = [reason for key, value in given.items() for reason in _refuse(scenario, key, value)]
    made = dict(scenario.fresh_actors)
    for key, value in given.items():
        declared = find_actor(scenario, key)
        if declared is not None:
            made[key] = declared.make(key, value)
    reasons += [reason for key in given if key in made for reason in _check(scenario, key, made)]
    if reasons:
        raise StartRefusedError(reasons)
    return made


def _refuse(scenario: Scenario, key: str, given: JsonObject) -> Iterator[Reason]:
    declared = find_actor(scenario, key)
    if declared is None:
        known = ", ".join(map(repr, (*scenario.actors, *_wildcards(scenario)))) or "none"
        yield Reason(
            "actor-unknown",
            f"The scenario has no actor {key!r}. Its actors: {known}.",
            details={"key": key},
        )
    elif not isinstance(declared.role, Absent) and "role" in (given or {}):
        yield _invalid(key, f"The role of actor {key!r} is fixed by the scenario.", role=True)


def _wildcards(scenario: Scenario) -> Iterator[str]:
    return (actor.key for actor in scenario.wildcard_actors)


def _check(scenario: Scenario, key: str, made: JsonObject) -> Iterator[Reason]:
    declared = cast("Actor", find_actor(scenario, key))
    checker, actor = declared.checker, made[key]
    if isinstance(actor, dict) and checker.is_valid(actor):
        return
    reasons = checker.check(actor)
    errors = [
        {"instancePath": r.pointer, "keyword": r.keyword, "message": r.message} for r in reasons
    ]
    texts = "; ".join(f"{reason.pointer} {reason.message}".strip() for reason in reasons)
    yield _invalid(key, f"Actor {key!r} does not satisfy its schema: {texts}", errors=errors)


def _invalid(key: str, message: str, **details: object) -> Reason:
    return Reason("process-invalid", message, details={"what": "actors", "key": key, **details})


def begin(scenario: Scenario, event: JsonObject, actors: JsonObject, *, histories: bool) -> Outcome:
    """The process right after its first event."""
    process: JsonObject = {
        "id": event["id"],
        "title": scenario.title,
        "isRunning": True,
        "tags": scenario.tags,
        "scenario": {"id": scenario.id},
        "actors": actors,
        "vars": scenario.fresh_variables,
        "result": _default(scenario.result.default),
    }
    if histories or scenario.keeps_previous:
        process["previous"] = []
    if histories or scenario.keeps_events:
        process["events"] = []
    draft = Draft(scenario, process, cast("str", event["timestamp"]))
    draft.show_event(event)
    start(draft)
    return Outcome(draft.finish(process, event), event, tuple(draft.log), tuple(draft.effects))


def _default(value: Json | Absent) -> Json:
    return None if isinstance(value, Absent) else value
