"""Reading what was sent: a text as a text, JSON as JSON, anything else not at all."""

from __future__ import annotations

import json
from typing import Any, Never

__all__ = ["UnreadableError", "read_body"]


class UnreadableError(ValueError):
    """The body of a message cannot be read."""


def read_body(body: bytes, content_type: str) -> Any:
    """The body of a message. Raises `UnreadableError`.

    >>> read_body(b'{"n": 1}', "application/json"), read_body(b"Send 2", "text/plain;charset=utf-8")
    ({'n': 1}, 'Send 2')
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise UnreadableError("The message is not in UTF-8.") from None
    if kind.startswith("text/"):
        return text
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UnreadableError("The message is not JSON.") from None


def _no_number(name: str) -> Never:
    raise ValueError(name)
