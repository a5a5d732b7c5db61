"""What came of a message: what a handler says, and how it is carried back.

Theory: a handler returns an answer, or raises why there is none. Inside the kit all of that are
values (`Outcome`), because each way of receiving says it in its own words.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

__all__ = ["Answered", "Failed", "Outcome", "Refused", "Retry", "Step", "Turned", "answered"]

TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Step:
    """An answer that says itself which action it is.

    Only where the worker asks for its tasks (`Polling`), and may do one of several actions. In all
    other ways the `trigger` of the notification says it, and only the response is sent.
    """

    action: str
    """The key of the action."""
    response: Any = None
    """What the action asks for; None when it asks nothing."""


class Retry(Exception):  # noqa: N818 (an answer, not a failure)
    """Raised by a handler: not now. The message comes again, not before `after` seconds."""

    def __init__(self, reason: str = "", *, after: float = 0.0) -> None:
        if not (math.isfinite(after) and after >= 0):
            raise ValueError("after is to be 0 seconds or more")
        super().__init__(reason or "The service asks to be told again later.")
        self.after = after


class Refused(Exception):  # noqa: N818 (an answer, not a failure)
    """Raised by a handler: never. The message does not come again; operators see the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Answered:
    """The message was handled."""

    value: Any
    """The answer; None when there is none."""
    content: bytes
    """The answer as it is sent; empty when there is none."""
    action: str | None = None
    """The action, where the handler said it."""

    @property
    def content_type(self) -> str:
        """What `content` is."""
        return TEXT if isinstance(self.value, str) else "application/json"

    @property
    def headers(self) -> Mapping[str, str]:
        """What a broker carries beside `content`."""
        return {}


@dataclass(frozen=True, slots=True)
class Failed:
    """It was not handled, and is to come again: when, is for the way to say, but not before."""

    reason: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Turned:
    """It was turned down, and is not to come again."""

    reason: str

    @property
    def content(self) -> bytes:
        """The reason as it is sent over a broker, in the place of an answer."""
        return (self.reason or "No reason was given.").encode()

    @property
    def content_type(self) -> str:
        """What `content` is."""
        return TEXT

    @property
    def headers(self) -> Mapping[str, str]:
        """What tells a reason from an answer."""
        return {"callboard-refused": "true"}


Outcome: TypeAlias = Answered | Failed | Turned


def answered(value: Any) -> Answered:
    """What a handler returned, as it is sent. Raises `TypeError` or `ValueError` for what JSON
    cannot say.

    >>> answered({"count": 2}).content, answered("two").content, answered(None).content
    (b'{"count": 2}', b'two', b'')
    """
    if isinstance(value, Step):
        return Answered(value.response, _encoded(value.response) or b"null", value.action)
    return Answered(value, _encoded(value))


def _encoded(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode()
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
