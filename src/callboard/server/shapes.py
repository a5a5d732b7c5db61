"""The shapes of what crosses the wire, as JSON Schemas: what is shown, and what is checked.

Theory: a body that comes in is checked against the very schema that the OpenAPI document shows, so
that the two cannot differ. `COMPONENTS` are the named schemas; routes refer to them with `ref`.

Specification: api, table 1 and section 3; process, "The process".
"""

from __future__ import annotations

from typing import Final

from callboard.core.values import Json, JsonObject
from callboard.ports.caller import PRIVILEGES

__all__ = ["ACTOR_INPUT", "COMPONENTS", "HEADERS", "INTEGER", "START", "UUID", "array", "ref"]

TEXT: Final[JsonObject] = {"type": "string"}
TIME: Final[JsonObject] = {"type": "string", "format": "date-time"}
UUID: Final[JsonObject] = {"type": "string", "format": "uuid"}
INTEGER: Final[JsonObject] = {"type": "integer"}
NAMES: Final[JsonObject] = {"type": "array", "items": {"type": "string"}}
OBJECT: Final[JsonObject] = {"type": "object"}


def ref(name: str) -> JsonObject:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: JsonObject) -> JsonObject:
    """The schema of a list."""
    return {"type": "array", "items": items}


def record(
    properties: JsonObject, *, required: tuple[str, ...] = (), closed: bool = False, about: str = ""
) -> JsonObject:
    """The schema of an object; a closed one has no other properties."""
    schema: JsonObject = {"type": "object", "properties": properties}
    if about:
        schema["description"] = about
    if required:
        schema["required"] = list[Json](required)
    if closed:
        schema["additionalProperties"] = False
    return schema


def described(schema: JsonObject, description: str) -> JsonObject:
    """The schema with a description."""
    return {**schema, "description": description}


def nullable(schema: JsonObject) -> JsonObject:
    """The schema, or null."""
    return {**schema, "type": [schema["type"], "null"]}


PRIVILEGE: Final[JsonObject] = {"type": "string", "enum": list[Json](PRIVILEGES)}
NOT_EMPTY: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": 200}

PROBLEM: Final = record(
    {
        "type": described(
            {"type": "string", "format": "uri"}, "`urn:callboard:problem:` and a code, to compare."
        ),
        "title": described(TEXT, "What kind of problem it is."),
        "status": described(INTEGER, "The HTTP status."),
        "detail": described(TEXT, "What is wrong this time."),
        "errors": described(array(ref("Reason")), "Every single thing that is wrong."),
    },
    required=("type", "title", "status", "detail", "errors"),
    about="What is wrong (RFC 9457).",
)

REASON: Final = record(
    {
        "code": described(TEXT, "To compare."),
        "message": described(TEXT, "To read."),
        "pointer": described(TEXT, "A JSON Pointer to the place, into what was sent."),
        "keyword": described(TEXT, "The JSON Schema keyword that refused it."),
        "line": described(INTEGER, "Where a text cannot be read, from 1."),
        "column": described(INTEGER, "Where a text cannot be read, from 1."),
    },
    required=("code", "message"),
    about="One thing that is wrong. Some codes say more.",
)

INFO: Final = record(
    {
        "name": TEXT,
        "version": TEXT,
        "description": TEXT,
        "env": {"type": "string", "enum": ["development", "production"]},
        "schemas": described(NAMES, "Addresses of the schemas that scenarios may refer to."),
    },
    required=("name", "version", "description", "env", "schemas"),
)

ACCOUNT: Final = record(
    {
        "id": TEXT,
        "name": TEXT,
        "info": record({"name": TEXT}, required=("name",)),
        "roles": NAMES,
        "token": described(TEXT, "A JWT, ready to use."),
    },
    required=("id", "name", "info", "roles", "token"),
    about="A demo account.",
)

SCENARIO_SUMMARY: Final = record(
    {"id": UUID, "name": TEXT, "version": TEXT, "title": TEXT, "description": TEXT, "tags": NAMES},
    required=("id", "title", "description", "tags"),
    about="A scenario in a list.",
)

SCENARIO: Final = record(
    {
        "$schema": {"type": "string", "format": "uri"},
        "name": TEXT,
        "version": TEXT,
        "title": TEXT,
        "description": TEXT,
        "tags": NAMES,
        "actors": OBJECT,
        "actions": OBJECT,
        "states": OBJECT,
        "vars": OBJECT,
        "result": {},
    },
    about="A scenario. What a scenario may hold is described in the language reference.",
)

ACTOR: Final = record(
    {"id": TEXT, "title": TEXT, "role": {"anyOf": [TEXT, NAMES]}},
    about="An actor of a process, with the properties that the scenario declares.",
)

CURRENT: Final = record(
    {
        "key": TEXT,
        "title": TEXT,
        "description": TEXT,
        "instructions": OBJECT,
        "timestamp": TIME,
        "actions": array(OBJECT),
        "notify": array(OBJECT),
    },
    required=("key", "timestamp", "actions"),
    about="The state that a process is in, worked out for it.",
)

PROCESS: Final = record(
    {
        "id": UUID,
        "title": TEXT,
        "isRunning": {"type": "boolean"},
        "tags": NAMES,
        "scenario": record({"id": UUID}, required=("id",)),
        "actors": {"type": "object", "additionalProperties": ref("Actor")},
        "vars": OBJECT,
        "result": {},
        "current": ref("CurrentState"),
        "previous": described(array(OBJECT), "What happened, for people."),
        "events": described(array(OBJECT), "What happened: the chain, hashed link by link."),
        "next": described(array(OBJECT), "The states to come, where they were asked for."),
    },
    required=(
        *("id", "title", "isRunning", "tags", "scenario", "actors", "vars"),
        *("result", "current", "previous", "events"),
    ),
    about="A process.",
)

PROCESS_SUMMARY: Final = record(
    {
        "id": UUID,
        "title": TEXT,
        "tags": NAMES,
        "isRunning": {"type": "boolean"},
        "scenario": record(
            {"id": UUID, "name": TEXT, "title": TEXT, "description": TEXT}, required=("id",)
        ),
        "actors": array(
            record(
                {"key": TEXT, "id": TEXT, "title": TEXT, "role": {"anyOf": [TEXT, NAMES]}},
                required=("key",),
            )
        ),
        "current": record({"key": TEXT, "title": TEXT}, required=("key",)),
        "created": TIME,
        "lastUpdated": TIME,
    },
    required=("id", "title", "tags", "isRunning", "scenario", "actors", "current"),
    about="A process in a list.",
)

ACTOR_INPUT: Final[JsonObject] = {
    "type": "object",
    "properties": {"id": NOT_EMPTY, "title": TEXT},
}

START: Final = record(
    {
        "scenario": described(NOT_EMPTY, "Id, name, or `name@version` of a scenario."),
        "actors": {
            "type": "object",
            "additionalProperties": ACTOR_INPUT,
            "description": "Who is who: ids, titles and properties by the key of the actor.",
        },
        "action": {
            "description": "The first action: its key, or key and response.",
            "anyOf": [
                NOT_EMPTY,
                record({"key": NOT_EMPTY, "response": {}}, required=("key",), closed=True),
            ],
        },
    },
    required=("scenario",),
    closed=True,
    about="How to start a process.",
)

LIMIT: Final = record(
    {
        "scenario": described(TEXT, "Id or name of a scenario; any when left out."),
        "actors": described(NAMES, "As whom it may act; any when left out."),
        "actions": described(NAMES, "What it may do; anything when left out."),
    },
    closed=True,
    about="One thing that an API key is limited to.",
)

KEY_INPUT: Final = record(
    {
        "name": NOT_EMPTY,
        "description": {"type": "string", "maxLength": 2000},
        "privileges": {"type": "array", "items": PRIVILEGE, "uniqueItems": True},
        "expirationDays": {"type": "integer", "minimum": 1, "maximum": 36500},
        "expiration": TIME,
        "processes": {"type": "array", "items": ref("ProcessLimit"), "maxItems": 100},
        "service": described(NOT_EMPTY, "The service that the key acts as."),
    },
    required=("name", "privileges"),
    closed=True,
    about="The API key to issue. Without an expiration it ends after 30 days.",
)

KEY: Final = record(
    {
        "id": TEXT,
        "token": described(TEXT, "Whole only in the answer that issues it; masked ever after."),
        "name": TEXT,
        "description": nullable(TEXT),
        "issued": TIME,
        "expirationDays": nullable(INTEGER),
        "expiration": TIME,
        "lastUsed": nullable(TIME),
        "revoked": nullable(TIME),
        "privileges": array(PRIVILEGE),
        "processes": array(ref("ProcessLimit")),
        "service": nullable(TEXT),
    },
    required=("id", "token", "name", "issued", "expiration", "privileges", "processes"),
    about="An API key.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "Actor": ACTOR,
    "ApiKey": KEY,
    "CurrentState": CURRENT,
    "DemoAccount": ACCOUNT,
    "Health": record({"status": TEXT}, required=("status",)),
    "Info": INFO,
    "IssueApiKey": KEY_INPUT,
    "Problem": PROBLEM,
    "Process": PROCESS,
    "ProcessLimit": LIMIT,
    "ProcessSummary": PROCESS_SUMMARY,
    "Reason": REASON,
    "Scenario": SCENARIO,
    "ScenarioSummary": SCENARIO_SUMMARY,
    "StartInstructions": START,
}
"""The named schemas of the OpenAPI document."""

HEADERS: Final[dict[str, JsonObject]] = {
    "Allow": {"description": "The methods that are possible.", "schema": TEXT},
    "ETag": {"description": "For `If-Match` and `If-None-Match`.", "schema": TEXT},
    "Last-Modified": {"description": "When it last changed.", "schema": TEXT},
    "Link": {"description": "Where the `first`, `prev` and `next` page are.", "schema": TEXT},
    "Location": {"description": "Where it is now.", "schema": TEXT},
    "Preference-Applied": {"description": "The preference that was followed.", "schema": TEXT},
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": INTEGER},
    "WWW-Authenticate": {"description": "How to say who you are.", "schema": TEXT},
    "X-Disabled": {
        "description": "`true` when no new process can start with it.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "X-Request-Id": {"description": "The id of this request, for the log.", "schema": TEXT},
}
"""The response headers that answers name."""
