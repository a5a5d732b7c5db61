"""Answers over AMQP with a real broker: bounded, heard again until taken, never silently lost."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest
from aiormq import spec

from callboard.ports.transport import AnswerError, DeliveryError, Later
from callboard.transports.amqp import Amqp
from callboard.transports.amqp_config import AmqpConfig
from tests.transports.amqp_service import (
    Heard,
    answer,
    failure,
    listening,
    service,
    telling,
    to,
)


def test_a_service_answers_where_the_message_says(run, rabbit, queue_name):
    heard = Heard()

    async def talk():
        async with (
            service(rabbit.url, queue_name) as (channel, queue),
            telling(rabbit.url, reply=True, response_timeout=7) as transport,
        ):
            assert await transport.deliver(to(queue_name)) == Later(7)
            seen = await queue.get(no_ack=True)
            assert seen.reply_to == f"callboard.{queue_name}.replies"
            await answer(channel, seen.reply_to, b'{"count": 2}')
            async with listening(transport, queue_name, heard):
                await heard.until(1)

    run(talk())
    assert heard == [("6f0c", {"count": 2})]


def test_no_answer_is_asked_for_where_it_would_mean_nothing(run, rabbit, queue_name):
    async def sent():
        async with (
            service(rabbit.url, queue_name) as (_, queue),
            telling(rabbit.url, reply=True) as transport,
        ):
            assert await transport.deliver(to(queue_name, answerable=False)) is None
            return await queue.get(no_ack=True)

    assert run(sent()).reply_to is None


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
        (b"none", {"headers": {"callboard-refused": "true"}}, "turned the message down: none"),
        (b"[" + b"1," * 1000 + b"1]", {}, "larger than 1000 bytes"),
    ],
)
def test_an_answer_is_what_it_says_it_is(run, rabbit, queue_name, body, properties, taken):
    heard = Heard()

    async def talk():
        settings = {"reply_to": queue_name, "answer_bytes": 1000}
        async with (
            service(rabbit.url, queue_name) as (channel, _),
            telling(rabbit.url, **settings) as transport,
        ):
            await answer(channel, queue_name, body, **properties)
            async with listening(transport, "stock", heard):
                await heard.until(1)

    run(talk())
    ((_, reply),) = heard
    if isinstance(reply, AnswerError):
        assert taken in reply.message
    else:
        assert reply == taken


def test_an_answer_without_an_id_is_taken_as_one(run, rabbit, queue_name):
    heard = Heard()

    async def talk():
        async with (
            service(rabbit.url, queue_name) as (channel, _),
            telling(rabbit.url, reply_to=queue_name) as transport,
        ):
            await answer(channel, queue_name, b"1", correlation_id=None)
            async with listening(transport, "stock", heard):
                await heard.until(1)

    run(talk())
    assert heard == [("", 1)]


def test_an_answer_of_20_mb_costs_little_and_is_refused(run, rabbit, queue_name):
    heard = Heard()

    async def talk():
        async with service(rabbit.url, queue_name) as (channel, _):
            for _ in range(4):
                await answer(channel, queue_name, b"x" * 20_000_000)
            async with telling(rabbit.url, reply_to=queue_name) as transport:
                tracemalloc.start()
                async with listening(transport, "stock", heard):
                    await heard.until(4)
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                return peak

    peak = run(talk())
    assert [reply.message for _, reply in heard] == ["Its answer is larger than 1048576 bytes."] * 4
    assert peak < 8_000_000, peak


def test_what_was_not_taken_is_heard_again(run, rabbit, queue_name):
    heard = Heard()

    async def never():
        await asyncio.sleep(3600)

    async def talk():
        async with (
            service(rabbit.url, queue_name) as (channel, _),
            telling(rabbit.url, reply_to=queue_name) as transport,
        ):
            await answer(channel, queue_name, b"1")
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


def test_a_queue_of_answers_that_is_removed_ends_the_listening(
    run, rabbit, queue_name, monkeypatch
):
    monkeypatch.setattr("callboard.transports.amqp_hearing.LOOK_SECONDS", 0.1)

    async def talk():
        async with (
            service(rabbit.url, queue_name) as (_, queue),
            telling(rabbit.url, reply_to=queue_name) as transport,
            listening(transport, "stock", Heard()) as task,
        ):
            await asyncio.sleep(0.5)
            await queue.delete(if_unused=False, if_empty=False)
            with pytest.raises(DeliveryError, match="queue of its answers was removed"):
                await asyncio.wait_for(task, 5)

    run(talk())


def test_a_broker_that_ends_ends_the_listening_and_nothing_is_lost(run, rabbit, queue_name):
    heard = Heard()

    async def talk():
        async with telling(rabbit.url, reply_to=queue_name, timeout=20) as transport:
            async with service(rabbit.url, queue_name):
                await transport.deliver(to(queue_name, id="before"))
                async with listening(transport, "stock", heard) as task:
                    await asyncio.sleep(0.5)
                    with rabbit.away():
                        with pytest.raises(DeliveryError):
                            await asyncio.wait_for(task, 10)
                        error = await failure(transport, to(queue_name))
                        assert "cannot be reached" in error.message
            async with service(rabbit.url, queue_name):
                await transport.deliver(to(queue_name, id="after"))
                async with listening(transport, "stock", heard):
                    await heard.until(2)

    run(talk())
    assert len(heard) == 2


class Bytes(str):
    """A text that is sent as bytes which are none."""

    def encode(self, *_):
        return b"\xff\xfe"


def test_an_answer_whose_properties_cannot_be_read_stops_no_other(run, rabbit, queue_name):
    heard = Heard()

    async def listen_again(transport):
        with pytest.raises(DeliveryError, match="An answer was removed"):
            await asyncio.wait_for(transport.listen("stock", heard.take), 20)

    async def talk():
        async with (
            service(rabbit.url, queue_name) as (channel, queue),
            telling(rabbit.url, reply_to=queue_name) as transport,
        ):
            below = await channel.get_underlay_channel()
            for message_id in ("1", Bytes("2"), "3", Bytes("4"), "5"):
                about = spec.Basic.Properties(correlation_id=message_id)
                await below.basic_publish(b"1", routing_key=queue_name, properties=about)
            await listen_again(transport)
            await listen_again(transport)
            async with listening(transport, "stock", heard):
                await heard.until(3)
                await asyncio.sleep(0.2)
            assert (await queue.declare()).message_count == 0

    run(talk())
    assert {message_id for message_id, _ in heard} == {"1", "3", "5"}
