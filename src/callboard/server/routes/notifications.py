"""Notifications that were given up, and the clock of development mode (specification: services)."""

from __future__ import annotations

from typing import Final, cast

from callboard.core.values import Json, JsonObject
from callboard.errors import ForbiddenError
from callboard.ports.jobs import AttemptRecord, FailedJob
from callboard.server.bodies import read_object
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import JSON_TYPE, Answer, Body, Example, Parameter, Route
from callboard.server.routes.processes import PROCESS_ID
from callboard.server.shapes import UUID, array, ref

__all__ = ["ATTEMPTS", "FAILED", "MOVE_CLOCK", "RETRY", "RETRY_ONE"]

JOB_ID: Final = Parameter(
    "id", "path", UUID, "Notification ID", example="6ba7b810-9dad-51d1-80b4-00c04fd430c8"
)
TRY: Final[JsonObject] = {
    "id": "6ba7b810-9dad-51d1-80b4-00c04fd430c8",
    "service": "stock",
    "number": 8,
    "at": "2026-03-01T09:36:26.000Z",
    "milliseconds": 30004,
    "outcome": "failed",
    "detail": "It did not answer within 30 s.",
}


async def list_failed(call: Call) -> Response:
    """Those that were given up."""
    service, limit = call.text("service"), call.number("limit", 100)
    found = await call.edge.engine.notifications.failed(call.caller, service, limit)
    return json_response([_shown(item) for item in found])


def _shown(item: FailedJob) -> JsonObject:
    shown: JsonObject = {
        "id": item.job.id,
        "process": item.job.process,
        "service": item.job.service,
        "state": item.job.payload["state"],
        "attempts": item.attempts,
        "failed": item.failed,
    }
    return shown if item.last is None else {**shown, "last": _attempt(item.last)}


def _attempt(record: AttemptRecord) -> JsonObject:
    return {
        "id": record.job,
        "service": record.service,
        "number": record.number,
        "at": record.at,
        "milliseconds": record.milliseconds,
        "outcome": record.outcome,
        "detail": record.detail,
    }


async def retry_failed(call: Call) -> Response:
    """Try again those of a service, or all."""
    given = read_object(call, "RetryNotifications") if call.body else {}
    service = cast("str | None", given.get("service"))
    count = await call.edge.engine.notifications.retry(call.caller, service)
    return json_response({"retried": count})


async def retry_one(call: Call) -> Response:
    """Try one again."""
    await call.edge.engine.notifications.retry_one(call.caller, call.segments["id"])
    return Response(204)


async def list_attempts(call: Call) -> Response:
    """Every try to notify anybody of a process."""
    found = await call.edge.engine.notifications.attempts(call.caller, call.segments["id"])
    return json_response([_attempt(item) for item in found])


async def move_clock(call: Call) -> Response:
    """Let time pass, in development mode."""
    if call.edge.move_clock is None:
        raise ForbiddenError("The clock can be moved in development mode only.")
    seconds = cast("int", read_object(call, "MoveClock")["seconds"])
    now: Json = call.edge.move_clock(seconds)
    return json_response({"now": now})


FAILED = Route(
    method="GET",
    path="/admin/notifications",
    endpoint=list_failed,
    privilege=("process:super",),
    operation="listFailedNotifications",
    summary="List notifications that were given up",
    tag="operators",
    description="The newest first. One goes from the list when its process leaves the state.",
    parameters=(
        Parameter("service", "query", {"type": "string"}, "Only those of this service."),
        Parameter(
            "limit",
            "query",
            {"type": "integer", "minimum": 1, "maximum": 100, "default": 100},
            "How many.",
        ),
    ),
    answers=(
        Answer(
            200,
            "The notifications",
            array(ref("Notification")),
            example=[
                {
                    "id": "6ba7b810-9dad-51d1-80b4-00c04fd430c8",
                    "process": "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10",
                    "service": "stock",
                    "state": "ordered",
                    "attempts": 8,
                    "failed": "2026-03-01T09:36:26.000Z",
                    "last": TRY,
                }
            ],
        ),
    ),
)

RETRY = Route(
    method="POST",
    path="/admin/notifications/retry",
    endpoint=retry_failed,
    privilege=("process:super",),
    operation="retryNotifications",
    summary="Try notifications again",
    tag="operators",
    description="Those of a service, or all, as if for the first time.",
    body=Body(
        {JSON_TYPE: ref("RetryNotifications")},
        "Which.",
        required=False,
        examples={"one": Example("Of one service", {"service": "stock"})},
    ),
    answers=(Answer(200, "How many", ref("Retried"), example={"retried": 12}),),
)

RETRY_ONE = Route(
    method="POST",
    path="/admin/notifications/{id}/retry",
    endpoint=retry_one,
    privilege=("process:super",),
    operation="retryNotification",
    summary="Try a notification again",
    tag="operators",
    parameters=(JOB_ID,),
    answers=(Answer(204, "It is tried again"),),
    problems=(404,),
)

ATTEMPTS = Route(
    method="GET",
    path="/admin/processes/{id}/notifications",
    endpoint=list_attempts,
    privilege=("process:super",),
    operation="listAttempts",
    summary="List all tries to notify anybody of a process",
    tag="operators",
    parameters=(PROCESS_ID,),
    answers=(Answer(200, "The tries", array(ref("Attempt")), example=[TRY]),),
    problems=(404,),
)

MOVE_CLOCK = Route(
    method="POST",
    path="/admin/clock",
    endpoint=move_clock,
    privilege=("process:super",),
    operation="moveClock",
    summary="Let time pass",
    tag="operators",
    description=(
        "Only in development mode: the engine's clock goes forward, and what is due happens, so "
        "that a demonstration need not wait. It never goes back."
    ),
    body=Body(
        {JSON_TYPE: ref("MoveClock")},
        "How far.",
        examples={"day": Example("A day", {"seconds": 86400})},
    ),
    answers=(
        Answer(
            200, "What time it is now", ref("Clock"), example={"now": "2026-03-02T09:00:00.000Z"}
        ),
    ),
)
