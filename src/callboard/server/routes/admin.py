"""Operators: what is done to processes from outside of their scenarios (specification: api,
section 3).
"""

from __future__ import annotations

from typing import cast

from callboard.core.values import JsonObject
from callboard.engine.admin_commands import CancelCommand, EraseCommand
from callboard.ports.records import ProcessRecord, Tombstone
from callboard.server.bodies import read_object
from callboard.server.conditional import IF_MATCH, if_match, validators
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import JSON_TYPE, Answer, Body, Example, Route
from callboard.server.routes.processes import PROCESS_ID
from callboard.server.shapes import ref

__all__ = ["CANCEL", "ERASE", "LOOK", "looked_at"]


async def cancel_process(call: Call) -> Response:
    """End a process now."""
    given = read_object(call, "CancelProcess")
    command = CancelCommand(call.segments["id"], cast("str", given["reason"]), if_match(call))
    changed = await call.edge.engine.admin.cancel(call.caller, command)
    return Response(204, validators(changed.head, changed.updated)[:2])


async def erase_process(call: Call) -> Response:
    """Leave nothing of a process but a tombstone."""
    given = read_object(call, "EraseProcess")
    command = EraseCommand(call.segments["id"], cast("str", given["reason"]), if_match(call))
    return json_response(looked_at(await call.edge.engine.admin.erase(call.caller, command)))


async def look_at_process(call: Call) -> Response:
    """A process from outside, or what is left of it."""
    admin, name = call.edge.engine.admin, call.segments["id"]
    shown = looked_at(await admin.look(call.caller, name))
    link = await admin.origin(call.caller, name)
    if link is not None:
        shown["startedBy"] = {
            "process": link.asker,
            "service": link.service,
            "root": link.root,
            "depth": link.depth,
        }
    return json_response(shown)


def looked_at(found: ProcessRecord | Tombstone) -> JsonObject:
    """What operators are shown of a process."""
    shown: JsonObject = {
        "id": found.id,
        "scenario": found.scenario,
        "events": found.version,
        "head": found.head,
        "created": found.created,
        "lastUpdated": found.updated,
    }
    if isinstance(found, Tombstone):
        return {**shown, "erased": {"at": found.at, "by": found.by, "reason": found.reason}}
    current = cast("JsonObject", found.document["current"])
    return {**shown, "isRunning": found.document["isRunning"], "state": current["key"]}


LOOK = Route(
    method="GET",
    path="/admin/processes/{id}",
    endpoint=look_at_process,
    privilege=("process:super",),
    operation="lookAtProcess",
    summary="A process from outside",
    tag="operators",
    description="Where it is, without what it holds; of one that was erased, what is left.",
    parameters=(PROCESS_ID,),
    answers=(Answer(200, "The process", ref("OperatorProcess")),),
    problems=(404,),
)

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

ERASE = Route(
    method="POST",
    path="/admin/processes/{id}/erase",
    endpoint=erase_process,
    privilege=("process:super",),
    operation="eraseProcess",
    summary="Erase a process",
    tag="operators",
    description=(
        "For data protection: nothing of what the process holds is left, neither in a table nor in "
        "the pages of the files; it is too late to change your mind. What stays is that it was, "
        "and the links of its chain. Erasing it again makes sure of the files once more: 503 says "
        "that they still hold something because somebody reads."
    ),
    parameters=(PROCESS_ID, IF_MATCH),
    body=Body(
        {JSON_TYPE: ref("EraseProcess")},
        "Why.",
        examples={"plain": Example("A request", {"reason": "Request 2026-17"})},
    ),
    answers=(Answer(200, "What is left of it", ref("OperatorProcess")),),
    problems=(404, 409, 412),
)
