"""The list of processes (specification: api, section 3 and details 4)."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.engine.commands import ListCommand, ProcessPage
from callboard.server.messages import Call, Response, json_response
from callboard.server.paging import CURSOR, LIMIT, link_header, page_size
from callboard.server.route import Answer, Parameter, Route
from callboard.server.shapes import array, ref

__all__ = ["LIST", "SCENARIO"]

TEXT: Final[JsonObject] = {"type": "string"}
SOME: Final[JsonObject] = {"type": "array", "items": {"type": "string"}, "maxItems": 10}
FIELD: Final = "-?(created|lastUpdated|title)"

SCENARIO: Final = Parameter(
    "scenario", "query", TEXT, "Only of this scenario: its id, or a name for all its versions."
)


async def list_processes(call: Call) -> Response:
    """A page of the caller's processes."""
    running, sort = call.query.get("running"), call.text("sort")
    command = ListCommand(
        page=call.number("page", 1),
        limit=page_size(call),
        all=call.flag("all"),
        scenario=call.text("scenario"),
        running=running if isinstance(running, bool) else None,
        state=call.text("state"),
        tags=call.texts("tag"),
        actors=call.texts("actor"),
        sort="-created" if sort is None else sort,
        cursor=call.text("cursor"),
    )
    found = await call.edge.engine.processes.list(call.caller, command)
    return json_response(list(found.items), headers=(_links(call, command, found),))


def _links(call: Call, command: ListCommand, found: ProcessPage) -> tuple[bytes, bytes]:
    if "page" not in call.query:
        return link_header(call, first=0, prev=found.prev, next=found.next)
    whole = len(found.items) == command.limit
    return link_header(
        call,
        first=1,
        prev=command.page - 1 or None,
        next=command.page + 1 if found.has_next and whole else found.next,
    )


LIST = Route(
    method="GET",
    path="/processes",
    endpoint=list_processes,
    privilege=("process:read",),
    operation="listProcesses",
    summary="List processes",
    tag="processes",
    description=(
        "Those in which you are an actor, newest first. All filters that are given hold. `Link` "
        "leads to the other pages, and only its `next` says whether there is one: where filters "
        "leave little, a page may be short, even empty, and yet have a next."
    ),
    parameters=(
        Parameter(
            "page",
            "query",
            {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1},
            "List page (max 100 processes per page)",
        ),
        LIMIT,
        CURSOR,
        Parameter(
            "all",
            "query",
            {"type": "boolean", "default": False},
            "Also return processes where you are not an actor in (needs `process:super`)",
        ),
        SCENARIO,
        Parameter("state", "query", TEXT, "Only those in the state with this key."),
        Parameter(
            "tag", "query", SOME, "Only those with this tag; several times: with all of them."
        ),
        Parameter(
            "running",
            "query",
            {"type": "boolean"},
            "`true`: only those that run; `false`: only those that have ended.",
        ),
        Parameter(
            "actor",
            "query",
            SOME,
            "Only those with this actor: the id of a user who is an actor of it, or the key of an "
            "actor; several times: with all of them.",
        ),
        Parameter(
            "sort",
            "query",
            {"type": "string", "pattern": f"^{FIELD}(,{FIELD})*$", "default": "-created"},
            "`created`, `lastUpdated` and `title`, with commas; `-` before one turns it. A list "
            "with more processes than `engine.sorted_processes` of the settings can be sorted by "
            "`created` or `lastUpdated` alone; any other order is answered with 400.",
            example="title,-created",
        ),
    ),
    answers=(Answer(200, "A page", array(ref("ProcessSummary")), headers=("Link",)),),
)
