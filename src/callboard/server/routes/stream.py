"""The stream of what happens (specification: api, section 3)."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.engine.streaming import StreamCommand
from callboard.server.events import EVENT_STREAM, HEADERS, EventStream
from callboard.server.messages import Call, Response
from callboard.server.route import Answer, Parameter, Route
from callboard.server.shapes import UUID

__all__ = ["FOLLOW"]

POSITION: Final[JsonObject] = {"type": "string", "maxLength": 20, "pattern": r"^[0-9]{1,15}(\.1)?$"}
EXAMPLE: Final = (
    "id: 41\n"
    "event: stepped\n"
    'data: {"process":{"id":"0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10","title":"Leave",'
    '"isRunning":true,"scenario":{"id":"f6fbb7ee-7ed5-5e0c-b1b5-5b4a0e9ab2b1","name":"leave"},'
    '"current":{"key":"asked","title":"Asked"}},"version":2,"at":"2026-01-01T12:00:00.000Z",'
    '"head":"5d0d4e6a1f6c2f4b9b6a4f0c3e2d1a0b","action":"ask","actor":"employee"}\n\n'
)
DESCRIPTION: Final = """\
Server-Sent Events, as they happen: `created`, `stepped`, `refused`, `timeout`, `ended`, `migrated`
for every process that you may see, `task-appeared` and `task-gone` for what waits for you.
`process` is as it is now; `version`, `at`, `head` (the ETag), `action` and `actor` are of the
event. A task that is gone is told by the id of its process alone.

What operators do is told, too. A process that was cancelled has `ended`, with `cancelled`. Of one
that has `migrated`, `at` is when, and `head` is that of its new chain; `scenario` follows the
scenario that it has now. One that was erased is `erased`, by its id alone: operators are told
whenever they ask, others when they saw it and were listening.

A client that comes back with the id that it read last misses nothing and gets nothing twice. The
stream ends when the credential does, and when the server stops.\
"""


async def follow(call: Call) -> Response:
    """What happens from a place on, as far as the caller may see it."""
    given, query = call.header(b"last-event-id") or None, call.query
    command = StreamCommand(
        after=given if given is not None else _text(call, "after"),
        process=_text(call, "process"),
        scenario=_text(call, "scenario"),
    )
    following = await call.edge.engine.streaming.follow(call.caller, command)
    chunks = EventStream(call, following, wait=query.get("follow") is not False)
    return Response(200, HEADERS, chunks=chunks)


def _text(call: Call, name: str) -> str | None:
    value = call.query.get(name)
    return None if value is None else str(value)


FOLLOW = Route(
    method="GET",
    path="/stream",
    endpoint=follow,
    privilege=("process:read",),
    operation="followStream",
    summary="Follow what happens",
    tag="processes",
    description=DESCRIPTION,
    parameters=(
        Parameter(
            "Last-Event-ID",
            "header",
            POSITION,
            "Go on after this event. Without it and without `after`: from now on.",
            example="41",
        ),
        Parameter(
            "after",
            "query",
            POSITION,
            "The same, for clients that cannot send headers; the header goes before it.",
            example="41",
        ),
        Parameter("process", "query", UUID, "Only this process."),
        Parameter("scenario", "query", {"type": "string"}, "Only processes of this scenario."),
        Parameter(
            "follow",
            "query",
            {"type": "boolean", "default": True},
            "`false` ends the answer after what has happened until now.",
        ),
    ),
    answers=(
        Answer(200, "Events", {"type": "string"}, media_types=(EVENT_STREAM,), example=EXAMPLE),
    ),
)
