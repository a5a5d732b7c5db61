"""Operators: somebody's processes, for requests of data protection (specification: api, section 3).

Whom it is about is in the body, not in the path, where it would come into every log.
"""

from __future__ import annotations

from typing import Final, cast

from callboard.core.values import Json, JsonObject
from callboard.engine.admin_commands import EraseAllCommand, Erased, FindCommand
from callboard.errors import InvalidError
from callboard.server.bodies import read_object
from callboard.server.messages import Call, Response, json_response
from callboard.server.paging import CURSOR, LIMIT, link_header, page_size
from callboard.server.route import JSON_TYPE, Answer, Body, Example, Parameter, Route
from callboard.server.routes.admin import looked_at
from callboard.server.shapes import array, ref

__all__ = ["ERASE_ALL", "FIND"]

WHO: Final = Parameter(
    "participant",
    "query",
    {"type": "string", "pattern": "^(user|role|service):.+"},
    "Only those in which this is an actor: `user:ID`, `role:NAME` or `service:NAME`.",
    example="user:claire",
)


async def find_processes(call: Call) -> Response:
    """A page of somebody's processes, from outside."""
    command = FindCommand(call.text("participant"), page_size(call), call.text("cursor"))
    found = await call.edge.engine.admin.subjects.find(call.caller, command)
    shown: list[Json] = [looked_at(record) for record in found.records]
    return json_response(shown, headers=(link_header(call, first=0, next=found.following),))


async def erase_processes(call: Call) -> Response:
    """Erase a page of somebody's processes, each with its own result."""
    given = read_object(call, "EraseProcesses")
    dry_run, reason = given.get("dryRun", True) is True, cast("str", given.get("reason", ""))
    if not dry_run and not reason:
        raise InvalidError("Say why: `reason` is needed unless it is a dry run.")
    command = EraseAllCommand(
        participant=cast("str", given["participant"]),
        reason=reason,
        dry_run=dry_run,
        limit=int(cast("float", given.get("limit", 20))),  # 20.0 is a whole number, too
        cursor=cast("str | None", given.get("cursor")),
    )
    page = await call.edge.engine.admin.subjects.erase(call.caller, command)
    shown: JsonObject = {"dryRun": dry_run, "results": [_result(item) for item in page.results]}
    if page.following is not None:
        shown["next"] = page.following
    return json_response(shown)


def _result(item: Erased) -> JsonObject:
    process = looked_at(item.record)
    return {
        "process": item.record.id,
        "scenario": process["scenario"],
        "state": process["state"],
        "isRunning": process["isRunning"],
        "erased": item.erased,
        "reasons": [cast("Json", reason.as_json()) for reason in item.reasons],
    }


FIND = Route(
    method="GET",
    path="/admin/processes",
    endpoint=find_processes,
    privilege=("process:super",),
    operation="findProcesses",
    summary="Processes from outside",
    tag="operators",
    description=(
        "Of everybody, or of one participant, the oldest first: where each is, without what it "
        "holds. Found are those in which somebody is an actor now, not those in which somebody was "
        "one before, or is only spoken of."
    ),
    parameters=(WHO, LIMIT, CURSOR),
    answers=(Answer(200, "A page", array(ref("OperatorProcess")), headers=("Link",)),),
)

ERASE_ALL = Route(
    method="POST",
    path="/admin/processes/erase",
    endpoint=erase_processes,
    privilege=("process:super",),
    operation="eraseProcesses",
    summary="Erase somebody's processes",
    tag="operators",
    description=(
        "For data protection, page by page, each process in a transaction of its own and with its "
        "own result. **A process is erased as a whole, with what others did in it.** Without "
        "`dryRun: false` nothing is changed: the answer says which these would be. Send the `next` "
        "of an answer as `cursor` until there is none. After a 503 send the same again."
    ),
    body=Body(
        {JSON_TYPE: ref("EraseProcesses")},
        "Whose, and why.",
        examples={
            "dry": Example("Which would it be?", {"participant": "user:claire"}),
            "real": Example(
                "Erase them",
                {"participant": "user:claire", "dryRun": False, "reason": "Request 2026-17"},
            ),
        },
    ),
    answers=(Answer(200, "What came of a page", ref("Erasures")),),
)
