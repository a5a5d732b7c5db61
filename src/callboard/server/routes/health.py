"""Whether the server lives, and whether it can do its work."""

from __future__ import annotations

from callboard.errors import UnavailableError
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import PUBLIC, Answer, Route
from callboard.server.shapes import ref

__all__ = ["GET_HEALTH", "GET_READINESS"]


async def get_health(_call: Call) -> Response:
    """It answers, so it lives."""
    return json_response({"status": "ok"})


async def get_readiness(call: Call) -> Response:
    """It is ready while its database can be used, until it is told to end."""
    fault = await call.edge.readiness.fault()
    if fault is not None:
        raise UnavailableError(fault)
    return json_response({"status": "ready"})


GET_HEALTH = Route(
    method="GET",
    path="/healthz",
    endpoint=get_health,
    privilege=PUBLIC,
    operation="getHealth",
    summary="Is the server alive?",
    tag="system",
    counted=False,
    answers=(Answer(200, "It is", ref("Health"), example={"status": "ok"}),),
)

GET_READINESS = Route(
    method="GET",
    path="/readyz",
    endpoint=get_readiness,
    privilege=PUBLIC,
    operation="getReadiness",
    summary="Can the server do its work?",
    tag="system",
    counted=False,
    description="503 while the database does not answer in time (`server.ready_seconds`), can only "
    "be read, or lacks migrations, and from when the server was told to end.",
    answers=(Answer(200, "It can", ref("Health"), example={"status": "ready"}),),
    problems=(503,),
)
