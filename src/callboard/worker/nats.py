"""Receiving over NATS: a durable consumer of a JetStream stream for each service.

Theory: the stream keeps a message until it is acknowledged, which happens after it was handled and
a stream has kept its answer. What failed comes again after a pause, because the server is asked so;
so a message is tried by whichever worker is there then. Workers with the same `durable` share.

Invariants: no more messages are held than the desk handles at once. While a handler works the
server is told so, and gives its message to nobody else.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import nats
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NoStreamResponseError

from callboard.worker.answers import Answered, Failed, Outcome, Turned
from callboard.worker.desk import Desk
from callboard.worker.message import Message, message_of
from callboard.worker.reading import UnreadableError, read_body
from callboard.worker.ways import LONGEST_PAUSE, backoff, happens

__all__ = ["Nats"]

log: Final = logging.getLogger("callboard.worker")

CONNECT_SECONDS: Final = 10.0
FETCH_SECONDS: Final = 1.0
ACK_SECONDS: Final = 30.0
"""After how long without a word the server gives a message to somebody else."""
ID: Final = "nats-msg-id"
REPLY_TO: Final = "callboard-reply-to"

Consumer = JetStreamContext.PullSubscription


@dataclass(frozen=True, slots=True)
class Nats:
    """Messages come over NATS.

        worker.run(Nats("nats://127.0.0.1:4222"))

    Answers go to the subject that a message names in `Callboard-Reply-To`. Workers of the same
    `durable` share what comes.
    """

    servers: str | Sequence[str]
    """Addresses of the servers; one that is there is enough."""
    subjects: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The subjects by the names of the services. Empty: one for every handler, of the same name. A
    stream has to keep them."""
    durable: str = "worker"
    """The consumers are called this and the subject."""
    tries: int = 8
    """How often a message is tried before it is given up."""
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """What `nats.connect` is given too: `user`, `password`, `token`, `tls`."""

    async def receive(self, desk: Desk, stop: asyncio.Event) -> None:
        """Consume until `stop` is set. Servers that are away are waited for. Raises `nats`' errors
        when they do not let the worker in.
        """
        unknown = set(self.subjects) - set(desk.services)
        if unknown:
            raise ValueError(f"there is no handler for {', '.join(sorted(unknown))}")
        failures = 0
        while not stop.is_set():
            session = _Session(self, desk, stop)
            try:
                await session.hold()
            except (nats.errors.Error, TimeoutError, OSError) as error:
                if "authorization" in str(error).lower():
                    raise
                failures = 1 if session.stood else failures + 1
                log.warning("NATS cannot be used: %s", str(error) or type(error).__name__)
                await happens(stop, min(LONGEST_PAUSE, backoff(failures)))


class _Session:
    """One connection, from its beginning to its end."""

    def __init__(self, way: Nats, desk: Desk, stop: asyncio.Event) -> None:
        self._way = way
        self._desk = desk
        self._stop = stop
        self._under_way: set[asyncio.Task[None]] = set()
        self.stood = False
        """Whether messages could be received."""

    async def hold(self) -> None:
        """Receive until the end of the worker. Raises when the connection ends before."""
        client = Client()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await client.connect(**self._options())
                stream = client.jetstream()
                names = self._way.subjects or {name: name for name in self._desk.services}
                consumers = {
                    service: await self._consumer(stream, subject)
                    for service, subject in names.items()
                }
            self.stood = True
            async with asyncio.TaskGroup() as tasks:
                for service, consumer in consumers.items():
                    tasks.create_task(self._receive(client, stream, service, consumer))
            if self._under_way:
                await asyncio.wait(self._under_way)
            await client.flush()
        except* (nats.errors.Error, TimeoutError, OSError) as group:
            raise _first(group) from None
        finally:
            await client.close()

    def _options(self) -> dict[str, Any]:
        servers = self._way.servers
        return {
            "servers": [servers] if isinstance(servers, str) else list(servers),
            "name": "callboard worker",
            "allow_reconnect": False,
            "ping_interval": 10,
            "error_cb": _heard,
            **self._way.options,
        }

    async def _consumer(self, stream: JetStreamContext, subject: str) -> Consumer:
        """The durable consumer of a subject, made where there is none."""
        safe = re.sub(r"[^\w-]", "-", subject, flags=re.ASCII)
        return await stream.pull_subscribe(
            subject,
            durable=f"{self._way.durable}-{safe}",
            config=ConsumerConfig(
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_SECONDS,
                deliver_policy=DeliverPolicy.ALL,
            ),
        )

    async def _receive(
        self, client: Client, stream: JetStreamContext, service: str, consumer: Consumer
    ) -> None:
        """Take what comes, as there is room for it."""
        while not self._stop.is_set():
            if not client.is_connected:
                raise nats.errors.ConnectionClosedError
            room = self._desk.concurrency - len(self._under_way)
            if room <= 0:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
                continue
            with suppress(TimeoutError):  # The library raises one of its own, or Python's.
                for told in await consumer.fetch(room, timeout=FETCH_SECONDS):
                    task = asyncio.create_task(self._work(stream, service, told))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)

    async def _work(self, stream: JetStreamContext, service: str, told: Msg) -> None:
        """Handle a message to its end."""
        with suppress(nats.errors.Error):  # The server gives it again, to whoever is there then.
            try:
                message = _read(service, told)
            except UnreadableError as error:
                log.error("a message to %s is given up: %s", service, error)
                await told.term()
                return
            working = asyncio.create_task(_say_so(told))
            try:
                outcome = await self._outcome(stream, told, message)
            finally:
                working.cancel()
            await self._tell(told, message, outcome)

    async def _tell(self, told: Msg, message: Message, outcome: Outcome) -> None:
        """Tell the server what became of a message."""
        tried = told.metadata.num_delivered
        if isinstance(outcome, Answered):
            await told.ack()
        elif isinstance(outcome, Turned) or tried >= self._way.tries:
            log.error("%s %r is given up", message.service, message.id)
            await told.term()
        else:
            await told.nak(delay=backoff(tried, outcome.after))

    async def _outcome(self, stream: JetStreamContext, told: Msg, message: Message) -> Outcome:
        """What came of a message, its answer, or why it was turned down, kept by a stream."""
        outcome = await self._desk.handle(message)
        reply_to = _headers(told).get(REPLY_TO)
        if isinstance(outcome, Failed) or not (outcome.content and reply_to):
            return outcome
        headers = {"Content-Type": outcome.content_type, **outcome.headers}
        try:
            await stream.publish(reply_to, outcome.content, headers=headers)
        except (NoStreamResponseError, APIError, nats.errors.Error, TimeoutError) as error:
            log.warning("%r: the answer cannot be sent (%s)", message.id, type(error).__name__)
            return Failed("The answer cannot be sent.")
        return outcome


async def _say_so(told: Msg) -> None:
    """Tell the server that a message is worked on, until this is cancelled."""
    while True:
        await asyncio.sleep(ACK_SECONDS / 3)
        with suppress(nats.errors.Error):
            await told.in_progress()


def _read(service: str, told: Msg) -> Message:
    """A message. Raises `UnreadableError`."""
    headers = _headers(told)
    if not headers.get(ID):
        raise UnreadableError("It has no Nats-Msg-Id.")
    return message_of(
        service,
        headers[ID],
        read_body(told.data, headers.get("content-type", "")),
        process=headers.get("callboard-process", ""),
        etag=headers.get("callboard-etag", ""),
    )


def _headers(told: Msg) -> dict[str, str]:
    return {name.lower(): value for name, value in (told.headers or {}).items()}


async def _heard(error: Exception) -> None:
    """What the server says meanwhile."""
    log.warning("NATS: %s", error)


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
