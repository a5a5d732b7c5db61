"""Connections to a broker, and the one that sends.

Theory: a connection is opened when it is needed, by whoever needs it first while the others wait.
What is not confirmed in time makes it doubtful: it is left, and the next message opens another.
Leaving takes no time of anybody's, for a broker that hangs does not say good-bye either.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from aio_pika import Message, connect
from aio_pika import exceptions as amqp
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    ExchangeType,
)
from aiormq.exceptions import ChannelAccessRefused, ConnectionNotAllowed
from pamqp.exceptions import AMQPInternalError

from callboard.ports.transport import DeliveryError
from callboard.transports.amqp_config import AmqpConfig

__all__ = ["Line", "close", "connected", "make_queue", "told"]

CLOSING_SECONDS: Final = 2.0

NOT_ALLOWED: Final = 530
NO_HOST: Final = "The broker does not let the user into the virtual host."
NO_USER: Final = "The broker refuses the user or the password."
TEXTS: Final[Sequence[tuple[type[Exception], str]]] = (
    (TimeoutError, "The broker did not answer in time."),
    (amqp.DeliveryError, "The broker did not take the message."),
    (amqp.AuthenticationError, NO_USER),
    (amqp.ProbableAuthenticationError, NO_USER),
    (ConnectionNotAllowed, NO_HOST),
    (ChannelAccessRefused, "The broker does not let the user do that."),
    (amqp.ChannelNotFoundEntity, "The exchange or the queue was removed."),
    (amqp.IncompatibleProtocolError, "It does not speak AMQP 0-9-1."),
    (ssl.SSLError, "There is no safe connection to it: check its certificate."),
)
"""What is told of what goes wrong, the first that fits."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A connection that is ready to send."""

    connection: AbstractConnection
    channel: AbstractChannel
    exchange: AbstractExchange

    @property
    def usable(self) -> bool:
        return not self.connection.is_closed and not self.channel.is_closed


class Line:
    """The connection that sends, of one service."""

    def __init__(self, config: AmqpConfig) -> None:
        self._config = config
        self._opened: _Opened | None = None
        self._opening = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()

    async def send(self, service: str, key: str, message: Message) -> None:
        """Send a message; it comes back when the broker has it in a queue."""
        opened = await self._open(service)
        try:
            await opened.exchange.publish(message, key, mandatory=True)
        except amqp.PublishError:
            raise  # It came back, over a connection that works.
        except BaseException:
            self._leave(opened)
            raise

    async def close(self) -> None:
        """Close the connection."""
        if self._opened is not None:
            self._leave(self._opened)
        await asyncio.gather(*self._leaving)

    async def _open(self, service: str) -> _Opened:
        """The connection, made where there is none."""
        async with self._opening:
            opened = self._opened
            if opened is not None and not opened.usable:
                self._leave(opened)
            if self._opened is None:
                connection = await connected(self._config, service)
                try:
                    self._opened = await self._prepare(connection, service)
                except BaseException:
                    self._end(connection)
                    raise
            return self._opened

    async def _prepare(self, connection: AbstractConnection, service: str) -> _Opened:
        """See to it that there is an exchange, and where answers can go."""
        queue = self._config.reply_queue(service)
        if queue is not None:
            await make_queue(connection, queue)
        await _make_exchange(connection, self._config.exchange)
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = channel.default_exchange
        if self._config.exchange:
            exchange = await channel.get_exchange(self._config.exchange, ensure=False)
        return _Opened(connection, channel, exchange)

    def _leave(self, opened: _Opened) -> None:
        """Use this connection no more."""
        if self._opened is opened:
            self._opened = None
        self._end(opened.connection)

    def _end(self, connection: AbstractConnection) -> None:
        task = asyncio.create_task(close(connection))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


async def connected(config: AmqpConfig, service: str) -> AbstractConnection:
    """A connection, which the broker shows under the names of both sides."""
    name = f"{config.app_id or 'callboard'} {service}"
    return await connect(config.url, client_properties={"connection_name": name})


async def _make_exchange(connection: AbstractConnection, name: str) -> None:
    """Make an exchange where there is none of this name; of what kind one is, is not for us to say.
    The channel is lost when there is none.
    """
    if not name:
        return
    with suppress(amqp.ChannelNotFoundEntity):
        async with connection.channel() as channel:
            await channel.get_exchange(name)
            return
    async with connection.channel() as channel:
        await channel.declare_exchange(name, ExchangeType.DIRECT, durable=True)


async def make_queue(connection: AbstractConnection, name: str) -> None:
    """Make a queue where there is none of this name."""
    with suppress(amqp.ChannelNotFoundEntity):
        async with connection.channel() as channel:
            await channel.get_queue(name)
            return
    async with connection.channel() as channel:
        await channel.declare_queue(name, durable=True)


async def close(connection: AbstractConnection) -> None:
    """Close a connection, or leave it when that takes too long."""
    with suppress(*amqp.CONNECTION_EXCEPTIONS, TimeoutError):
        async with asyncio.timeout(CLOSING_SECONDS):
            await connection.close()


@contextmanager
def told(returned: str = "") -> Iterator[None]:
    """What goes wrong on the way, as a `DeliveryError` without an address. `returned` says what a
    message that came back means.
    """
    try:
        yield
    except amqp.PublishError as error:
        raise DeliveryError(returned) from error
    except (TimeoutError, *amqp.CONNECTION_EXCEPTIONS) as error:
        raise DeliveryError(_text(error)) from error


def _text(error: Exception) -> str:
    if type(error) is amqp.AMQPConnectionError and isinstance(error.__cause__, Exception):
        error = error.__cause__  # What the system said, of which the library keeps the numbers.
    if isinstance(error, AMQPInternalError) and _code(error) == NOT_ALLOWED:
        return NO_HOST
    for kind, text in TEXTS:
        if isinstance(error, kind):
            return text
    return f"The broker cannot be reached ({type(error).__name__})."


def _code(error: AMQPInternalError) -> object:
    """Why the broker closed a connection that it was to open."""
    return getattr(error.args[-1], "reply_code", None) if error.args else None
