"""Notifications, as operators see them."""

from __future__ import annotations

from typing import Final

from callboard.core.values import Json, JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    NOT_EMPTY,
    TEXT,
    TIME,
    UUID,
    described,
    record,
    ref,
)

OUTCOMES: Final = ("delivered", "sent", "answered", "failed", "refused")

ATTEMPT: Final = record(
    {
        "id": described(UUID, "The id of the message; it is the same in every try."),
        "service": TEXT,
        "number": described(INTEGER, "Which try it was, from 1."),
        "at": TIME,
        "milliseconds": described(INTEGER, "How long it took."),
        "outcome": described(
            {"type": "string", "enum": list[Json](OUTCOMES)},
            "`sent`: the answer comes later. `answered`: the answer was a step. `refused`: the "
            "answer cannot be used.",
        ),
        "detail": described(TEXT, "The action that was answered, or what went wrong."),
    },
    required=("id", "service", "number", "at", "milliseconds", "outcome", "detail"),
    about="One try to notify a service.",
)

NOTIFICATION: Final = record(
    {
        "id": UUID,
        "process": UUID,
        "service": TEXT,
        "state": described(TEXT, "The key of the state that the process is in."),
        "attempts": described(INTEGER, "How often it was tried."),
        "failed": described(TIME, "When it was given up."),
        "last": ref("Attempt"),
    },
    required=("id", "process", "service", "state", "attempts", "failed"),
    about="A notification that was given up.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "Attempt": ATTEMPT,
    "Notification": NOTIFICATION,
    "RetryNotifications": record(
        {"service": described(NOT_EMPTY, "Only those of this service.")},
        closed=True,
        about="Which notifications are to be tried again.",
    ),
    "Retried": record(
        {"retried": described(INTEGER, "How many; 1,000 at most, so ask again until it is 0.")},
        required=("retried",),
        about="How many notifications are tried again.",
    ),
    "MoveClock": record(
        {"seconds": {"type": "integer", "minimum": 1, "maximum": 31_536_000_000}},
        required=("seconds",),
        closed=True,
        about="How far the clock is to go forward.",
    ),
    "Clock": record({"now": TIME}, required=("now",), about="What time it is for the engine."),
}
