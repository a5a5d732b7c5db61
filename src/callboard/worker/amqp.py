"""Receiving over AMQP 0-9-1 (RabbitMQ): a queue for each service, answers to `reply_to`.

Theory: a message is acknowledged after it was handled and its answer is at the broker, so whatever
breaks between is handed out again, and the desk knows it by its id. The broker cannot be asked to
wait, so what failed is held back here, and tried again, until there were too many tries; then it is
rejected: to the dead-letter exchange of the queue, where it has one.

Invariants: no more messages of a queue are held than the desk handles at once. At the end what
waits to be tried again goes back to the queue, for other workers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Final

import aiormq
from aio_pika import DeliveryMode, ExchangeType, connect
from aio_pika import Message as AmqpMessage
from aio_pika import exceptions as amqp
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractIncomingMessage,
    AbstractQueue,
)
from pamqp.exceptions import AMQPNotAllowed

from callboard.worker.answers import Answered, Failed, Outcome, Turned
from callboard.worker.desk import Desk
from callboard.worker.message import Message, message_of
from callboard.worker.reading import UnreadableError, read_body
from callboard.worker.ways import LONGEST_PAUSE, backoff, happens

__all__ = ["Amqp"]

log: Final = logging.getLogger("callboard.worker")

CONNECT_SECONDS: Final = 10.0
CLOSE_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 1.0
"""How often somebody looks whether the queues are still there."""
LONGEST: Final = 600.0
"""The longest that a message is held back; brokers take one away that is held for half an hour."""
NOT_LET_IN: Final = (
    amqp.AuthenticationError,
    amqp.ProbableAuthenticationError,
    AMQPNotAllowed,
)


@dataclass(frozen=True, slots=True)
class Amqp:
    """Messages come over AMQP.

        worker.run(Amqp(os.environ["BROKER_URL"]))

    Answers go to the queue that a message names in `reply_to`. What is turned down, or fails too
    often, is rejected: to the dead-letter exchange of the queue, where it has one.
    """

    url: str = field(repr=False)
    """Address of the broker, `amqp://USER:PASSWORD@HOST/VHOST`, or `amqps://…`."""
    queues: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The queues by the names of the services. Empty: one for every handler, of the same name. One
    that is not there is made: durable."""
    exchange: str = ""
    """The exchange that the engine tells, if it does not tell queues. The queue of a service is
    bound to it by the name of the service; it is made where it is missing: direct and durable."""
    tries: int = 8
    """How often a message is tried before it is rejected."""

    async def receive(self, desk: Desk, stop: asyncio.Event) -> None:
        """Consume until `stop` is set. A broker that is away is waited for. Raises `AMQPError` when
        it does not let the worker in.
        """
        unknown = set(self.queues) - set(desk.services)
        if unknown:
            raise ValueError(f"there is no handler for {', '.join(sorted(unknown))}")
        failures = 0
        while not stop.is_set():
            session = _Session(self, desk, stop)
            try:
                await session.hold()
            except NOT_LET_IN:
                raise
            except (TimeoutError, *amqp.CONNECTION_EXCEPTIONS) as error:
                failures = 1 if session.stood else failures + 1
                why = error.__cause__ or error
                log.warning("the broker cannot be reached (%s)", type(why).__name__)
                await happens(stop, min(LONGEST_PAUSE, backoff(failures)))


class _Session:
    """One connection, from its beginning to its end."""

    def __init__(self, way: Amqp, desk: Desk, stop: asyncio.Event) -> None:
        self._way = way
        self._desk = desk
        self._stop = stop
        self._under_way: set[asyncio.Task[None]] = set()
        self.stood = False
        """Whether messages could be received."""

    async def hold(self) -> None:
        """Receive until the end of the worker. Raises when the connection ends before."""
        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await connect(self._way.url)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                channel = await connection.channel(on_return_raises=True)
                await channel.set_qos(prefetch_count=self._desk.concurrency)
                consumers = [
                    (queue, await queue.consume(partial(self._begin, service, channel)))
                    for service, queue in await self._queues(connection, channel)
                ]
            self.stood = True
            await self._until_stop(channel, [tag for _, tag in consumers])
            for queue, tag in consumers:
                await queue.cancel(tag)
            if self._under_way:
                await asyncio.wait(self._under_way)
        finally:
            with suppress(TimeoutError, *amqp.CONNECTION_EXCEPTIONS):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await connection.close()

    async def _queues(
        self, connection: AbstractConnection, channel: AbstractChannel
    ) -> list[tuple[str, AbstractQueue]]:
        """The queues of all services, made where they are missing."""
        names = self._way.queues or {service: service for service in self._desk.services}
        found = []
        for service, name in names.items():
            queue = await _queue(connection, channel, name)
            if self._way.exchange:
                await _exchange(connection, self._way.exchange)
                await queue.bind(self._way.exchange, service)
            found.append((service, queue))
        return found

    async def _until_stop(self, channel: AbstractChannel, tags: list[str]) -> None:
        while not await happens(self._stop, LOOK_SECONDS):
            below = await channel.get_underlay_channel()
            known = below.consumers if isinstance(below, aiormq.Channel) else {}
            if channel.is_closed or not set(tags) <= set(known):
                raise ConnectionError("a queue, or the connection, is gone")

    async def _begin(
        self, service: str, channel: AbstractChannel, incoming: AbstractIncomingMessage
    ) -> None:
        task = asyncio.create_task(self._work(service, channel, incoming))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _work(
        self, service: str, channel: AbstractChannel, incoming: AbstractIncomingMessage
    ) -> None:
        """Handle a message to its end."""
        try:
            message = _read(service, incoming)
        except UnreadableError as error:
            log.error("a message to %s is rejected: %s", service, error)
            await _quietly(incoming.reject())
            return
        for failures in range(1, self._way.tries + 1):
            outcome = await self._outcome(channel, incoming, message)
            if isinstance(outcome, Answered):
                await _quietly(incoming.ack())
                return
            if isinstance(outcome, Turned):
                break
            wait = min(LONGEST, backoff(failures, outcome.after))
            if failures < self._way.tries and await happens(self._stop, wait):
                await _quietly(incoming.nack(requeue=True))
                return
            if channel.is_closed:
                return  # The broker hands it out again, to whoever is there then.
        log.error("%s %r is rejected", service, message.id)
        await _quietly(incoming.reject())

    async def _outcome(
        self, channel: AbstractChannel, incoming: AbstractIncomingMessage, message: Message
    ) -> Outcome:
        """What came of a message, with its answer, or why it was turned down, at the broker."""
        outcome = await self._desk.handle(message)
        if isinstance(outcome, Failed) or not (outcome.content and incoming.reply_to):
            return outcome
        answer = AmqpMessage(
            outcome.content,
            content_type=outcome.content_type.partition(";")[0],
            content_encoding="utf-8",
            delivery_mode=DeliveryMode.PERSISTENT,
            correlation_id=incoming.correlation_id or message.id,
            headers=dict(outcome.headers),
        )
        try:
            await channel.default_exchange.publish(answer, incoming.reply_to, mandatory=True)
        except (TimeoutError, *amqp.CONNECTION_EXCEPTIONS) as error:
            log.warning("%r: the answer cannot be sent (%s)", message.id, type(error).__name__)
            return Failed("The answer cannot be sent.")
        return outcome


def _read(service: str, incoming: AbstractIncomingMessage) -> Message:
    """A message. Raises `UnreadableError`."""
    if not incoming.message_id:
        raise UnreadableError("It has no message_id.")
    headers = {name: str(value) for name, value in incoming.headers.items()}
    return message_of(
        service,
        incoming.message_id,
        read_body(incoming.body, incoming.content_type or ""),
        process=headers.get("callboard-process", ""),
        etag=headers.get("callboard-etag", ""),
    )


async def _quietly(telling: Coroutine[object, object, object]) -> None:
    """Tell the broker what became of a message; when it is not there, it hands it out again."""
    with suppress(*amqp.CONNECTION_EXCEPTIONS):
        await telling


async def _queue(
    connection: AbstractConnection, channel: AbstractChannel, name: str
) -> AbstractQueue:
    """A queue; made where there is none of this name, and left as it is where there is one."""
    with suppress(amqp.ChannelNotFoundEntity):
        async with connection.channel() as trying:
            await trying.get_queue(name)
            return await channel.get_queue(name, ensure=False)
    return await channel.declare_queue(name, durable=True)


async def _exchange(connection: AbstractConnection, name: str) -> None:
    """See to it that there is such an exchange; of what kind one is, is not for us to say."""
    with suppress(amqp.ChannelNotFoundEntity):
        async with connection.channel() as trying:
            await trying.get_exchange(name)
            return
    async with connection.channel() as making:
        await making.declare_exchange(name, ExchangeType.DIRECT, durable=True)
