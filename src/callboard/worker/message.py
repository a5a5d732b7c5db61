"""What a service is told: a message, the same however it came.

Theory: the engine sends what the scenario says, or its standard message: what the process is, what
the service may do now, and its instructions (specification: services, "Notify"). `body` is what was
sent; the other fields are read from it where it has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Action", "Message", "message_of"]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the service may do now."""

    key: str
    """What the scenario calls it."""
    title: str
    """What people call it."""
    response: Any
    """JSON Schema of what has to be answered; None when nothing is asked."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a service is told."""

    id: str
    """The same message has the same id, however often it comes."""
    service: str
    """Who is told."""
    process: str
    """The id of the process that it is about."""
    body: Any = field(repr=False)
    """What the scenario sends: a text, or anything that JSON can say."""
    etag: str = ""
    """Hash of the event by which the process came into its state."""

    @property
    def title(self) -> str:
        """The title of the process; empty in a message of the scenario's own."""
        return _text(self._about.get("title"))

    @property
    def scenario(self) -> str:
        """The name of its scenario, or the id of one without a name; empty as well."""
        about = _mapping(self._about.get("scenario"))
        return _text(about.get("name") or about.get("id"))

    @property
    def instructions(self) -> str:
        """What the scenario asks of the service; empty when it asks nothing in words."""
        return _text(_mapping(self.body).get("instructions"))

    @property
    def actions(self) -> tuple[Action, ...]:
        """What the service may do now; empty in a message of the scenario's own."""
        listed = _mapping(self.body).get("actions")
        found = map(_mapping, listed if isinstance(listed, list) else ())
        return tuple(_action(item) for item in found if isinstance(item.get("key"), str))

    @property
    def _about(self) -> Mapping[str, Any]:
        return _mapping(_mapping(self.body).get("process"))


def message_of(service: str, message_id: str, body: Any, *, process: str, etag: str) -> Message:
    """A message with what came beside it. What the standard message says of itself counts more: it
    is signed, headers are not.
    """
    told = _mapping(body)
    return Message(
        id=message_id,
        service=service,
        process=_text(_mapping(told.get("process")).get("id")) or process,
        body=body,
        etag=_text(told.get("etag")) or etag,
    )


def _action(item: Mapping[str, Any]) -> Action:
    key = str(item["key"])
    return Action(key, _text(item.get("title")) or key, item.get("response"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
