"""A service behind a broker, and the transport that tells it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import aio_pika
import pytest

from callboard.ports.transport import DeliveryError, Message, Reply
from callboard.transports.amqp import Amqp
from callboard.transports.amqp_config import AmqpConfig

TOLD = Message("6f0c", "stock", {"näme": [1, None]}, "0b8f", "9f86")


@asynccontextmanager
async def service(url, name, declare=True):
    """What a service has: a channel, and a queue of its name."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(name, durable=True) if declare else None
        yield channel, queue


@asynccontextmanager
async def telling(url, **settings):
    transport = Amqp(AmqpConfig(url, **settings))
    try:
        yield transport
    finally:
        await transport.close()


def to(name, message=TOLD, **changes):
    values = {
        "id": message.id,
        "service": name,
        "body": message.body,
        "process": message.process,
        "etag": message.etag,
    }
    return Message(**(values | changes))


async def failure(transport, message):
    with pytest.raises(DeliveryError) as caught:
        await transport.deliver(message)
    return caught.value


class Heard(list):
    """What was taken; the next thing of `steps` is done with it first."""

    def __init__(self):
        self.steps = []

    async def take(self, message_id, reply):
        if self.steps:
            await self.steps.pop(0)()
        self.append((message_id, reply.body if isinstance(reply, Reply) else reply))

    async def until(self, count):
        async with asyncio.timeout(20):
            while len(self) < count:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def listening(transport, name, heard):
    task = asyncio.create_task(transport.listen(name, heard.take))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def answer(channel, queue, body, **properties):
    given = {"content_type": "application/json", "correlation_id": "6f0c"} | properties
    await channel.default_exchange.publish(aio_pika.Message(body, **given), queue)
