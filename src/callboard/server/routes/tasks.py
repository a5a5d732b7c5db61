"""The inbox: what waits for the caller, and how much (specification: api, section 3)."""

from __future__ import annotations

from callboard.core.values import Json
from callboard.engine.commands import InboxCommand
from callboard.server.messages import Call, Response, json_response
from callboard.server.paging import CURSOR, LIMIT, link_header, page_size
from callboard.server.route import Answer, Parameter, Route
from callboard.server.routes.lists import SCENARIO
from callboard.server.shapes import array, ref

__all__ = ["COUNT", "LIST"]


async def list_tasks(call: Call) -> Response:
    """A page of what waits for the caller."""
    command = InboxCommand(
        limit=page_size(call),
        scenario=call.text("scenario"),
        overdue=call.flag("overdue"),
        sort=call.text("sort"),
        cursor=call.text("cursor"),
    )
    found = await call.edge.engine.inbox.page(call.caller, command)
    links = link_header(call, first=0, prev=found.prev, next=found.next)
    return json_response(list(found.items), headers=(links,))


async def count_tasks(call: Call) -> Response:
    """How much waits for the caller."""
    found = await call.edge.engine.inbox.count(call.caller)
    scenarios: list[Json] = [
        {"scenario": key, "total": number} for key, number in found.scenarios.items()
    ]
    return json_response(
        {
            "total": found.total,
            "overdue": found.overdue,
            "more": found.more,
            "scenarios": scenarios,
        }
    )


LIST = Route(
    method="GET",
    path="/tasks",
    endpoint=list_tasks,
    privilege=("process:read",),
    operation="listTasks",
    summary="List what waits for you",
    tag="tasks",
    description=(
        "The processes in which one of your actors can act now, with what it can do; what an "
        "operator could do for others is not among them. `Link` leads to the other pages; a page "
        "may be short and yet have a next. For an API key with limits and without a service "
        "`since` is the age of the process, and there is no order by `due`."
    ),
    parameters=(
        LIMIT,
        CURSOR,
        SCENARIO,
        Parameter(
            "overdue",
            "query",
            {"type": "boolean", "default": False},
            "Only what should have been done by now, the longest overdue first.",
        ),
        Parameter(
            "sort",
            "query",
            {"type": "string", "enum": ["since", "-since", "due", "-due"]},
            "By how long it waits (newest first when nothing is said), or by when it is due; by "
            "`due` only what is ever due is shown.",
        ),
    ),
    answers=(Answer(200, "A page", array(ref("Task")), headers=("Link",)),),
)

COUNT = Route(
    method="GET",
    path="/tasks/count",
    endpoint=count_tasks,
    privilege=("process:read",),
    operation="countTasks",
    summary="Count what waits for you",
    tag="tasks",
    description=(
        "In all, overdue, and by scenario. Only the newest are counted, `engine.counted_tasks` of "
        "the settings; `more` says that there are others."
    ),
    answers=(Answer(200, "How much", ref("TaskCount")),),
)
