"""ZeroMQ: what is sent, what comes back, and that no peer can make the engine wait or mix up."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import asynccontextmanager

import pytest
import zmq
import zmq.asyncio

from callboard.ports.transport import AnswerError, DeliveryError, Message, Reply
from callboard.transports.zeromq import ZeroMq
from callboard.transports.zeromq_config import ZeroMqConfig

TOLD = Message("6f0c", "stock", {"näme": [1, None]}, "0b8f", "9f86")


@asynccontextmanager
async def peer(kind, **options):
    """A service: a socket that listens, and its address."""
    context = zmq.asyncio.Context()
    service = context.socket(kind)
    for name, value in options.items():
        service.set(getattr(zmq, name), value)
    address = f"tcp://127.0.0.1:{service.bind_to_random_port('tcp://127.0.0.1')}"
    try:
        yield service, address
    finally:
        service.close(linger=0)
        context.term()


@asynccontextmanager
async def told(kind, address, **settings):
    given = {"timeout": 2, "receive_timeout": 2} | settings
    transport = ZeroMq(ZeroMqConfig(type=kind, address=address, **given))
    try:
        yield transport
    finally:
        await transport.close()


def reluctant():
    """A service that takes one message, and then none for a while."""
    return peer(zmq.PULL, RCVHWM=1)


async def fill(way):
    """Push until nothing more is taken; how many were."""
    for taken in range(1000):
        try:
            await way.deliver(Message("1", "stock", "x" * 500_000, "p", "e"))
        except DeliveryError as error:
            return taken if "takes no more" in error.message else -1
    raise AssertionError("it takes everything")


@pytest.fixture
def ask(run):
    """Ask a service that answers with these frames: the reply, and the frames that it saw."""

    async def asked(*frames, message=TOLD, kind="request", **settings):
        async with peer(zmq.REP) as (service, address), told(kind, address, **settings) as way:

            async def serve():
                seen = await service.recv_multipart()
                await service.send_multipart(frames)
                return seen

            serving = asyncio.create_task(serve())
            try:
                return await way.deliver(message), await serving
            except DeliveryError as error:
                return error, await serving

    return lambda *frames, **more: run(asked(*frames, **more))


def test_a_message_is_pushed_as_one_frame_of_json_or_text(run):
    async def pushed():
        async with peer(zmq.PULL) as (service, address), told("push", address) as way:
            assert await way.deliver(TOLD) is None
            assert await way.deliver(Message("7", "stock", "grüß dich", "p", "e")) is None
            return [await service.recv_multipart() for _ in range(2)]

    assert run(pushed()) == [['{"näme":[1,null]}'.encode()], ["grüß dich".encode()]]


def test_the_id_is_a_second_frame_where_it_is_wanted(ask):
    _, seen = ask(b"", id_frame=True)
    assert seen == ['{"näme":[1,null]}'.encode(), b"6f0c"]


@pytest.mark.parametrize("kind", ["request", "reply"])
@pytest.mark.parametrize(
    ("frame", "reply"),
    [
        (b'{"count": 2}', Reply({"count": 2})),
        (b" [1]", Reply([1])),
        (b"2.5", Reply(2.5)),
        (b"null", Reply(None)),
        ("später".encode(), Reply("später")),
        (b"", None),
    ],
)
def test_the_frame_that_comes_back_is_the_reply(ask, kind, frame, reply):
    assert ask(frame, kind=kind)[0] == reply


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ([b'{"a": 1, "a": 2}'], "cannot be read"),
        ([b"{"], "cannot be read"),
        ([b"9007199254740993"], "cannot be read"),
        ([b"\xff"], "not in UTF-8"),
        ([b"a\0"], "NUL"),
        ([b"1", b"2"], "more than one frame"),
        ([b"x" * 101], "larger than 100 bytes"),
    ],
)
def test_what_nobody_can_use_is_refused_for_good(ask, frames, said):
    error, _ = ask(*frames, answer_bytes=100)
    assert isinstance(error, AnswerError)
    assert said in error.message


def test_an_answer_that_is_far_too_large_ends_the_connection_at_once(ask):
    begun = time.monotonic()
    error, _ = ask(b"x" * 1_000_000, answer_bytes=100, receive_timeout=20)
    assert "far too large" in error.message
    assert not error.final
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("kind", ["push", "request"])
def test_no_peer_is_a_failure_and_no_hang(run, kind):
    async def delivered(way):
        with pytest.raises(DeliveryError, match="cannot be reached") as caught:
            await way.deliver(TOLD)
        return caught.value

    async def nobody():
        async with peer(zmq.PULL) as (_, address):
            pass
        begun = time.monotonic()
        async with told(kind, address, timeout=0.2) as way:
            failures = await asyncio.gather(*(delivered(way) for _ in range(20)))
        assert time.monotonic() - begun < 2
        return failures

    for failure in run(nobody()):
        assert not failure.final
        assert "127.0.0.1" not in failure.message


def test_a_peer_that_accepts_and_is_silent_takes_nothing(run):
    async def silent():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
            async with told("push", address, timeout=0.3) as way:
                with pytest.raises(DeliveryError, match="cannot be reached"):
                    await way.deliver(TOLD)

    run(silent())


def test_a_peer_that_is_full_is_a_failure_and_works_again_later(run):
    async def filled():
        async with reluctant() as (service, address), told("push", address, timeout=0.3) as way:
            taken = await fill(way)
            for _ in range(taken):
                await service.recv()
            await way.deliver(TOLD)
            assert await service.recv() == '{"näme":[1,null]}'.encode()

    run(filled())


def test_a_peer_that_comes_back_is_told_again(run):
    async def back():
        async with peer(zmq.PULL) as (service, address), told("push", address, timeout=3) as way:
            await way.deliver(TOLD)
            await service.recv()
            service.unbind(address)
            service.close(linger=0)
            await asyncio.sleep(0.1)
            again = zmq.asyncio.Context()
            service = again.socket(zmq.PULL)
            sending = asyncio.create_task(way.deliver(TOLD))
            service.bind(address)
            await sending
            assert await asyncio.wait_for(service.recv(), 2)
            service.close(linger=0)
            again.term()

    run(back())


def test_a_late_answer_is_not_taken_for_that_of_the_next_request(run):
    async def late():
        async with (
            peer(zmq.ROUTER) as (service, address),
            told("request", address, receive_timeout=0.3) as way,
        ):
            with pytest.raises(DeliveryError, match="did not answer in time"):
                await way.deliver(TOLD)
            first, *_ = await service.recv_multipart()
            asking = asyncio.create_task(way.deliver(TOLD))
            second, *_ = await service.recv_multipart()
            await service.send_multipart([first, b"", b'"late"'])
            await service.send_multipart([second, b"", b'"own"'])
            await service.send_multipart([second, b"", b'"twice"'])
            assert await asking == Reply("own")
            again = asyncio.create_task(way.deliver(TOLD))
            third, *_ = await service.recv_multipart()
            await service.send_multipart([third, b"", b'"third"'])
            assert await again == Reply("third")

    run(late())


def test_answers_of_several_requests_go_to_their_own(run):
    async def several():
        async with peer(zmq.ROUTER) as (service, address), told("request", address) as way:
            messages = [Message(str(n), "stock", n, "p", "e") for n in range(16)]
            asking = asyncio.gather(*map(way.deliver, messages))
            seen = [await service.recv_multipart() for _ in messages]
            for sender, _, body in reversed(seen):
                await service.send_multipart([sender, b"", body])
            assert await asking == [Reply(n) for n in range(16)]

    run(several())


def test_a_peer_that_vanishes_is_noticed_at_once(run):
    async def vanished():
        async with (
            peer(zmq.REP) as (service, address),
            told("request", address, receive_timeout=20) as way,
        ):
            asking = asyncio.create_task(way.deliver(TOLD))
            await service.recv()
            service.close(linger=0)
            begun = time.monotonic()
            with pytest.raises(DeliveryError, match="connection ended"):
                await asking
            assert time.monotonic() - begun < 2

    run(vanished())


def test_closing_does_not_wait_for_a_peer_that_does_not_read(run):
    async def closed():
        async with reluctant() as (_, address):
            async with told("push", address, timeout=0.3) as way:
                await fill(way)
                begun = time.monotonic()
            assert time.monotonic() - begun < 3

    run(closed())


def test_what_is_sent_is_encrypted_where_there_is_a_key(run):
    public, secret = zmq.curve_keypair()

    async def encrypted():
        keys = {"CURVE_SERVER": 1, "CURVE_PUBLICKEY": public, "CURVE_SECRETKEY": secret}
        async with peer(zmq.PULL, **keys) as (service, address):
            async with told("push", address, server_key=public.decode()) as way:
                await way.deliver(TOLD)
                assert await service.recv()
            async with told("push", address, timeout=0.3) as way:
                with pytest.raises(DeliveryError):
                    await way.deliver(TOLD)

    run(encrypted())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"address": "tcp://*:5555"}, "address is to be"),
        ({"address": "tcp://host:0"}, "address is to be"),
        ({"address": "tcp://host:99999"}, "address is to be"),
        ({"address": "udp://host:1"}, "address is to be"),
        ({"address": "ipc://" + "x" * 108}, "address is to be"),
        ({"timeout": 0}, "timeout is to be"),
        ({"receive_timeout": 30_000}, "receive_timeout is to be .* 3600 seconds"),
        ({"answer_bytes": -1}, "answer_bytes is to be"),
        ({"server_key": "hidden"}, "server_key is to be a key of 40"),
        ({"secret_key": "0" * 40}, "without server_key"),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_start(settings, said):
    with pytest.raises(ValueError, match=said) as caught:
        ZeroMqConfig(**{"type": "push", "address": "tcp://host:5555"} | settings)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("address", ["tcp://[::1]:80", "tcp://a-b.c:80", "ipc:///run/a b.sock"])
def test_addresses_that_can_be_used(address):
    assert ZeroMqConfig(type="push", address=address)
