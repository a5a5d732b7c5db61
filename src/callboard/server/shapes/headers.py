"""The response headers that answers name."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    TEXT,
)

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
