"""NATS: a stream keeps what is told, answers come back by another, and no server is waited for."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from contextlib import asynccontextmanager, suppress

import nats
import pytest

from callboard.ports.transport import AnswerError, DeliveryError, Later, Message, Reply
from callboard.transports.nats import Nats
from callboard.transports.nats_config import NatsConfig
from tests.nats_server import nats_server
from tests.transports.mailbox import certified

ID = "0191d3a0-0000-7000-8000-000000000001"
TOLD = Message(ID, "stock", {"näme": [1, None]}, "0b8f", "9f86")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with nats_server(tmp_path_factory.mktemp("nats")) as server:
        yield server


@pytest.fixture
def server(shared, run):
    """A server that keeps nothing yet."""
    run(_emptied(shared))
    return shared


async def _emptied(server):
    async with using(server) as stream:
        for info in await stream.streams_info():
            await stream.delete_stream(info.config.name)


@asynccontextmanager
async def using(server, **options):
    """JetStream, as a service uses it."""
    client = await nats.connect(server.url, **options)
    try:
        yield client.jetstream()
    finally:
        await client.close()


@asynccontextmanager
async def told(server, **settings):
    way = Nats(NatsConfig(**{"servers": (server.url,), "timeout": 5} | settings))
    try:
        yield way
    finally:
        await way.close()


async def kept(stream, subject="stock", count=1):
    """What a stream has kept there."""
    reader = await stream.pull_subscribe(subject)
    return await reader.fetch(count, timeout=2)


async def failing(way, message=TOLD):
    with pytest.raises(DeliveryError) as caught:
        await way.deliver(message)
    assert "127.0.0.1" not in caught.value.message
    return caught.value


def test_a_message_is_kept_with_its_ids(run, server):
    async def tell():
        async with using(server) as stream, told(server) as way:
            await stream.add_stream(name="STOCK", subjects=["stock"])
            assert await way.deliver(TOLD) is None
            await way.deliver(Message("2", "stock", "grüß dich", "p", "e"))
            return await kept(stream, count=2)

    first, second = run(tell())
    assert json.loads(first.data) == TOLD.body
    assert first.headers == {
        "Nats-Msg-Id": ID,
        "Content-Type": "application/json",
        "Callboard-Service": "stock",
        "Callboard-Process": "0b8f",
        "Callboard-Etag": "9f86",
    }
    assert second.data.decode() == "grüß dich"
    assert second.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_repeat_is_kept_once(run, server):
    async def tell():
        async with using(server) as stream, told(server, subject="a.b", stream="AB") as way:
            await stream.add_stream(name="AB", subjects=["a.>"])
            await way.deliver(TOLD)
            await way.deliver(TOLD)
            return (await stream.stream_info("AB")).state.messages

    assert run(tell()) == 1


def test_a_stream_that_is_not_there_is_named(run, server):
    async def tell():
        async with using(server) as stream, told(server, stream="STOCK") as way:
            missing = await failing(way)
            await stream.add_stream(name="OTHER", subjects=["stock"])
            return missing, await failing(way)

    missing, other = run(tell())
    assert missing.message == "No stream keeps the subject 'stock'; make one."
    assert other.message == "The stream 'STOCK' does not keep the subject 'stock'."
    assert {missing.final, other.final} == {False}


def test_what_a_stream_does_not_take_says_why(run, server):
    async def tell():
        async with using(server) as stream, told(server) as way:
            await stream.add_stream(name="STOCK", subjects=["stock"], max_msg_size=100)
            return await failing(way, Message("1", "stock", "x" * 1000, "p", "e"))

    assert "did not keep it: message size exceeds maximum" in run(tell()).message


def test_what_is_too_large_for_the_server_is_final(run, server):
    async def tell():
        async with told(server) as way:
            return await failing(way, Message("1", "stock", "x" * 2_000_000, "p", "e"))

    error = run(tell())
    assert error.final
    assert "larger than the server takes" in error.message


def test_a_name_that_cannot_be_a_subject_asks_for_one(run, server):
    async def tell():
        async with told(server) as way:
            return await failing(way, Message("1", "stock room", "x", "p", "e"))

    assert run(tell()).message == "The name of the service cannot be a subject; set subject."


def test_a_server_that_is_not_there_is_a_failure_and_no_hang(run, server):
    async def nobody():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            away = f"nats://127.0.0.1:{listening.getsockname()[1]}"
            async with told(server, servers=(away,), timeout=0.5) as silent:
                begun = time.monotonic()
                errors = await asyncio.gather(*(failing(silent) for _ in range(20)))
        async with told(server, servers=(away,), timeout=0.5) as gone:
            errors += await asyncio.gather(*(failing(gone) for _ in range(20)))
        assert time.monotonic() - begun < 3
        return {error.message for error in errors}

    assert run(nobody()) == {"It cannot be reached."}


def test_any_of_the_servers_is_enough(run, server):
    async def tell():
        servers = ("nats://127.0.0.1:1", server.url)
        async with using(server) as stream, told(server, servers=servers) as way:
            await stream.add_stream(name="STOCK", subjects=["stock"])
            await way.deliver(TOLD)

    run(tell())


def test_a_server_that_comes_back_is_told_again(run, tmp_path):
    with nats_server(tmp_path) as server:

        async def tell():
            async with told(server, timeout=0.5) as way:
                async with using(server) as stream:
                    await stream.add_stream(name="STOCK", subjects=["stock"])
                await way.deliver(TOLD)
                server.stop()
                await failing(way)
                server.start()
                with suppress(DeliveryError):
                    await way.deliver(TOLD)
                await way.deliver(Message("2", "stock", 2, "p", "e"))
                async with using(server) as stream:
                    return (await stream.stream_info("STOCK")).state.messages

        assert run(tell()) == 2


RIGHTS = """
authorization { users = [
  {user: engine, password: hidden-1, permissions: {publish: ["stock", "$JS.API.>"]}}
  {user: other, password: hidden-2}
] }
"""


def test_the_engine_is_who_the_settings_say(run, tmp_path):
    with nats_server(tmp_path, RIGHTS) as server:

        async def tell():
            async with using(server, user="other", password="hidden-2") as stream:
                await stream.add_stream(name="STOCK", subjects=["stock", "shop"])
            async with told(server, user="engine", password="hidden-1") as way:
                await way.deliver(TOLD)
            async with told(server, user="engine", password="hidden-3") as way:
                wrong = await failing(way)
            identity = {"user": "engine", "password": "hidden-1"}
            async with told(server, subject="shop", timeout=0.5, **identity) as way:
                return wrong, await failing(way)

        wrong, denied = run(tell())
    assert wrong.message == "It does not let the engine in: check who it says it is."
    assert 'permissions violation for publish to "shop"' in denied.message


def test_it_goes_encrypted_to_whom_it_trusts(run, tmp_path):
    _, trusted = certified(tmp_path)
    key = tmp_path / "key.pem"
    conf = f'tls {{ cert_file: "{trusted}", key_file: "{key}" }}\n'
    with nats_server(tmp_path, conf) as server:
        address = server.url.replace("nats:", "tls:")

        async def tell():
            async with told(server, servers=(address,), ca_file=trusted) as way:
                missing = await failing(way)
            async with told(server, servers=(address,)) as way:
                return missing, await failing(way)

        missing, untrusted = run(tell())
    assert missing.message.startswith("No stream keeps the subject")
    assert untrusted.message == "There is no safe connection to it: check its certificate."


@asynccontextmanager
async def answering(server, **settings):
    """A way whose answers are heard; what was heard is in the list."""
    heard = []

    async def take(message_id, reply):
        heard.append((message_id, reply))

    async with using(server) as stream, told(server, reply=True, **settings) as way:
        await stream.add_stream(name="STOCK", subjects=["stock"])
        await stream.add_stream(name="REPLIES", subjects=["replies.>"])
        listening = asyncio.create_task(way.listen("stock", take))
        try:
            yield stream, way, heard
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def until(holds):
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def test_an_answer_comes_back_where_the_message_says(run, server):
    async def tell():
        async with answering(server, response_timeout=7) as (stream, way, heard):
            assert await way.deliver(TOLD) == Later(7)
            (asked,) = await kept(stream)
            await stream.publish(asked.headers["Callboard-Reply-To"], b'{"count": 2}')
            await until(lambda: heard)
            await asyncio.sleep(0.1)
            return heard, await stream.consumers_info("REPLIES")

    heard, (consumer,) = run(tell())
    assert heard == [(ID, Reply({"count": 2}))]
    assert (consumer.num_ack_pending, consumer.num_pending) == (0, 0)


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (b"sent", None, Reply("sent")),
        (b"[1", "text/plain", Reply("[1")),
        (b"5", "application/json", Reply(5)),
        (b"{", "application/json", "cannot be read"),
        (b"\xff", None, "not in UTF-8"),
        (b"", None, "is empty"),
        (b"x" * 101, None, "larger than 100 bytes"),
    ],
)
def test_what_an_answer_says(run, server, data, kind, said):
    async def tell():
        async with answering(server, answer_bytes=100) as (stream, _, heard):
            headers = {"content-type": kind} if kind else None
            await stream.publish(f"replies.stock.{ID}", data, headers=headers)
            await until(lambda: heard)
            return heard

    ((message_id, reply),) = run(tell())
    assert message_id == ID
    if isinstance(said, Reply):
        assert reply == said
    else:
        assert isinstance(reply, AnswerError)
        assert said in reply.message


def test_an_answer_that_was_not_stored_is_heard_again(run, server):
    async def tell():
        async with using(server) as stream:
            await stream.add_stream(name="REPLIES", subjects=["replies.>"])
            await stream.publish(f"replies.stock.{ID}", b"1")
            started = asyncio.Event()

            async def never(message_id, reply):
                started.set()
                await asyncio.sleep(3600)

            async with told(server, reply=True) as way:
                listening = asyncio.create_task(way.listen("stock", never))
                await asyncio.wait_for(started.wait(), 5)
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
            (consumer,) = await stream.consumers_info("REPLIES")
            return consumer

    consumer = run(tell())
    assert consumer.num_ack_pending == 1
    assert consumer.config.ack_wait == 60


def test_nobody_is_asked_whose_answer_nothing_would_keep(run, server):
    async def tell():
        async with using(server) as stream, told(server, reply=True) as way:
            await stream.add_stream(name="STOCK", subjects=["stock"])
            error = await failing(way)
            return error, (await stream.stream_info("STOCK")).state.messages

    error, messages = run(tell())
    assert error.message == "No stream keeps the answers, 'replies.stock.*'; make one."
    assert messages == 0


def test_listening_ends_when_the_server_goes(run, tmp_path):
    with nats_server(tmp_path) as server:

        async def tell():
            async with answering(server) as (_, way, _heard):
                await way.deliver(TOLD)
                again = asyncio.create_task(way.listen("stock", None))
                await asyncio.sleep(0.2)
                server.stop()
                with pytest.raises(DeliveryError):
                    await asyncio.wait_for(again, 8)

        run(tell())


def test_waiting_for_answers_never_looks_like_a_connection_that_broke(run, server, monkeypatch):
    monkeypatch.setattr("callboard.transports.nats.FETCH_SECONDS", 0.002)

    async def tell():
        async with answering(server) as (_, way, _heard):
            listening = asyncio.create_task(way.listen("stock", None))
            await asyncio.sleep(1)
            assert not listening.done()
            monkeypatch.undo()  # One that comes while a time is over may be swallowed.
            await asyncio.sleep(0.1)
            listening.cancel()

    run(tell())


def test_without_answers_nothing_is_listened_to(run, server):
    async def tell():
        async with told(server) as way:
            await asyncio.wait_for(way.listen("stock", None), 1)

    run(tell())
