"""The settings of the provider `amqp`, and what cannot be one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

__all__ = ["AmqpConfig"]

LONGEST: Final = 3_600.0
LONGEST_ANSWER: Final = 2_592_000.0
"""30 days."""
NAME_BYTES: Final = 255
RESERVED: Final = "amq."


@dataclass(frozen=True, slots=True)
class AmqpConfig:
    """Settings of a service that is told over AMQP 0-9-1 (RabbitMQ)."""

    url: str = field(repr=False)
    """Address of the broker, `amqp://USER:PASSWORD@HOST:PORT/VHOST`, or `amqps://…`."""
    exchange: str = ""
    """Exchange that is told. One that is not there is made: direct and durable. Empty: the default
    exchange, where the routing key is the name of a queue."""
    routing_key: str = ""
    """Routing key of messages. Empty: the name of the service."""
    timeout: float = 30.0
    """How long it may take until the broker has a message for sure, in seconds."""
    app_id: str = "callboard"
    """What messages say of who sends them. Give each of several installations at one broker its
    own."""
    reply: bool = False
    """Whether the service answers: by a message to the queue that `reply_to` of the message names,
    whose `correlation_id` is the `message_id`."""
    reply_to: str = ""
    """Queue for answers; with it the service answers. One that is not there is made: durable.
    Empty: `APP_ID.SERVICE.replies`, where `reply` is set."""
    response_timeout: float = 30.0
    """How long an answer is waited for, in seconds; then the message is sent again."""
    answer_bytes: int = 1_048_576
    """The largest answer, in bytes; a larger one is refused."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what cannot be used."""
        _check_address(self.url)
        for name in ("exchange", "routing_key", "app_id", "reply_to"):
            _check_name(name, getattr(self, name))
        if self.reply_to.startswith(RESERVED):
            raise ValueError("reply_to is to be a queue that lasts, so it cannot begin with amq.")
        for name, most in (("timeout", LONGEST), ("response_timeout", LONGEST_ANSWER)):
            seconds = getattr(self, name)
            if not (math.isfinite(seconds) and 0 < seconds <= most):
                raise ValueError(f"{name} is to be more than 0 and at most {most:.0f} seconds.")
        if self.answer_bytes < 0:
            raise ValueError("answer_bytes is to be 0 or more.")

    def reply_queue(self, service: str) -> str | None:
        """The queue for the answers of a service; None where none come.

        >>> AmqpConfig("amqp://localhost", reply=True).reply_queue("stock")
        'callboard.stock.replies'
        """
        if self.reply_to:
            return self.reply_to
        return f"{self.app_id or 'callboard'}.{service}.replies" if self.reply else None


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("amqp", "amqps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise ValueError("url is to be an amqp or amqps address.") from None


def _check_name(name: str, value: str) -> None:
    if len(value.encode()) > NAME_BYTES or not value.isprintable():
        raise ValueError(f"{name} is to be a name of {NAME_BYTES} bytes at most.")
