"""What is told of this installation, and what is wrong."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    NAMES,
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

COMPONENTS: Final[dict[str, JsonObject]] = {
    "DemoAccount": ACCOUNT,
    "Health": record({"status": TEXT}, required=("status",)),
    "Info": INFO,
    "Problem": PROBLEM,
    "Reason": REASON,
}
