"""AMQP with a real broker: what it gets, and what is told when that fails."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import socket
import time

import aio_pika
import pytest

from callboard.telemetry import LogConfig, configure_logs
from tests.transports.amqp_service import TOLD, failure, service, telling, to
from tests.transports.mailbox import certified


def test_a_message_is_in_a_queue_with_all_it_needs(run, rabbit, queue_name):
    async def sent():
        async with service(rabbit.url, queue_name) as (_, queue), telling(rabbit.url) as transport:
            assert await transport.deliver(to(queue_name)) is None
            return await queue.get(no_ack=True)

    seen = run(sent())
    assert json.loads(seen.body) == TOLD.body
    assert (seen.content_type, seen.content_encoding) == ("application/json", "utf-8")
    assert seen.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert (seen.message_id, seen.correlation_id, seen.app_id) == ("6f0c", "6f0c", "callboard")
    assert seen.headers == {"callboard-process": "0b8f", "callboard-etag": "9f86"}
    assert seen.reply_to is None


def test_a_text_is_sent_as_text(run, rabbit, queue_name):
    async def sent():
        async with service(rabbit.url, queue_name) as (_, queue), telling(rabbit.url) as transport:
            await transport.deliver(to(queue_name, body="grüß dich"))
            return await queue.get(no_ack=True)

    seen = run(sent())
    assert (seen.body.decode(), seen.content_type) == ("grüß dich", "text/plain")


def test_an_exchange_that_is_not_there_is_made_direct_and_durable(run, rabbit, queue_name):
    async def sent():
        settings = {"exchange": f"{queue_name}-x", "routing_key": "orders", "app_id": "north"}
        async with (
            service(rabbit.url, queue_name) as (channel, queue),
            telling(rabbit.url, **settings) as transport,
        ):
            error = await failure(transport, to(queue_name))
            assert "Nobody takes it" in error.message
            assert "'orders'" in error.message
            assert not error.final
            exchange = await channel.declare_exchange(f"{queue_name}-x", "direct", durable=True)
            await queue.bind(exchange, "orders")
            await transport.deliver(to(queue_name))
            return await queue.get(no_ack=True)

    assert run(sent()).app_id == "north"


def test_an_exchange_of_another_kind_is_used_as_it_is(run, rabbit, queue_name):
    async def sent():
        async with service(rabbit.url, queue_name) as (channel, queue):
            exchange = await channel.declare_exchange(f"{queue_name}-x", "topic")
            await queue.bind(exchange, "#")
            async with telling(rabbit.url, exchange=f"{queue_name}-x") as transport:
                await transport.deliver(to(queue_name))
            return await queue.get(no_ack=True)

    assert run(sent()).message_id == "6f0c"


def test_nobody_who_takes_it_is_a_failure_over_a_connection_that_works(run, rabbit, queue_name):
    async def sent():
        async with telling(rabbit.url) as transport:
            assert "Nobody takes it" in (await failure(transport, to(queue_name))).message
            async with service(rabbit.url, queue_name) as (_, queue):
                line = transport._line._opened
                await transport.deliver(to(queue_name))
                assert transport._line._opened is line
                return await queue.get(no_ack=True)

    assert run(sent()).message_id == "6f0c"


def test_many_at_once_share_a_connection(run, rabbit, queue_name):
    async def sent():
        async with service(rabbit.url, queue_name) as (_, queue), telling(rabbit.url) as transport:
            messages = [to(queue_name, id=str(number)) for number in range(200)]
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


async def said_of(port, scheme="amqp"):
    """What is said of whoever listens there."""
    url = f"{scheme}://guest:pass-word@127.0.0.1:{port}/"
    async with telling(url, timeout=1) as transport:
        return (await failure(transport, TOLD)).message


async def said_against(serve):
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        said = await said_of(server.sockets[0].getsockname()[1])
        gc.collect()
        await asyncio.sleep(0.1)
    return said


def test_a_broker_that_is_not_there_is_told(run):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert run(said_of(port)) == "The broker cannot be reached (ConnectionRefusedError)."


@pytest.fixture
def written():
    """All that is logged meanwhile, as the server does."""
    stream = io.StringIO()
    changed = [logging.getLogger(name) for name in ("", "uvicorn", "aiormq")]
    levels, handlers = [one.level for one in changed], changed[0].handlers[:]
    configure_logs(LogConfig(), stream)
    yield stream
    changed[0].handlers[:] = handlers
    for one, level in zip(changed, levels, strict=True):
        one.setLevel(level)


def test_a_broker_that_is_away_is_no_error_in_the_log(run, written):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    run(said_of(port))
    assert written.getvalue() == ""


def test_a_broker_that_nobody_can_trust_is_told(run, tmp_path):
    encryption, _ = certified(tmp_path)

    async def silent(reader, writer):
        writer.close()

    async def against():
        async with await asyncio.start_server(silent, "127.0.0.1", 0, ssl=encryption) as server:
            return await said_of(server.sockets[0].getsockname()[1], "amqps")

    assert run(against()) == "There is no safe connection to it: check its certificate."


def test_what_is_no_broker_is_told(run):
    async def http(reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    assert "cannot be reached" in run(said_against(http))


# The library does not close a connection that it was not done opening; collecting garbage does.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broker_that_says_nothing_is_told(run):
    async def silent(reader, writer):
        while await reader.read(100):
            pass
        writer.close()

    assert "did not answer in time" in run(said_against(silent))


def test_a_broker_that_hangs_costs_no_more_than_the_timeout(run, rabbit, queue_name):
    async def sent():
        async with (
            service(rabbit.url, queue_name) as (_, queue),
            telling(rabbit.url, timeout=1) as transport,
        ):
            await transport.deliver(to(queue_name, id="1"))
            begun = time.perf_counter()
            with rabbit.hanging():
                tries = (failure(transport, to(queue_name, id=str(n))) for n in range(2, 12))
                errors = await asyncio.gather(*tries)
            taken = time.perf_counter() - begun
            assert taken < 2.5, taken
            assert {error.message for error in errors} <= {
                "The broker did not answer in time.",
                "The broker cannot be reached (ConnectionClosed).",
                "The broker cannot be reached (ChannelInvalidStateError).",
            }
            await transport.deliver(to(queue_name, id="12"))
            return await queue.get(no_ack=True)

    assert run(sent()).message_id == "1"
