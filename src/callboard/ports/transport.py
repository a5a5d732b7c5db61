"""Transports: how a service is told something, and what it answers (specification: services).

A transport is one small class. It delivers a message and gives what was answered; whether and when
it is tried again is for the engine to say. One whose answers come later listens for them, too. A
provider makes transports from settings, and is found by its name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

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
    answerable: bool = True
    """Whether an answer may be a step: none need be asked for where it may not, nor waited for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered."""

    body: Json


@dataclass(frozen=True, slots=True)
class Later:
    """The message was delivered, and the answer comes later: a `Listener` hears it."""

    seconds: float
    """So long it is waited for; then the message counts as not delivered, and is sent again. An
    answer that comes even later counts all the same, as long as the state was not left.
    """


class DeliveryError(CallboardError):
    """The message was not delivered. `final`: trying again is useless; `wait`: not before so many
    seconds; `reached`: the service is there, and only this message failed.
    """

    code = "delivery"

    def __init__(
        self, message: str, *, final: bool = False, wait: float = 0.0, reached: bool = False
    ) -> None:
        super().__init__(message)
        self.final = final
        self.wait = wait
        self.reached = reached


class AnswerError(DeliveryError):
    """The message was delivered, and nobody can use what was answered; so it is final."""

    code = "answer"

    def __init__(self, message: str) -> None:
        super().__init__(message, final=True)


class Transport(Protocol):
    """A way to one service."""

    async def deliver(self, message: Message) -> Reply | Later | None:
        """Send it; what was answered, None when nobody waits for that. Raises `DeliveryError`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


Take: TypeAlias = Callable[[str, Reply | AnswerError], Awaitable[None]]
"""What is done with an answer: it is given the id of the message, and the reply or why it is none.
It comes back when what follows from it is stored; only then may the answer be acknowledged.
"""


@runtime_checkable
class Listener(Protocol):
    """A transport whose service also answers later."""

    async def listen(self, service: str, take: Take) -> None:
        """Give all answers of the service to `take`, until it is cancelled; it ends by itself where
        none are to come. It may give several at once, and one more than once. Raises
        `DeliveryError` when it hears nothing any more; then it is begun again.
        """
        ...


C = TypeVar("C")

SECONDS: Final = 30.0


def seconds_of(config: object) -> float:
    """The `timeout` of a record of settings, or 30 seconds where it has none."""
    return float(getattr(config, "timeout", SECONDS))


@dataclass(frozen=True, slots=True)
class Provider(Generic[C]):
    """A kind of transport, as an entry point of the group `callboard.transports` names it."""

    config: type[C]
    """A frozen dataclass: its fields are the settings of a service, those without a default have to
    be set. It raises `ValueError` for what cannot be used, without repeating it: it may be secret.
    """
    open: Callable[[C], Transport]
    """Makes the transport of a service. Nothing is connected yet."""
    seconds: Callable[[C], float] = seconds_of
    """The longest that a delivery may take."""
