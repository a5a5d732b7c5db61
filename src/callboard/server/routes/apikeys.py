"""API keys: list, issue, revoke (specification: api, table 1 and details 7)."""

from __future__ import annotations

from typing import Final, cast

from callboard.core.values import Json, JsonObject
from callboard.engine.commands import IssueCommand
from callboard.ports.records import ApiKeyRecord
from callboard.server.bodies import read_object
from callboard.server.messages import Call, Response, json_response
from callboard.server.route import JSON_TYPE, Answer, Body, Example, Parameter, Route
from callboard.server.shapes import array, ref

__all__ = ["ISSUE", "LIST", "REVOKE"]

KEY_ID: Final = Parameter("id", "path", {"type": "string"}, "API key ID", example="9f1c2d")


async def list_keys(call: Call) -> Response:
    """All keys that the caller may see, their tokens masked."""
    records = await call.edge.engine.api_keys.list(call.caller)
    return json_response([_shown(record, f"{record.hint}…") for record in records])


async def issue_key(call: Call) -> Response:
    """A new key; its token is in this answer and nowhere else."""
    given = read_object(call, "IssueApiKey")
    days = cast("float | None", given.get("expirationDays"))
    command = IssueCommand(
        name=cast("str", given["name"]),
        privileges=tuple(cast("list[str]", given["privileges"])),
        description=cast("str | None", given.get("description")),
        expiration_days=None if days is None else int(days),
        expiration=cast("str | None", given.get("expiration")),
        processes=tuple(cast("list[JsonObject]", given.get("processes", []))),
        service=cast("str | None", given.get("service")),
    )
    record, token = await call.edge.engine.api_keys.issue(call.caller, command)
    return json_response(_shown(record, token), 201)


async def revoke_key(call: Call) -> Response:
    """The key is worth nothing from now on; revoking it again changes nothing."""
    await call.edge.engine.api_keys.revoke(call.caller, call.segments["id"])
    return Response(204)


def _shown(record: ApiKeyRecord, token: str) -> JsonObject:
    return {
        "id": record.id,
        "token": token,
        "name": record.name,
        "description": record.description,
        "issued": record.issued,
        "expirationDays": record.expiration_days,
        "expiration": record.expiration,
        "lastUsed": record.last_used,
        "revoked": record.revoked,
        "privileges": list[Json](record.privileges),
        "processes": list[Json](record.processes),
        "service": record.service,
    }


SHOWN: Final[JsonObject] = {
    "id": "9f1c2d",
    "token": "lfl_P68W…",
    "name": "Reporting",
    "description": None,
    "issued": "2026-01-01T00:00:00.000Z",
    "expirationDays": 30,
    "expiration": "2026-01-31T00:00:00.000Z",
    "lastUsed": None,
    "revoked": None,
    "privileges": ["process:read"],
    "processes": [],
    "service": None,
}

LIST = Route(
    method="GET",
    path="/apikey",
    endpoint=list_keys,
    privilege=("apikey:issue", "apikey:revoke"),
    operation="listApiKeys",
    summary="List API keys",
    tag="API keys",
    description="Newest first. Tokens are masked: they are not stored.",
    answers=(Answer(200, "The keys", array(ref("ApiKey")), example=[SHOWN]),),
)

ISSUE = Route(
    method="POST",
    path="/apikey",
    endpoint=issue_key,
    privilege=("apikey:issue",),
    operation="issueApiKey",
    summary="Issue a new API key",
    tag="API keys",
    description="A key never has more than who issues it. The token is shown this once.",
    body=Body(
        {JSON_TYPE: ref("IssueApiKey")},
        "What the key may do, and for how long.",
        examples={
            "reading": Example(
                "For a report", {"name": "Reporting", "privileges": ["process:read"]}
            ),
            "limited": Example(
                "To order, and nothing else",
                {
                    "name": "Ordering",
                    "description": "The ordering service",
                    "privileges": ["process:read", "process:step"],
                    "expirationDays": 90,
                    "processes": [{"scenario": "purchase-order", "actions": ["confirm", "refuse"]}],
                    "service": "ordering",
                },
            ),
        },
    ),
    answers=(Answer(201, "The key, with its token", ref("ApiKey"), example=SHOWN),),
)

REVOKE = Route(
    method="DELETE",
    path="/apikey/{id}",
    endpoint=revoke_key,
    privilege=("apikey:revoke",),
    operation="revokeApiKey",
    summary="Revoke an API key",
    tag="API keys",
    description="From now on the key is refused. Revoking it again is no error.",
    parameters=(KEY_ID,),
    answers=(Answer(204, "It is revoked"),),
    problems=(404,),
)
