"""Seeing through things: why somebody may or may not, what is wrong, what it looks like
(specification: api, section 3 and details 8).
"""

from __future__ import annotations

from typing import Final, cast

from callboard.core.scenario.diagram import dot, mermaid
from callboard.core.values import Json, JsonObject
from callboard.engine.checking import Checked
from callboard.engine.explaining import ExplainCommand
from callboard.server.bodies import read_scenario
from callboard.server.messages import Call, Headers, Response, json_response
from callboard.server.negotiation import preferred
from callboard.server.route import Answer, Body, Example, Parameter, Route
from callboard.server.routes.processes import PROCESS_ID
from callboard.server.routes.scenarios import GREETING, GREETING_YAML, SCENARIO_ID
from callboard.server.shapes import UUID, ref

__all__ = ["DIAGRAM", "EXPLAIN", "VALIDATE"]

MERMAID: Final = "text/vnd.mermaid"
SVG: Final = "image/svg+xml"
DOT: Final = "text/vnd.graphviz"
PICTURES: Final = {"mermaid": MERMAID, "svg": SVG, "dot": DOT}
SVG_POLICY: Final = (
    b"content-security-policy",
    b"default-src 'none'; style-src 'unsafe-inline'; sandbox",
)


async def explain_process(call: Call) -> Response:
    """Who may do what now, and why not."""
    query = cast("dict[str, str]", call.query)
    command = ExplainCommand(call.segments["id"], query.get("action"), query.get("actor"))
    return json_response(await call.edge.engine.explaining.explain(call.caller, command))


async def validate_scenario(call: Call) -> Response:
    """What is wrong with a scenario; nothing is stored."""
    text, kind = read_scenario(call)
    return json_response(_checked(await call.edge.engine.checking.check(call.caller, text, kind)))


def _checked(found: Checked) -> JsonObject:
    lint: list[Json] = [
        {
            "code": item.code,
            "severity": item.severity,
            "message": item.message,
            "hint": item.hint,
            "pointer": item.pointer,
            "line": item.line,
            "column": item.column,
        }
        for item in found.findings
    ]
    shown: JsonObject = {"valid": not found.errors, "errors": [*found.errors], "lint": lint}
    if found.id is not None:
        shown |= {"id": found.id, "normalized": found.normalized}
    return shown


async def draw_scenario(call: Call) -> Response:
    """The scenario as a picture, or as text that others draw."""
    process = call.query.get("process")
    wanted = None if process is None else str(process)
    found = await call.edge.engine.picturing.picture(call.caller, call.segments["id"], wanted)
    kind = _kind(call)
    vary: Headers = ((b"vary", b"accept"), (b"content-type", f"{kind}; charset=utf-8".encode()))
    if kind == SVG:
        return Response(200, (*vary, SVG_POLICY), await call.edge.pictures.svg(found))
    text = mermaid(found) if kind == MERMAID else dot(found)
    return Response(200, vary, text.encode())


def _kind(call: Call) -> str:
    named = call.query.get("format")
    if named is not None:
        return PICTURES[str(named)]
    return preferred(call.header(b"accept"), tuple(PICTURES.values()))


EXPLAIN = Route(
    method="GET",
    path="/processes/{id}/explain",
    endpoint=explain_process,
    privilege=("process:read",),
    operation="explainProcess",
    summary="Say who may do what, and why not",
    tag="processes",
    description=(
        "For every actor and every action of the current state, or only those that are named: "
        "whether it may be done now, and everything that speaks against it, with the codes that a "
        "refusal would have. Nothing is tried and nothing recorded."
    ),
    parameters=(
        PROCESS_ID,
        Parameter(
            "action", "query", {"type": "string"}, "Only about this action.", example="approve"
        ),
        Parameter(
            "actor",
            "query",
            {"type": "string"},
            "Only about this actor, or service (`service:NAME`).",
            example="manager",
        ),
    ),
    answers=(
        Answer(
            200,
            "Why",
            ref("Explanation"),
            example={
                "process": "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10",
                "state": {"key": "review", "title": "Review"},
                "isRunning": True,
                "timeouts": [
                    {"after": 1209600, "due": "2026-03-15T09:00:00.000Z", "goto": "(expired)"}
                ],
                "answers": [
                    {
                        "action": "approve",
                        "actor": "employee",
                        "may": "no",
                        "you": True,
                        "reasons": [
                            {
                                "code": "actor-not-allowed",
                                "message": "Actor 'employee' may not do action 'approve'.",
                            }
                        ],
                        "response": {},
                    }
                ],
            },
        ),
    ),
    problems=(404,),
)

VALIDATE = Route(
    method="POST",
    path="/scenarios/validate",
    endpoint=validate_scenario,
    privilege=("scenario:read", "scenario:write"),
    operation="validateScenario",
    summary="Say what is wrong with a scenario",
    tag="scenarios",
    description=(
        "Everything that would keep it from being stored, with its place in the text, and for a "
        "valid one what lint finds. Nothing is stored. A text that cannot be read is answered in "
        "the same way."
    ),
    body=Body(
        {"application/json": ref("Scenario"), "application/yaml": {"type": "string"}},
        "The scenario, in JSON or YAML.",
        examples={
            "json": Example("In JSON", GREETING),
            "yaml": Example("In YAML", GREETING_YAML),
        },
    ),
    answers=(Answer(200, "What is wrong", ref("CheckedScenario")),),
)

DIAGRAM = Route(
    method="GET",
    path="/scenarios/{id}/diagram",
    endpoint=draw_scenario,
    privilege=("scenario:read",),
    operation="drawScenario",
    summary="Draw a scenario",
    tag="scenarios",
    description=(
        "States, ends, actions with who does them, time-outs. As Mermaid text, as SVG, or as DOT, "
        "by `Accept` or `format`. With a process, its path and where it is are marked. What is too "
        "large to be drawn as SVG is answered with 400 `drawing`; as text it can be had."
    ),
    parameters=(
        SCENARIO_ID,
        Parameter(
            "format",
            "query",
            {"type": "string", "enum": list[Json](PICTURES)},
            "The form; goes before `Accept`.",
        ),
        Parameter("process", "query", UUID, "A process of the scenario that you may see."),
    ),
    answers=(
        Answer(
            200,
            "The picture",
            {"type": "string"},
            media_types=tuple(PICTURES.values()),
            example="stateDiagram-v2\n",
        ),
    ),
    problems=(404,),
)
