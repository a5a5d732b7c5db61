"""Processes: start, read, step (specification: api, table 1 and details 1 to 4)."""

from __future__ import annotations

from typing import Final, cast

from callboard.core.values import ABSENT, JsonObject
from callboard.engine.commands import (
    FirstAction,
    ProcessView,
    StartCommand,
    StepCommand,
    Stepped,
)
from callboard.errors import told
from callboard.server.bodies import read_object, read_value
from callboard.server.conditional import CONDITIONAL, IF_MATCH, conditional, if_match, validators
from callboard.server.idempotency import IDEMPOTENCY_KEY, idempotency
from callboard.server.messages import Call, Headers, Response, json_response
from callboard.server.negotiation import wants_representation
from callboard.server.problems import problem
from callboard.server.route import JSON_TYPE, Answer, Body, Example, Parameter, Route
from callboard.server.shapes import UUID, ref

__all__ = ["GET", "START", "STEP"]

BOOLEAN: Final[JsonObject] = {"type": "boolean", "default": False}
APPLIED: Final = (b"preference-applied", b"return=representation")

PROCESS_ID: Final = Parameter(
    "id", "path", UUID, "Process ID", example="0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10"
)
ACTION: Final = Parameter(
    "action", "path", {"type": "string", "minLength": 1}, "Process action", example="approve"
)
AS_ACTOR: Final = Parameter(
    "As-Actor",
    "header",
    {"type": "string"},
    "The actor to act as. Needed only when several actors could perform the action and the actor "
    "cannot be told from who you are.",
)
PREDICT: Final = Parameter("predict", "query", BOOLEAN, "Add `next`: the states to come.")
PREDICTION: Final = Parameter(
    "prediction", "query", BOOLEAN, "Another name of `predict`.", hidden=True
)
AT: Final = Parameter(
    "at",
    "query",
    {"type": "string", "minLength": 1, "maxLength": 200},
    "As it was right after this event: its hash, or its index from 0.",
    example="0",
)
PREFER: Final = Parameter(
    "Prefer",
    "header",
    {"type": "string"},
    "`return=representation` answers with the process as it is after the step.",
)


def _predict(call: Call) -> bool:
    return bool(call.query) and (call.flag("predict") or call.flag("prediction"))


async def start_process(call: Call) -> Response:
    """Start a process, with its first action when one is given: both or neither."""
    given = read_object(call, "StartInstructions")
    command = StartCommand(
        scenario=cast("str", given["scenario"]),
        actors=cast("dict[str, JsonObject]", given.get("actors", {})),
        action=_first_action(given),
        as_actor=call.header(b"as-actor"),
        predict=_predict(call),
        idempotency=idempotency(call),
    )
    view = await call.edge.engine.processes.start(call.caller, command)
    location = (b"location", f"/processes/{view.document['id']}".encode())
    return _shown(view, 201, (location,))


def _first_action(given: JsonObject) -> FirstAction | None:
    action = given.get("action")
    if action is None:
        return None
    if isinstance(action, dict):
        return FirstAction(cast("str", action["key"]), action.get("response", ABSENT))
    return FirstAction(cast("str", action))


async def get_process(call: Call) -> Response:
    """The process as it is now, or as it was."""
    at = call.query.get("at") if call.query else None
    view = await call.edge.engine.processes.get(
        call.caller,
        call.segments["id"],
        at=None if at is None else str(at),
        predict=_predict(call),
    )
    return conditional(call, view.head, view.updated) or _shown(view, 200)


async def step_process(call: Call) -> Response:
    """Do an action. A refusal is stored as a skipped event, so it too has a new ETag."""
    represent = wants_representation(call)
    command = StepCommand(
        process=call.segments["id"],
        action=call.segments["action"],
        response=read_value(call, texts=True),
        as_actor=call.header(b"as-actor"),
        if_match=if_match(call),
        represent=represent,
        predict=_predict(call),
        idempotency=idempotency(call),
    )
    stepped = await call.edge.engine.processes.step(call.caller, command)
    if stepped.reasons:
        return _refused(stepped)
    if stepped.view is not None:
        return _shown(stepped.view, 200, (APPLIED,) if represent else ())
    return Response(204, validators(stepped.head, stepped.updated)[:2])


def _refused(stepped: Stepped) -> Response:
    detail = told(stepped.reasons)
    headers = validators(stepped.head, stepped.updated)[:2]
    return problem(400, detail, code="refused", reasons=stepped.reasons, headers=headers)


def _shown(view: ProcessView, status: int, headers: Headers = ()) -> Response:
    return json_response(view.document, status, (*validators(view.head, view.updated), *headers))


START = Route(
    method="POST",
    path="/processes",
    endpoint=start_process,
    privilege=("process:start",),
    operation="startProcess",
    summary="Start a process",
    tag="processes",
    description=(
        "Without an action the process waits in its initial state. With one, starting and acting "
        "are one: when the action fails, no process exists."
    ),
    parameters=(AS_ACTOR, PREDICT, PREDICTION, IDEMPOTENCY_KEY),
    body=Body(
        {JSON_TYPE: ref("StartInstructions")},
        "Which scenario, who is who, and the first action.",
        examples={
            "short": Example("By name", {"scenario": "expense-approval"}),
            "whole": Example(
                "With an approver and the first action",
                {
                    "scenario": "expense-approval",
                    "actors": {"manager": {"id": "bob", "title": "Bob"}},
                    "action": {
                        "key": "submit",
                        "response": {
                            "purpose": "Train to Ghent",
                            "amount": 42.5,
                            "date": "2026-02-27",
                        },
                    },
                },
            ),
        },
    ),
    answers=(
        Answer(
            201,
            "The process",
            ref("Process"),
            headers=("Location", "ETag", "Last-Modified"),
        ),
    ),
    problems=(409,),
)

GET = Route(
    method="GET",
    path="/processes/{id}",
    endpoint=get_process,
    privilege=("process:read",),
    operation="getProcess",
    summary="Get a process by ID",
    tag="processes",
    parameters=(PROCESS_ID, AT, PREDICT, PREDICTION, *CONDITIONAL),
    answers=(
        Answer(200, "The process", ref("Process"), headers=("ETag", "Last-Modified")),
        Answer(304, "You have it already", headers=("ETag", "Last-Modified")),
    ),
    problems=(404, 409, 410),
)

STEP = Route(
    method="POST",
    path="/processes/{id}/{action}",
    endpoint=step_process,
    privilege=("process:step",),
    operation="stepProcess",
    summary="Step through a process",
    tag="processes",
    description=(
        "Does an action, with the body as its response. A step that the scenario refuses is "
        "answered with 400 and all reasons; the attempt is recorded, and the ETag is new."
    ),
    parameters=(
        *(PROCESS_ID, ACTION, AS_ACTOR, IF_MATCH, IDEMPOTENCY_KEY),
        *(PREFER, PREDICT, PREDICTION),
    ),
    body=Body(
        {JSON_TYPE: {}, "text/plain": {"type": "string"}},
        "The response: any JSON value, or a text. No body is no response, which is not `{}`.",
        required=False,
        examples={
            "text": Example("A text", "Looks good"),
            "object": Example("An object", {"pay_on": "2026-03-01"}),
        },
    ),
    answers=(
        Answer(204, "It is done", headers=("ETag", "Last-Modified")),
        Answer(
            200,
            "It is done; the process as it is now",
            ref("Process"),
            headers=("ETag", "Last-Modified", "Preference-Applied"),
        ),
    ),
    problems=(404, 409, 412),
)
