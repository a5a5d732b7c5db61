"""API keys, as they are issued and shown."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    NAMES,
    NOT_EMPTY,
    PRIVILEGE,
    TEXT,
    TIME,
    array,
    described,
    nullable,
    record,
    ref,
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
    "ApiKey": KEY,
    "IssueApiKey": KEY_INPUT,
    "ProcessLimit": LIMIT,
}
