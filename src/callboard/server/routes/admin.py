"""Operators: what is done to processes from outside of their scenarios (specification: api,
section 3).
"""

from __future__ import annotations

from typing import cast

from callboard.engine.admin_commands import CancelCommand
from callboard.server.bodies import read_object
from callboard.server.conditional import IF_MATCH, if_match, validators
from callboard.server.messages import Call, Response
from callboard.server.route import JSON_TYPE, Answer, Body, Example, Route
from callboard.server.routes.processes import PROCESS_ID
from callboard.server.shapes import ref

__all__ = ["CANCEL"]


async def cancel_process(call: Call) -> Response:
    """End a process now."""
    given = read_object(call, "CancelProcess")
    command = CancelCommand(call.segments["id"], cast("str", given["reason"]), if_match(call))
    changed = await call.edge.engine.admin.cancel(call.caller, command)
    return Response(204, validators(changed.head, changed.updated)[:2])


CANCEL = Route(
    method="POST",
    path="/admin/processes/{id}/cancel",
    endpoint=cancel_process,
    privilege=("process:super",),
    operation="cancelProcess",
    summary="Cancel a process",
    tag="operators",
    description=(
        "The process ends where it is: no time-outs, no notifications, no tasks. Its chain gets an "
        "event that says who did it and why. Cancelling it again changes nothing; a process that "
        "has come to its own end is answered with 409."
    ),
    parameters=(PROCESS_ID, IF_MATCH),
    body=Body(
        {JSON_TYPE: ref("CancelProcess")},
        "Why.",
        examples={"plain": Example("A mistake", {"reason": "Started twice by mistake"})},
    ),
    answers=(Answer(204, "It has ended", headers=("ETag", "Last-Modified")),),
    problems=(404, 409, 412),
)
