"""The provider `amqp`: a service is told over AMQP 0-9-1, and answers by it (services, details 2).

Theory: a message counts as delivered when the broker confirms that it has it, in a queue (it is
mandatory) and on disk (it is persistent). An answer comes to a durable queue and stays there until
what follows from it is stored, so that it also counts when the engine was away meanwhile.

What is sent and what is heard have a connection each, for a broker that is short of memory stops
reading from those who send. Connections are made when they are needed and given up at the first
failure: the engine tries again, and its next try makes a new one.

This module is imported only where a service is told so, for its library may not be there.

Invariants: an answer is acknowledged after it was taken. No address is in an error.
"""

from __future__ import annotations

import asyncio
from typing import Final

from aio_pika import DeliveryMode
from aio_pika import Message as AmqpMessage
from aiormq.abc import DeliveredMessage

from callboard.core.values import Json
from callboard.ports.transport import AnswerError, Later, Message, Provider, Reply, Take
from callboard.transports.amqp_broker import Line, told
from callboard.transports.amqp_config import AmqpConfig
from callboard.transports.amqp_hearing import hearing
from callboard.transports.bodies import REFUSED, content_type, encoded, turned_down, typed

__all__ = ["PROVIDER", "Amqp"]

PLAIN: Final = frozenset({"", "identity", "utf-8", "utf8", "us-ascii"})
"""Content encodings that leave a body as it is; some libraries put the charset there."""


class Amqp:
    """A service behind one broker."""

    def __init__(self, config: AmqpConfig) -> None:
        self._config = config
        self._line = Line(config)

    async def deliver(self, message: Message) -> Later | None:
        """Send it, until the broker has it. Raises `DeliveryError`."""
        config, service = self._config, message.service
        key = config.routing_key or service
        with told(f"Nobody takes it: no queue gets what is sent with the routing key {key!r}."):
            async with asyncio.timeout(config.timeout):
                await self._line.send(service, key, _sealed(message, config))
        return None if _reply_to(message, config) is None else Later(config.response_timeout)

    async def listen(self, service: str, take: Take) -> None:
        """Give all answers of the service to `take`. Raises `DeliveryError` when the connection
        breaks.
        """
        queue = self._config.reply_queue(service)
        if queue is None:
            return

        async def heard(message: DeliveredMessage) -> None:
            about = message.header.properties
            await take(about.correlation_id or "", self._answer(message))

        with told():
            await hearing(self._config, service, queue, heard)

    async def close(self) -> None:
        """Close the connection that sends."""
        await self._line.close()

    def _answer(self, message: DeliveredMessage) -> Reply | AnswerError:
        try:
            return Reply(self._read(message))
        except AnswerError as error:
            return error

    def _read(self, message: DeliveredMessage) -> Json:
        about = message.header.properties
        if message.header.body_size > self._config.answer_bytes:
            raise AnswerError(f"Its answer is larger than {self._config.answer_bytes} bytes.")
        if (about.content_encoding or "").lower() not in PLAIN:
            raise AnswerError("Its answer is compressed, or not in UTF-8.")
        if REFUSED in (about.headers or {}):
            raise turned_down(message.body)
        return typed(message.body, about.content_type or "")


def _reply_to(message: Message, config: AmqpConfig) -> str | None:
    """The queue for the answer to a message; None where none is asked for."""
    return config.reply_queue(message.service) if message.answerable else None


def _sealed(message: Message, config: AmqpConfig) -> AmqpMessage:
    """A message as the broker gets it."""
    return AmqpMessage(
        encoded(message.body),
        content_type=content_type(message.body).partition(";")[0],
        content_encoding="utf-8",
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=message.id,
        correlation_id=message.id,
        reply_to=_reply_to(message, config),
        app_id=config.app_id or None,
        headers={"callboard-process": message.process, "callboard-etag": message.etag},
    )


PROVIDER: Final = Provider(AmqpConfig, Amqp)
