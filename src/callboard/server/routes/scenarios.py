"""Scenarios: list, store, read, disable (specification: api, table 1 and details 5)."""

from __future__ import annotations

import asyncio
from typing import Final

import orjson

from callboard.core.scenario.dump import dump
from callboard.core.values import JsonObject
from callboard.ports.records import ScenarioRecord, ScenarioSummary
from callboard.server.bodies import read_scenario
from callboard.server.conditional import CONDITIONAL, conditional, validators
from callboard.server.messages import Call, Headers, Response, json_response
from callboard.server.negotiation import YAML_TYPES, preferred
from callboard.server.route import JSON_TYPE, Answer, Body, Example, Parameter, Route
from callboard.server.shapes import UUID, array, ref

__all__ = ["DISABLE", "GET", "LIST", "STORE"]

YAML_TYPE: Final = "application/yaml"
INLINE_CHARACTERS: Final = 16_384
FORMATS: Final = {JSON_TYPE: "json", YAML_TYPE: "yaml"}

SCENARIO_ID: Final = Parameter(
    "id",
    "path",
    UUID,
    "Scenario ID. On reading, `.json` or `.yaml` behind it chooses the format.",
    example="b1a4c1f1-7d3f-5c61-8a3d-0e5c8f2f7a10",
)
ACCEPT: Final = Parameter(
    "Accept",
    "header",
    {"type": "string"},
    f"The format to read the scenario in: `{JSON_TYPE}`, or `{YAML_TYPE}`.",
)


async def list_scenarios(call: Call) -> Response:
    """The enabled ones."""
    found = await call.edge.engine.scenarios.list(call.caller)
    return json_response([_summary(item) for item in found])


def _summary(item: ScenarioSummary) -> JsonObject:
    summary: JsonObject = {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "tags": list(item.tags),
    }
    named = {"name": item.name, "version": item.version}
    summary |= {key: text for key, text in named.items() if text is not None}
    return {**item.more, **summary}


async def store_scenario(call: Call) -> Response:
    """Store what was sent; the same content again has the same id."""
    text, kind = read_scenario(call)
    scenario_id = await call.edge.engine.scenarios.store(call.caller, text, kind)
    return Response(201, ((b"location", f"/scenarios/{scenario_id}".encode()),))


async def get_scenario(call: Call) -> Response:
    """The normalised document, as JSON or YAML."""
    scenario_id, kind = _wanted(call)
    record = await call.edge.engine.scenarios.get(call.caller, scenario_id)
    tag = f"{record.id}-{FORMATS[kind]}" + ("-disabled" if record.disabled else "")
    modified = record.disabled or record.created
    unchanged = conditional(call, tag, modified)
    extra = _extra(record)
    if unchanged is not None:
        return unchanged.with_headers(extra)
    body = await _written(record, kind)
    content_type = (b"content-type", f"{kind}; charset=utf-8".encode())
    return Response(200, (content_type, *validators(tag, modified), *extra), body)


async def _written(record: ScenarioRecord, kind: str) -> bytes:
    """The document in a format. YAML of a large one takes its time, and does so in a thread."""
    if kind == JSON_TYPE:
        return orjson.dumps(record.document)
    if len(record.source) > INLINE_CHARACTERS:
        return (await asyncio.to_thread(dump, record.document)).encode()
    return dump(record.document).encode()


def _extra(record: ScenarioRecord) -> Headers:
    headers: Headers = ((b"vary", b"accept"),)
    return (*headers, (b"x-disabled", b"true")) if record.disabled else headers


def _wanted(call: Call) -> tuple[str, str]:
    """The id and the format: by what stands behind the id, else by `Accept`."""
    scenario_id = call.segments["id"]
    for kind, name in FORMATS.items():
        if scenario_id.endswith(f".{name}"):
            return scenario_id.removesuffix(f".{name}"), kind
    liked = preferred(call.header(b"accept"), (JSON_TYPE, *sorted(YAML_TYPES)))
    return scenario_id, JSON_TYPE if liked == JSON_TYPE else YAML_TYPE


async def disable_scenario(call: Call) -> Response:
    """No new processes; those that run go on."""
    await call.edge.engine.scenarios.disable(call.caller, call.segments["id"])
    return Response(204)


GREETING: Final[JsonObject] = {
    "title": "Greeting",
    "actions": {"greet": {"title": "Say hello"}},
    "states": {"initial": {"on": "greet", "goto": "(done)"}},
}
GREETING_YAML: Final = """title: Greeting
actions:
  greet:
    title: Say hello
states:
  initial:
    on: greet
    goto: (done)
"""

LIST = Route(
    method="GET",
    path="/scenarios",
    endpoint=list_scenarios,
    privilege=("scenario:read",),
    operation="listScenarios",
    summary="List scenarios",
    tag="scenarios",
    description="The enabled ones, by title.",
    answers=(
        Answer(
            200,
            "The scenarios",
            array(ref("ScenarioSummary")),
            example=[
                {
                    "id": "b1a4c1f1-7d3f-5c61-8a3d-0e5c8f2f7a10",
                    "name": "expense-approval",
                    "version": "1.0.0",
                    "title": "Expense approval",
                    "description": "Claim back what you paid for work.",
                    "tags": ["finance"],
                }
            ],
        ),
    ),
)

STORE = Route(
    method="POST",
    path="/scenarios",
    endpoint=store_scenario,
    privilege=("scenario:write",),
    operation="storeScenario",
    summary="Store a scenario",
    tag="scenarios",
    description=(
        "The id is made from the content: the same content again has the same id, and is enabled "
        "again. 400 lists everything that is wrong with it; 403 where scenarios are read-only."
    ),
    body=Body(
        {JSON_TYPE: ref("Scenario"), YAML_TYPE: ref("Scenario")},
        "The scenario, without `id`.",
        examples={
            "json": Example("A greeting", GREETING),
            "yaml": Example("A greeting, in YAML", GREETING_YAML),
        },
    ),
    answers=(Answer(201, "It is stored", headers=("Location",)),),
)

GET = Route(
    method="GET",
    path="/scenarios/{id}",
    endpoint=get_scenario,
    privilege=("scenario:read",),
    operation="getScenario",
    summary="Get a scenario by ID",
    tag="scenarios",
    description="The normalised scenario, without its id.",
    parameters=(SCENARIO_ID, ACCEPT, *CONDITIONAL),
    answers=(
        Answer(
            200,
            "The scenario",
            ref("Scenario"),
            media_types=(JSON_TYPE, YAML_TYPE),
            headers=("ETag", "Last-Modified", "X-Disabled"),
        ),
        Answer(304, "You have it already", headers=("ETag", "Last-Modified")),
    ),
    problems=(404,),
)

DISABLE = Route(
    method="DELETE",
    path="/scenarios/{id}",
    endpoint=disable_scenario,
    privilege=("scenario:write",),
    operation="disableScenario",
    summary="Disable a scenario",
    tag="scenarios",
    description="No new process starts with it; those that run go on.",
    parameters=(SCENARIO_ID,),
    answers=(Answer(204, "It is disabled"),),
    problems=(404,),
)
