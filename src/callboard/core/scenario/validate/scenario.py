"""A whole scenario as authors write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.scenario.validate.actions import check_action
from callboard.core.scenario.validate.findings import Findings, ValidationError, pointer
from callboard.core.scenario.validate.schemas import check_actor, check_named
from callboard.core.scenario.validate.states import check_state
from callboard.core.scenario.validate.subschemas import check_subschema, messages_of
from callboard.core.values import Json, JsonObject

FORMAT = "https://schemas.letsflow.io/v1.0/scenario"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def validate(
    scenario: Json,
    *,
    schemas: Mapping[str, Json] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> list[ValidationError]:
    """Everything that is wrong with a scenario, before normalisation; none means valid.

    `schemas` are the sub-schemas that it may name, by URI (`schema:NAME`). Each error is
    `{instancePath, keyword, message, params}`; there are at most a hundred.

    >>> validate({"states": {"initial": {"on": "go", "goto": "nowhere"}}})[0]["instancePath"]
    '/states/initial/goto'
    """
    findings = Findings()
    if findings.need(scenario, "object", "", "A scenario") and isinstance(scenario, dict):
        _check_top(scenario, findings)
        actors = _check_actors(scenario.get("actors"), findings, limits)
        _check_schemas(scenario, findings)
        _check_actions(scenario.get("actions"), actors, schemas or {}, findings)
        _check_states(scenario, schemas or {}, findings, limits)
    return findings.finish()


def _check_top(scenario: JsonObject, findings: Findings) -> None:
    for name in ("title", "description", "name", "version"):
        findings.need(scenario.get(name), "text or null", f"/{name}", f"The {name}")
    given = scenario.get("$schema")
    if given not in (None, FORMAT):
        findings.add("/$schema", "const", f"This is another format; ours is {FORMAT}.")
    if scenario.get("name") is not None and scenario.get("version") is None:
        findings.add("", "dependentRequired", "A scenario with a `name` has a `version` too.")
    identity = scenario.get("id")
    if identity is not None and not (isinstance(identity, str) and _UUID.fullmatch(identity)):
        findings.add("/id", "format", "The id is no UUID. Leave it out: it follows from the rest.")
    tags = scenario.get("tags")
    if findings.need(tags, "list or null", "/tags", "The tags") and isinstance(tags, list):
        for index, tag in enumerate(tags):
            findings.need(tag, "text", f"/tags/{index}", "A tag")


def _check_map(
    value: Json,
    path: str,
    findings: Findings,
    check: Callable[[str, Json, str], None],
    what: str,
) -> tuple[str, ...]:
    """Check each entry of a map; its keys."""
    if not findings.need(value, "object or null", path, what) or not isinstance(value, dict):
        return ()
    for key, item in value.items():
        check(key, item, pointer(path, key))
    return tuple(value)


def _check_actors(value: Json, findings: Findings, limits: Limits) -> tuple[str, ...]:
    keys = _check_map(
        value,
        "/actors",
        findings,
        lambda _, item, path: check_actor(item, path, findings),
        "The actors",
    )
    if len(keys) > limits.actors:
        message = f"There are {len(keys)} actors; at most {limits.actors} are allowed."
        findings.add("/actors", "maxProperties", message)
    return keys if value is not None else ("actor",)


def _check_schemas(scenario: JsonObject, findings: Findings) -> None:
    _check_map(
        scenario.get("vars"),
        "/vars",
        findings,
        lambda _, item, path: check_named(item, path, findings),
        "The variables",
    )
    if scenario.get("result") is not None:
        check_named(scenario["result"], "/result", findings)


def _check_actions(
    value: Json, actors: tuple[str, ...], schemas: Mapping[str, Json], findings: Findings
) -> None:
    def check(_: str, item: Json, path: str) -> None:
        check_action(item, path, actors, findings)
        check_subschema(item, path, schemas, findings)

    _check_map(value, "/actions", findings, check, "The actions")


def _check_states(
    scenario: JsonObject, schemas: Mapping[str, Json], findings: Findings, limits: Limits
) -> None:
    states = scenario.get("states")
    if "states" not in scenario:
        findings.add("", "required", "The scenario has no `states`.")
        return
    if not findings.need(states, "object", "/states", "The states") or not isinstance(states, dict):
        return
    if "initial" not in states:
        findings.add("/states", "required", "There is no state `initial`, where processes start.")
    if len(states) > limits.states:
        message = f"There are {len(states)} states; at most {limits.states} are allowed."
        findings.add("/states", "maxProperties", message)
        return
    if _count(states) > limits.transitions:
        message = f"There are more than {limits.transitions} transitions."
        findings.add("/states", "maxItems", message)
        return
    keys = tuple(states)
    for key, item in states.items():
        path = pointer("/states", key)
        check_state(key, item, path, keys, findings)
        check_subschema(item, path, schemas, findings)
        for place, message in messages_of(item) if isinstance(item, dict) else ():
            check_subschema(message, path + place, schemas, findings)


def _count(states: JsonObject) -> int:
    lists = (state.get("transitions") for state in states.values() if isinstance(state, dict))
    return sum(len(item) if isinstance(item, list) else 1 for item in lists)
