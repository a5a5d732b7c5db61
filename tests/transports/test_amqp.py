"""AMQP with a real broker: what it gets, what comes back, and what is told when it does not work."""

from __future__ import annotations

import asyncio
import json
import socket
import time
import tracemalloc
import uuid
from contextlib import asynccontextmanager, contextmanager

import aio_pika
import pytest

from callboard.ports.transport import AnswerError, DeliveryError, Later, Message, Reply
from callboard.transports.amqp import Amqp
from callboard.transports.amqp_config import AmqpConfig

TOLD = Message("6f0c", "stock", {"näme": [1, None]}, "0b8f", "9f86")


@pytest.fixture
def name():
    """A name that no other test has at the broker."""
    return f"q{uuid.uuid4().hex[:8]}"


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


def test_a_message_is_in_a_queue_with_all_it_needs(run, rabbit, name):
    async def sent():
        async with service(rabbit.url, name) as (_, queue), telling(rabbit.url) as transport:
            assert await transport.deliver(to(name)) is None
            return await queue.get(no_ack=True)

    seen = run(sent())
    assert json.loads(seen.body) == TOLD.body
    assert (seen.content_type, seen.content_encoding) == ("application/json", "utf-8")
    assert seen.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert (seen.message_id, seen.correlation_id, seen.app_id) == ("6f0c", "6f0c", "callboard")
    assert seen.headers == {"callboard-process": "0b8f", "callboard-etag": "9f86"}
    assert seen.reply_to is None


def test_a_text_is_sent_as_text(run, rabbit, name):
    async def sent():
        async with service(rabbit.url, name) as (_, queue), telling(rabbit.url) as transport:
            await transport.deliver(to(name, body="grüß dich"))
            return await queue.get(no_ack=True)

    seen = run(sent())
    assert (seen.body.decode(), seen.content_type) == ("grüß dich", "text/plain")


def test_an_exchange_that_is_not_there_is_made_direct_and_durable(run, rabbit, name):
    async def sent():
        settings = {"exchange": f"{name}-x", "routing_key": "orders", "app_id": "north"}
        async with service(rabbit.url, name) as (channel, queue):
            async with telling(rabbit.url, **settings) as transport:
                error = await failure(transport, to(name))
                assert "Nobody takes it" in error.message
                assert "'orders'" in error.message
                assert not error.final
                exchange = await channel.declare_exchange(f"{name}-x", "direct", durable=True)
                await queue.bind(exchange, "orders")
                await transport.deliver(to(name))
                return await queue.get(no_ack=True)

    assert run(sent()).app_id == "north"


def test_an_exchange_of_another_kind_is_used_as_it_is(run, rabbit, name):
    async def sent():
        async with service(rabbit.url, name) as (channel, queue):
            exchange = await channel.declare_exchange(f"{name}-x", "topic")
            await queue.bind(exchange, "#")
            async with telling(rabbit.url, exchange=f"{name}-x") as transport:
                await transport.deliver(to(name))
            return await queue.get(no_ack=True)

    assert run(sent()).message_id == "6f0c"


def test_nobody_who_takes_it_is_a_failure_over_a_connection_that_works(run, rabbit, name):
    async def sent():
        async with telling(rabbit.url) as transport:
            assert "Nobody takes it" in (await failure(transport, to(name))).message
            async with service(rabbit.url, name) as (_, queue):
                line = transport._line._opened
                await transport.deliver(to(name))
                assert transport._line._opened is line
                return await queue.get(no_ack=True)

    assert run(sent()).message_id == "6f0c"


def test_many_at_once_share_a_connection(run, rabbit, name):
    async def sent():
        async with service(rabbit.url, name) as (_, queue), telling(rabbit.url) as transport:
            messages = [to(name, id=str(number)) for number in range(200)]
            begun = time.perf_counter()
            await asyncio.gather(*map(transport.deliver, messages))
            taken = time.perf_counter() - begun
            return taken, {(await queue.get(no_ack=True)).message_id for _ in messages}

    taken, ids = run(sent())
    assert ids == {str(number) for number in range(200)}
    assert taken < 10


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("guest:guest", "guest:pass-word"), "refuses the user or the password"),
        (("/", "/other-vhost"), "does not let the user into the virtual host"),
    ],
)
def test_who_is_not_let_in_is_told_so_without_a_secret(run, rabbit, change, said, caplog):
    head, tail = rabbit.url.rsplit("/", 1)
    url = f"{head.replace(*change)}/{tail}" if change[0] != "/" else head + change[1]

    async def sent():
        async with telling(url) as transport:
            return await failure(transport, TOLD)

    error = run(sent())
    assert said in error.message
    assert not error.final
    everything = f"{error.message} {error!r} {caplog.text}"
    assert not any(word in everything for word in ("pass-word", "guest", str(rabbit.port)))


def test_a_broker_that_is_not_there_or_no_broker_is_told(run):
    async def sent(port):
        url = f"amqp://guest:pass-word@127.0.0.1:{port}/"
        async with telling(url, timeout=1) as transport:
            return (await failure(transport, TOLD)).message

    async def silent(reader, writer):
        await asyncio.sleep(3600)

    async def http(reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def against(serve):
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            return await sent(server.sockets[0].getsockname()[1])

    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "cannot be reached" in run(sent(port))
    assert "did not answer in time" in run(against(silent))
    assert "pass-word" not in run(against(http))


@contextmanager
def paused(rabbit):
    rabbit.pause()
    try:
        yield
    finally:
        rabbit.go_on()


def test_a_broker_that_hangs_costs_no_more_than_the_timeout(run, rabbit, name):
    async def sent():
        async with service(rabbit.url, name) as (_, queue):
            async with telling(rabbit.url, timeout=1) as transport:
                await transport.deliver(to(name, id="1"))
                begun = time.perf_counter()
                with paused(rabbit):
                    tries = (failure(transport, to(name, id=str(n))) for n in range(2, 12))
                    errors = await asyncio.gather(*tries)
                taken = time.perf_counter() - begun
                assert taken < 2.5, taken
                assert {error.message for error in errors} <= {
                    "The broker did not answer in time.",
                    "The broker cannot be reached (ConnectionClosed).",
                    "The broker cannot be reached (ChannelInvalidStateError).",
                }
                await transport.deliver(to(name, id="12"))
                return await queue.get(no_ack=True)

    assert run(sent()).message_id == "1"


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


def test_a_service_answers_where_the_message_says(run, rabbit, name):
    heard = Heard()

    async def talk():
        async with service(rabbit.url, name) as (channel, queue):
            async with telling(rabbit.url, reply=True, response_timeout=7) as transport:
                assert await transport.deliver(to(name)) == Later(7)
                seen = await queue.get(no_ack=True)
                assert seen.reply_to == f"callboard.{name}.replies"
                await answer(channel, seen.reply_to, b'{"count": 2}')
                async with listening(transport, name, heard):
                    await heard.until(1)

    run(talk())
    assert heard == [("6f0c", {"count": 2})]


@pytest.mark.parametrize(
    ("body", "properties", "taken"),
    [
        (b"sent", {"content_type": "text/plain"}, "sent"),
        (b"sent", {"content_type": None}, "sent"),
        (b"5", {"content_encoding": "utf-8"}, 5),
        (b"{", {}, "cannot be read"),
        (b"", {}, "cannot be read"),
        (b"\xff", {"content_type": None}, "not in UTF-8"),
        (b"x", {"content_encoding": "gzip"}, "compressed"),
        (b"[" + b"1," * 1000 + b"1]", {}, "larger than 1000 bytes"),
    ],
)
def test_an_answer_is_what_it_says_it_is(run, rabbit, name, body, properties, taken):
    heard = Heard()

    async def talk():
        settings = {"reply_to": name, "answer_bytes": 1000}
        async with service(rabbit.url, name) as (channel, _):
            async with telling(rabbit.url, **settings) as transport:
                await answer(channel, name, body, **properties)
                async with listening(transport, "stock", heard):
                    await heard.until(1)

    run(talk())
    ((_, reply),) = heard
    if isinstance(reply, AnswerError):
        assert taken in reply.message
    else:
        assert reply == taken


def test_an_answer_without_an_id_is_taken_as_one(run, rabbit, name):
    heard = Heard()

    async def talk():
        async with service(rabbit.url, name) as (channel, _):
            async with telling(rabbit.url, reply_to=name) as transport:
                await answer(channel, name, b"1", correlation_id=None)
                async with listening(transport, "stock", heard):
                    await heard.until(1)

    run(talk())
    assert heard == [("", 1)]


def test_an_answer_of_20_mb_costs_little_and_is_refused(run, rabbit, name):
    heard = Heard()

    async def talk():
        async with service(rabbit.url, name) as (channel, _):
            for _ in range(4):
                await answer(channel, name, b"x" * 20_000_000)
            async with telling(rabbit.url, reply_to=name) as transport:
                tracemalloc.start()
                async with listening(transport, "stock", heard):
                    await heard.until(4)
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                return peak

    peak = run(talk())
    assert [reply.message for _, reply in heard] == ["Its answer is larger than 1048576 bytes."] * 4
    assert peak < 64_000_000, peak


def test_what_was_not_taken_is_heard_again(run, rabbit, name):
    heard = Heard()

    async def never():
        await asyncio.sleep(3600)

    async def talk():
        async with service(rabbit.url, name) as (channel, _):
            async with telling(rabbit.url, reply_to=name) as transport:
                await answer(channel, name, b"1")
                heard.steps = [never]
                async with listening(transport, "stock", heard):
                    while heard.steps:
                        await asyncio.sleep(0.02)
                assert heard == []
                async with listening(transport, "stock", heard):
                    await heard.until(1)
                async with listening(transport, "stock", heard):
                    await asyncio.sleep(0.3)

    run(talk())
    assert heard == [("6f0c", 1)]


def test_one_that_answers_nothing_is_not_listened_to(run):
    run(Amqp(AmqpConfig("amqp://nowhere.invalid/")).listen("stock", Heard().take))


def test_a_queue_of_answers_that_is_removed_ends_the_listening(run, rabbit, name, monkeypatch):
    monkeypatch.setattr("callboard.transports.amqp_broker.LOOK_SECONDS", 0.1)

    async def talk():
        async with service(rabbit.url, name) as (_, queue):
            async with telling(rabbit.url, reply_to=name) as transport:
                async with listening(transport, "stock", Heard()) as task:
                    await asyncio.sleep(0.5)
                    await queue.delete(if_unused=False, if_empty=False)
                    with pytest.raises(DeliveryError, match="queue of its answers was removed"):
                        await asyncio.wait_for(task, 5)

    run(talk())


def test_a_broker_that_ends_ends_the_listening_and_nothing_is_lost(run, rabbit, name):
    heard = Heard()

    async def talk():
        async with telling(rabbit.url, reply_to=name, timeout=20) as transport:
            async with service(rabbit.url, name) as (channel, queue):
                await transport.deliver(to(name, id="before"))
                async with listening(transport, "stock", heard) as task:
                    await asyncio.sleep(0.5)
                    rabbit.kill()
                    with pytest.raises(DeliveryError):
                        await asyncio.wait_for(task, 10)
            assert "cannot be reached" in (await failure(transport, to(name))).message
            rabbit.start()
            async with service(rabbit.url, name) as (channel, queue):
                await transport.deliver(to(name, id="after"))
                async with listening(transport, "stock", heard):
                    await heard.until(2)

    run(talk())
    assert len(heard) == 2
