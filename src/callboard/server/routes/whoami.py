"""Whose credential it is, and what it may do: so that a client offers only what can be done."""

from __future__ import annotations

from callboard.ports.caller import PRIVILEGES
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import Answer, Route
from callboard.server.shapes import ref

__all__ = ["GET_IDENTITY"]


async def get_identity(call: Call) -> Response:
    """The caller, as the engine understands the credential."""
    caller = call.caller
    user, key = caller.user, caller.key
    service = key.service if key is not None else None
    name = user.info.get("name") if user is not None else None
    known = name if isinstance(name, str) and name else None
    return json_response(
        {
            "id": user.id if user is not None else None,
            "name": known or (user.id if user is not None else service or "API key"),
            "roles": list(user.roles) if user is not None else [],
            "service": service,
            "privileges": [item for item in PRIVILEGES if item != "*" and caller.may(item)],
        }
    )


GET_IDENTITY = Route(
    method="GET",
    path="/whoami",
    endpoint=get_identity,
    privilege=PRIVILEGES,
    operation="getIdentity",
    summary="Say who I am",
    tag="system",
    description="Whose credential it is that the request has, and which privileges that has.",
    answers=(
        Answer(
            200,
            "Who it is",
            ref("Identity"),
            example={
                "id": "bob",
                "name": "Bob",
                "roles": ["management"],
                "service": None,
                "privileges": ["scenario:read", "process:read", "process:start", "process:step"],
            },
        ),
    ),
)
