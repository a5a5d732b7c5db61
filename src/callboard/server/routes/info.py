"""What this installation is, and the accounts to try it with."""

from __future__ import annotations

from callboard.errors import ForbiddenError
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import PUBLIC, Answer, Route
from callboard.server.shapes import array, ref

__all__ = ["GET_DEMO_ACCOUNTS", "GET_INFO"]


async def get_info(call: Call) -> Response:
    """Name, version, environment."""
    edge = call.edge
    return json_response(
        {
            "name": edge.config.name,
            "version": edge.version,
            "description": edge.config.description,
            "env": edge.environment,
            "schemas": sorted(edge.schemas()),
        }
    )


async def get_demo_accounts(call: Call) -> Response:
    """The demo accounts with fresh tokens; nowhere but in development mode."""
    if call.edge.demo_accounts is None:
        raise ForbiddenError("Demo accounts exist in development mode only.")
    return json_response(list(call.edge.demo_accounts()))


GET_INFO = Route(
    method="GET",
    path="/info",
    endpoint=get_info,
    privilege=PUBLIC,
    operation="getInfo",
    summary="Get system information",
    tag="system",
    answers=(
        Answer(
            200,
            "What this installation is",
            ref("Info"),
            example={
                "name": "callboard",
                "version": "0.1.0",
                "description": "A workflow engine",
                "env": "development",
                "schemas": [],
            },
        ),
    ),
)

GET_DEMO_ACCOUNTS = Route(
    method="GET",
    path="/demo-accounts",
    endpoint=get_demo_accounts,
    privilege=PUBLIC,
    operation="getDemoAccounts",
    summary="Get demo accounts",
    tag="system",
    description="Only in development mode. Each account has a token that is ready to use.",
    answers=(
        Answer(
            200,
            "The accounts",
            array(ref("DemoAccount")),
            example=[
                {
                    "id": "alice",
                    "name": "Alice",
                    "info": {"name": "Alice"},
                    "roles": ["support"],
                    "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…",
                }
            ],
        ),
    ),
    problems=(403,),
    local=True,
)
