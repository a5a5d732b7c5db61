"""Hearing what comes to a queue of a broker.

Theory: a broker sends what it has, however large, and the library puts a message together before
anybody sees it. Here one that is too large is read past, piece by piece, and only its size is told;
so what is heard costs as much memory as the largest answer, times those that are worked on at once.

A message whose properties are not as the protocol wants them (a text that is not UTF-8, a time
beyond the calendar) breaks the connection of whoever is given it. So nobody could hear what comes
after it; it is found by asking for one message after the other, and removed.

Invariants: a message that can be read is acknowledged after it was worked on, and only then. When
the connection or the queue is gone that is an error, never silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final, TypeAlias

from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from aiormq import Channel, Connection, spec
from aiormq.abc import DeliveredMessage, GetResultType
from pamqp.body import ContentBody
from pamqp.header import ContentHeader

from callboard.ports.transport import DeliveryError
from callboard.transports.amqp_broker import close, connected, make_queue
from callboard.transports.amqp_config import AmqpConfig

__all__ = ["hearing"]

AT_ONCE: Final = 8
"""Answers that are worked on at once, of one service."""
LOOK_SECONDS: Final = 5.0
"""How often somebody looks whether the queue is still there."""
UNREADABLE: Final = (ValueError, OverflowError)
"""What reading raises for properties that cannot be read."""

Heard: TypeAlias = Callable[[DeliveredMessage], Awaitable[None]]


async def hearing(config: AmqpConfig, service: str, queue: str, heard: Heard) -> None:
    """Hear what comes to a queue, until the connection breaks or the queue is gone. A message that
    is larger than an answer may be has no body; its header says how large it was.
    """
    unreadable = False
    async with _opened(config, service) as channel:
        async with asyncio.timeout(config.timeout):
            await channel.basic_qos(prefetch_count=AT_ONCE)
            consumed = await channel.basic_consume(queue, partial(_work, channel, heard))
        while not channel.is_closed:
            if consumed.consumer_tag not in channel.consumers:
                raise DeliveryError("The queue of its answers was removed.")
            await asyncio.wait({channel.closing}, timeout=LOOK_SECONDS)
        unreadable = isinstance(channel.closing.exception(), UNREADABLE)
    if unreadable:
        await _remove_unreadable(config, service, queue, heard)
    raise DeliveryError("The connection to the broker ended.")


@asynccontextmanager
async def _opened(config: AmqpConfig, service: str) -> AsyncIterator[Channel]:
    """A channel on a connection of its own, and a queue of answers."""
    async with asyncio.timeout(config.timeout):
        connection = await connected(config, service)
    try:
        async with asyncio.timeout(config.timeout):
            queue = config.reply_queue(service)
            if queue is not None:
                await make_queue(connection, queue)
            channel = await _channel(connection, config.answer_bytes)
        try:
            yield channel
        finally:
            for ending in (channel.closing, channel.connection.closing, channel.getter):
                if ending is not None:
                    ending.add_done_callback(_seen)
    finally:
        await close(connection)


def _seen(ending: asyncio.Future[object]) -> None:
    """Why something ended is known; else the event loop complains that nobody asked."""
    if not ending.cancelled():
        ending.exception()


async def _remove_unreadable(config: AmqpConfig, service: str, queue: str, heard: Heard) -> None:
    """Work on messages one by one until there is one that cannot be read, and remove that. Raises
    `DeliveryError` when it was removed.
    """
    try:
        async with _opened(config, service) as channel:
            while (message := await _next(config, channel, queue, no_ack=False)) is not None:
                await _work(channel, heard, message)
            return
    except UNREADABLE:
        pass
    try:
        async with _opened(config, service) as channel:
            # The broker forgets what it gives; it may be another, where several engines listen.
            message = await _next(config, channel, queue, no_ack=True)
        if message is not None:
            await heard(message)
    except UNREADABLE:
        text = "An answer was removed: its properties are not as AMQP wants them."
        raise DeliveryError(text) from None


async def _next(
    config: AmqpConfig, channel: Channel, queue: str, *, no_ack: bool
) -> DeliveredMessage | None:
    """The first message that nobody is working on; None when there is none."""
    message = await channel.basic_get(queue, no_ack=no_ack, timeout=config.timeout)
    return None if isinstance(message.delivery, spec.Basic.GetEmpty) else message


async def _work(channel: Channel, heard: Heard, message: DeliveredMessage) -> None:
    await heard(message)
    if message.delivery_tag is not None:
        # When the channel is gone the broker sends it again, to whoever hears then.
        with suppress(*CONNECTION_EXCEPTIONS):
            await channel.basic_ack(message.delivery_tag)


class _Bounded(Channel):
    """A channel that reads past bodies which are larger than `most`."""

    most: int

    async def _read_content(
        self,
        frame: spec.Basic.Deliver | spec.Basic.Return | GetResultType,
        header: ContentHeader,
    ) -> DeliveredMessage:
        if header.body_size <= self.most:
            return await super()._read_content(frame, header)
        left = header.body_size
        while left > 0:
            part = await self._get_frame()
            if not isinstance(part, ContentBody):
                raise DeliveryError("The broker broke off in an answer.")
            left -= len(part.value)
        return DeliveredMessage(delivery=frame, header=header, body=b"", channel=self)


async def _channel(connection: AbstractConnection, most: int) -> Channel:
    """A channel of our kind on a connection, which the library numbers like its own."""
    below = connection.transport and connection.transport.connection
    if not isinstance(below, Connection):
        raise DeliveryError("The connection to the broker ended.")
    number = max(below.channels, default=0) + 1
    channel = _Bounded(below, number, publisher_confirms=False)
    channel.most = most
    below.channels[number] = channel
    await channel.open()
    return channel
