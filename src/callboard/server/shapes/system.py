"""What is told of this installation, and what is wrong."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    NAMES,
    PRIVILEGE,
    TEXT,
    array,
    described,
    record,
    ref,
)

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

INTERFACE: Final = record(
    {
        "name": TEXT,
        "version": TEXT,
        "env": {"type": "string", "enum": ["development", "production"]},
        "language": described(TEXT, "The language to begin with; empty: the browser's."),
        "signIn": record(
            {
                "demo": described({"type": "boolean"}, "Whether there are demo accounts."),
                "oidc": {
                    "anyOf": [
                        record(
                            {
                                "issuer": TEXT,
                                "clientId": TEXT,
                                "scopes": TEXT,
                                "token": {"type": "string", "enum": ["access", "id"]},
                            },
                            required=("issuer", "clientId", "scopes", "token"),
                            about="An OpenID Connect provider.",
                        ),
                        {"type": "null"},
                    ]
                },
                "token": described({"type": "boolean"}, "Whether a token can be pasted."),
            },
            required=("demo", "oidc", "token"),
        ),
    },
    required=("name", "version", "env", "language", "signIn"),
    about="What the interface has to know before anybody has signed in.",
)

IDENTITY: Final = record(
    {
        "id": described({"type": ["string", "null"]}, "Who it is; null for a service or a key."),
        "name": described(TEXT, "A name to show."),
        "roles": NAMES,
        "service": described({"type": ["string", "null"]}, "The service that it is, if any."),
        "privileges": array(PRIVILEGE),
    },
    required=("id", "name", "roles", "service", "privileges"),
    about="Whose credential it is, and what it may do.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "DemoAccount": ACCOUNT,
    "Health": record({"status": TEXT}, required=("status",)),
    "Identity": IDENTITY,
    "Info": INFO,
    "InterfaceConfig": INTERFACE,
    "Problem": PROBLEM,
    "Reason": REASON,
}
