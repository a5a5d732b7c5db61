"""Transports: how a service is told something, and what it answers (specification: services).

A transport is one small class. It delivers a message and gives what was answered; whether and when
it is tried again is for the engine to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from callboard.core.values import Json
from callboard.errors import CallboardError


@dataclass(frozen=True, slots=True)
class Message:
    """What a service is told."""

    id: str
    """Stable: the same message has it however often it is sent."""
    service: str
    body: Json
    """A text is sent as text, anything else as JSON."""
    process: str
    etag: str
    """Hash of the event that entered the state."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered at once."""

    body: Json


class DeliveryError(CallboardError):
    """The message was not delivered. `final`: trying again is useless."""

    code = "delivery"

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


class Transport(Protocol):
    """A way to one service."""

    async def deliver(self, message: Message) -> Reply | None:
        """Send it; what was answered, None where the answer comes later or never. Raises
        `DeliveryError`.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
