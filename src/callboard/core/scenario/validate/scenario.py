"""A whole scenario as authors write it (specification: language, section 4).

First the shape, part by part, with the names of states, actors and sub-schemas that are referred
to. A scenario that passes is then normalised: what has no normal form is not valid either.

Invariant: what `validate` finds nothing wrong with, `normalize` takes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.scenario.normalize import SCENARIO_FORMAT, normalize
from callboard.core.scenario.places import ROOT, Place
from callboard.core.scenario.validate.actions import check_action
from callboard.core.scenario.validate.findings import Findings, ValidationError, shown
from callboard.core.scenario.validate.functions import check_functions
from callboard.core.scenario.validate.schemas import check_actor, check_variable
from callboard.core.scenario.validate.states import check_state
from callboard.core.scenario.validate.subschemas import SubSchemas
from callboard.core.values import Json, JsonObject
from callboard.errors import ScenarioError

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DEFAULT_ACTORS: Final = ("actor",)
_NO_SCHEMAS: Final[Mapping[str, Json]] = {}
_KEYS: Final = (
    "title",
    "description",
    "tags",
    "actors",
    "actions",
    "states",
    "vars",
    "result",
)


def validate(
    scenario: Json,
    *,
    schemas: Mapping[str, Json] = _NO_SCHEMAS,
    limits: Limits = DEFAULT_LIMITS,
) -> list[ValidationError]:
    """Everything that is wrong with a scenario as it was written; nothing means valid.

    `schemas` are the sub-schemas that it may name, by URI (`schema:NAME`). Each error is
    `{instancePath, keyword, message, params}`. Of more than a hundred the first are told, and one
    more with the keyword `errors` that says how many were left out.

    >>> errors = validate({"states": {"initial": {"on": "go", "goto": "initail"}}})
    >>> errors[0]["instancePath"], errors[0]["message"]
    ... # doctest: +NORMALIZE_WHITESPACE
    ('/states/initial/goto',
     "`goto` names the state 'initail', which does not exist. Did you mean 'initial'?")
    """
    found = Findings()
    if is_deeper(scenario, limits.document_depth):
        message = f"The scenario is nested deeper than {limits.document_depth} levels."
        found.add(ROOT, "depth", message, limit=limits.document_depth)
        return found.finish()
    if scenario is None:
        message = "It is empty, but a scenario has at least `states`."
        found.add(ROOT, "type", message, type=["object"])
        return found.finish()
    document = found.as_map(scenario, ROOT, "A scenario")
    if document is not None:
        _check_document(document, SubSchemas(schemas, limits), limits, found)
        if not found.errors:
            _check_normal_form(document, limits, found)
    return found.finish()


def is_deeper(value: Json, levels: int) -> bool:
    """Whether a value has more levels of lists and maps than that. Looks no further down."""
    layer = [value]
    for _ in range(levels + 1):
        below: list[Json] = []
        for item in layer:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        layer = below
    return True


def _check_document(
    document: JsonObject, schemas: SubSchemas, limits: Limits, found: Findings
) -> None:
    _check_head(document, found)
    actors = _check_actors(document.get("actors"), limits, found)
    for key, action in _entries(document, "actions", found).items():
        check_action(action, ROOT / "actions" / key, actors, found)
        schemas.check(action, ROOT / "actions" / key, found)
    _check_states(document, schemas, limits, found)
    for key, schema in _entries(document, "vars", found).items():
        check_variable(schema, ROOT / "vars" / key, found)
        check_functions(schema, ROOT / "vars" / key, found)
    if document.get("result") is not None:
        check_variable(document["result"], ROOT / "result", found)
        check_functions(document["result"], ROOT / "result", found)


def _entries(document: JsonObject, key: str, found: Findings) -> JsonObject:
    value = document.get(key)
    return {} if value is None else found.as_map(value, ROOT / key, f"`{key}`") or {}


def _check_head(document: JsonObject, found: Findings) -> None:
    for name in ("title", "description", "name", "version"):
        found.need(document.get(name), ROOT / name, f"The {name}", "string", "null")
    if document.get("$schema") not in (None, SCENARIO_FORMAT):
        message = f"This is another format than ours, {SCENARIO_FORMAT}."
        found.add(ROOT / "$schema", "const", message, allowedValue=SCENARIO_FORMAT)
    if document.get("name") is not None and document.get("version") is None:
        message = "A scenario with a `name` has a `version` too."
        found.add(ROOT, "dependentRequired", message, property="name", missingProperty="version")
    identity = document.get("id")
    if identity is not None and not (isinstance(identity, str) and _UUID.fullmatch(identity)):
        message = "The id is no UUID. Leave it out: it follows from the content."
        found.add(ROOT / "id", "format", message, format="uuid")
    tags = document.get("tags")
    if tags is not None:
        found.texts(found.as_list(tags, ROOT / "tags", "`tags`") or [], ROOT / "tags", "A tag")


def _check_actors(value: Json, limits: Limits, found: Findings) -> Collection[str]:
    """Check the actors; their keys."""
    if value is None:
        return _DEFAULT_ACTORS
    actors = found.as_map(value, ROOT / "actors", "`actors`") or {}
    if not _fits("actors", len(actors), limits.actors, ROOT / "actors", found):
        return actors
    for key, actor in actors.items():
        check_actor(actor, ROOT / "actors" / key, found)
        check_functions(actor, ROOT / "actors" / key, found)
    return actors


def _check_states(
    document: JsonObject, schemas: SubSchemas, limits: Limits, found: Findings
) -> None:
    if "states" not in document:
        message = "The scenario has no `states`."
        others = [key for key in document if key not in _KEYS]
        meant = found.meant("states", others)
        message += f" Is {shown(meant)} meant to be them?" if meant else ""
        found.add(ROOT, "required", message, missingProperty="states")
        return
    place = ROOT / "states"
    states = found.as_map(document["states"], place, "`states`")
    if states is None or not _is_of_bounded_size(states, limits, found):
        return
    if "initial" not in states:
        message = "There is no state `initial`, where processes start."
        meant = found.meant("initial", states)
        message += f" Is {shown(meant)} meant to be it?" if meant else ""
        found.add(place, "required", message, missingProperty="initial")
    for key, state in states.items():
        check_state(key, state, place / key, states, found)
        schemas.check_state(state, place / key, found)


def _is_of_bounded_size(states: JsonObject, limits: Limits, found: Findings) -> bool:
    lists = (state.get("transitions") for state in states.values() if isinstance(state, dict))
    transitions = sum(len(item) if isinstance(item, list) else 1 for item in lists)
    place = ROOT / "states"
    return _fits("states", len(states), limits.states, place, found) and _fits(
        "transitions", transitions, limits.transitions, place, found
    )


def _fits(what: str, count: int, most: int, place: Place, found: Findings) -> bool:
    if count > most:
        message = f"There are {count} {what}; {most} are possible."
        found.add(place, "limit", message, limit=most)
    return count <= most


def _check_normal_form(document: JsonObject, limits: Limits, found: Findings) -> None:
    try:
        normalize(document, limits=limits)
    except ScenarioError as error:
        for reason in error.reasons:
            found.add(ROOT.at(reason.pointer or ""), "normalize", reason.message)
