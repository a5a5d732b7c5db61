"""What operators send and are shown."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import described, record

REASON_TEXT: Final[JsonObject] = described(
    {"type": "string", "minLength": 1, "maxLength": 2000},
    "Why. It is kept with what was done; better not about a person.",
)

CANCEL: Final = record(
    {"reason": REASON_TEXT},
    required=("reason",),
    closed=True,
    about="Why the process is to end.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "CancelProcess": CANCEL,
}
