"""The provider `nats`: a service is told by a stream of NATS JetStream, and may answer by another.

Theory: a message was delivered when a stream has kept it and said so. Its id is `Nats-Msg-Id`, so
that a stream drops a repeat by itself, within its window for duplicates. Streams belong to the
operator; one that is not there is said, not made.

An answer is published to the subject that the message names in `Callboard-Reply-To`, which ends
with the id of the message; nothing else tells what it is for. It is kept by a stream until the
engine has done what follows from it, and read by a durable consumer of the service, which several
engines over one database share. Whoever may publish there can answer for the service: that is for
the permissions of the servers to say.

This module is imported only where a service is told so, for its library may not be there.

Invariant: an answer is acknowledged only when what follows from it is stored.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from hashlib import sha256
from typing import Final

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError

from callboard.ports.transport import (
    AnswerError,
    DeliveryError,
    Later,
    Message,
    Provider,
    Reply,
    Take,
)
from callboard.telemetry import printable
from callboard.transports.bodies import (
    REFUSED,
    content_type,
    encoded,
    turned_down,
    typed,
    untyped,
)
from callboard.transports.nats_config import SUBJECT, NatsConfig
from callboard.transports.nats_connection import Connection, told

__all__ = ["PROVIDER", "Nats"]

WRONG_STREAM: Final = 10060
"""`err_code` of JetStream when another stream keeps the subject than was expected."""
BATCH: Final = 16
FETCH_SECONDS: Final = 5.0
HELD_SECONDS: Final = 60.0
"""An answer that is not done with by then is given again."""


class Nats:
    """A service that is told by a stream."""

    def __init__(self, config: NatsConfig) -> None:
        self._config = config
        self._connection = Connection(config)
        self._kept: Client | None = None
        """The connection over which a stream for the answers was found."""

    async def deliver(self, message: Message) -> Later | None:
        """Let a stream keep it. Raises `DeliveryError`."""
        subject = self._subject(message.service)
        with told(self._connection):
            async with asyncio.timeout(self._config.timeout):
                client = await self._connection.open()
                if self._config.reply:
                    await self._check_replies(client, message.service)
                await self._publish(client.jetstream(), subject, message)
        return Later(self._config.response_timeout) if self._config.reply else None

    async def listen(self, service: str, take: Take) -> None:
        """Give all answers to `take`. Raises `DeliveryError` when the connection ends."""
        if not self._config.reply:
            return
        with told(self._connection):
            async with asyncio.timeout(self._config.timeout):
                client = await self._connection.open()
                consumer = await self._consumer(client.jetstream(), service)
            while client.is_connected:
                await self._hear(consumer, take)
        raise DeliveryError("The connection ended.")

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def _publish(self, stream: JetStreamContext, subject: str, message: Message) -> None:
        try:
            await stream.publish(
                subject,
                encoded(message.body),
                timeout=self._config.timeout,
                stream=self._config.stream or None,
                headers=self._headers(message),
            )
        except NoStreamResponseError:
            raise DeliveryError(f"No stream keeps the subject {subject!r}; make one.") from None
        except APIError as error:
            if error.err_code == WRONG_STREAM:
                text = f"The stream {self._config.stream!r} does not keep the subject {subject!r}."
                raise DeliveryError(text) from None
            why = printable(error.description or "", 200)
            raise DeliveryError(f"The stream did not keep it: {why}") from None

    def _headers(self, message: Message) -> dict[str, str]:
        made = {
            "Nats-Msg-Id": message.id,
            "Content-Type": content_type(message.body),
            "Callboard-Service": message.service,
            "Callboard-Process": message.process,
            "Callboard-Etag": message.etag,
        }
        if self._config.reply:
            made["Callboard-Reply-To"] = f"{self._replies(message.service)}.{message.id}"
        return made

    async def _check_replies(self, client: Client, service: str) -> None:
        """That answers will be kept, before somebody is asked for one."""
        if self._kept is not client:
            await self._stream_of(client.jetstream(), f"{self._replies(service)}.*")
            self._kept = client

    async def _stream_of(self, stream: JetStreamContext, subject: str) -> str:
        """The name of the stream that keeps a subject."""
        try:
            return await stream.find_stream_name_by_subject(subject)
        except NotFoundError:
            text = f"No stream keeps the answers, {subject!r}; make one."
            raise DeliveryError(text) from None

    async def _consumer(
        self, stream: JetStreamContext, service: str
    ) -> JetStreamContext.PullSubscription:
        """The durable consumer of the answers of a service."""
        subject = f"{self._replies(service)}.*"
        return await stream.pull_subscribe(
            subject,
            durable=f"callboard-{sha256(subject.encode()).hexdigest()[:16]}",
            stream=await self._stream_of(stream, subject),
            config=ConsumerConfig(
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=HELD_SECONDS,
                deliver_policy=DeliverPolicy.ALL,
            ),
        )

    async def _hear(self, consumer: JetStreamContext.PullSubscription, take: Take) -> None:
        """Take the next answers, or none when none come for a while."""
        try:
            heard = await consumer.fetch(BATCH, timeout=FETCH_SECONDS)
        except TimeoutError:  # The library raises one of its own, or Python's.
            return
        async with asyncio.TaskGroup() as tasks:
            for each in heard:
                tasks.create_task(self._take(each, take))

    async def _take(self, heard: Msg, take: Take) -> None:
        reply: Reply | AnswerError
        try:
            reply = self._reply(heard)
        except AnswerError as error:
            reply = error
        await take(heard.subject.rpartition(".")[2], reply)
        with suppress(nats.errors.Error):  # Else it is given again, and changes nothing.
            await heard.ack()

    def _reply(self, heard: Msg) -> Reply:
        """What an answer says. Raises `AnswerError`."""
        if len(heard.data) > self._config.answer_bytes:
            raise AnswerError(f"Its answer is larger than {self._config.answer_bytes} bytes.")
        if not heard.data:
            raise AnswerError("Its answer is empty.")
        kind = {name.lower(): value for name, value in (heard.headers or {}).items()}
        if REFUSED in kind:
            raise turned_down(heard.data)
        if "content-type" in kind:
            return Reply(typed(heard.data, kind["content-type"]))
        return Reply(untyped(heard.data))

    def _subject(self, service: str) -> str:
        subject = self._config.subject or service
        if not SUBJECT.fullmatch(subject):
            text = "The name of the service cannot be a subject; set subject."
            raise DeliveryError(text, final=True)
        return subject

    def _replies(self, service: str) -> str:
        return self._config.reply_subject or f"replies.{self._subject(service)}"


PROVIDER: Final = Provider(NatsConfig, Nats)
