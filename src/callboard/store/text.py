"""JSON documents as the text that columns hold, and back."""

from __future__ import annotations

from typing import Any

import orjson


def to_text(value: object) -> str:
    """Compact JSON, keys in the order they have."""
    return orjson.dumps(value).decode()


def from_text(text: str) -> Any:
    """The value of a JSON text that `to_text` wrote."""
    return orjson.loads(text)
