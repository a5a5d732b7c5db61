"""The engine, a real NATS, and a worker between which nothing else is."""

from __future__ import annotations

import asyncio
import contextlib
import time

import nats
import pytest
from nats.errors import Error

from callboard.worker import Nats, Refused, Retry, Worker
from tests.nats_server import nats_server
from tests.server.staging import SUPPLY, staged
from tests.worker.test_engine_and_worker import answering

HEADERS = {"Nats-Msg-Id": "m-1", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with nats_server(tmp_path_factory.mktemp("nats")) as running:
        yield running


@pytest.fixture
def server(shared, run):
    """A server with a stream for messages and one for answers, both empty."""
    run(emptied(shared))
    return shared


async def emptied(server):
    async with using(server) as stream:
        for info in await stream.streams_info():
            await stream.delete_stream(info.config.name)
        await stream.add_stream(name="TOLD", subjects=["stock", "carrier"])
        await stream.add_stream(name="ANSWERS", subjects=["replies.>"])


@contextlib.asynccontextmanager
async def using(server):
    client = await nats.connect(server.url)
    try:
        yield client.jetstream()
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def serving(server, worker, **options):
    stop = asyncio.Event()
    task = asyncio.create_task(worker.serve(Nats(server.url, **options), stop=stop))
    try:
        yield task
    finally:
        stop.set()
        await task


def only(handler, **options):
    worker = Worker(**options)
    worker.on("stock")(handler)
    return worker


async def pending(stream, durable="worker-stock"):
    """How many messages are still to be handled."""
    with contextlib.suppress(nats.js.errors.NotFoundError):
        info = await stream.consumer_info("TOLD", durable)
        return info.num_pending + info.num_ack_pending
    return None


async def until_none(stream):
    async with asyncio.timeout(10):
        while await pending(stream) != 0:
            await asyncio.sleep(0.05)


def test_a_process_moves_by_what_a_worker_answers_over_nats(tmp_path, server):
    tables = {
        name: {"provider": "nats", "servers": [server.url], "reply": True}
        for name in ("stock", "carrier")
    }
    worker, told = answering({"count": 2})
    with staged(tmp_path, {}, services=tables) as stage:
        stage.world.store(SUPPLY)
        stage.world.run(stage.opened.enter_async_context(serving(server, worker)))
        process = stage.order()
        stage.until_state(process, "(shipped)")
        asked, shipped = told
        assert [action.key for action in asked.actions] == ["reserve"]
        assert asked.etag == stage.shown(process)["events"][1]["hash"]
        assert (shipped.process, shipped.body) == (process, "Send 2")


def test_operators_see_why_a_worker_turned_a_message_down(tmp_path, server):
    tables = {"stock": {"provider": "nats", "servers": [server.url], "reply": True}}
    worker, told = answering(Refused("Wir haben keine Öfen."))
    with staged(tmp_path, {}, services=tables) as stage:
        stage.world.store(SUPPLY)
        stage.world.run(stage.opened.enter_async_context(serving(server, worker)))
        given_up = stage.until_given_up(stage.order())
        assert given_up["last"]["detail"] == "It turned the message down: Wir haben keine Öfen."
        assert len(told) == 1


def test_what_was_put_off_comes_again_and_what_was_turned_down_does_not(server, run):
    times = []

    def stock(_):
        times.append(time.monotonic())
        raise Retry(after=1.5) if len(times) == 1 else Refused("We have none.")

    async def play():
        async with using(server) as stream:
            await stream.publish("stock", b"{}", headers=HEADERS)
            async with serving(server, only(stock)):
                await until_none(stream)

    run(play())
    assert len(times) == 2
    assert times[1] - times[0] >= 1.5


def test_what_always_fails_is_given_up(server, run):
    told = []

    async def play():
        async with using(server) as stream:
            await stream.publish("stock", b"{}", headers=HEADERS)
            async with serving(server, only(lambda m: told.append(m) or 1 / 0), tries=2):
                await until_none(stream)

    run(play())
    assert len(told) == 2


def test_what_nobody_can_read_is_given_up(server, run):
    told = []

    async def play():
        async with using(server) as stream:
            await stream.publish("stock", b"{", headers=HEADERS)
            await stream.publish("stock", b"{}")
            async with serving(server, only(told.append)):
                await until_none(stream)

    run(play())
    assert not told


def test_an_answer_that_no_stream_keeps_is_sent_again(server, run):
    told = []
    headers = HEADERS | {"Callboard-Reply-To": "elsewhere.m-1"}

    async def play():
        async with using(server) as stream:
            await stream.publish("stock", b"{}", headers=headers)
            async with serving(server, only(lambda m: told.append(m) or {"count": 2})):
                await asyncio.sleep(0.5)
                await stream.add_stream(name="ELSEWHERE", subjects=["elsewhere.>"])
                await until_none(stream)
            heard = await (await stream.pull_subscribe("elsewhere.>")).fetch(1, timeout=2)
            return [(answer.subject, answer.data) for answer in heard]

    assert run(play()) == [("elsewhere.m-1", b'{"count": 2}')]
    assert len(told) == 1


def test_what_is_under_way_is_finished(server, run):
    begun = asyncio.Event()

    async def stock(_):
        begun.set()
        await asyncio.sleep(0.5)

    async def play():
        async with using(server) as stream:
            await stream.publish("stock", b"{}", headers=HEADERS)
            async with serving(server, only(stock)):
                await begun.wait()
            return await pending(stream)

    assert run(play()) == 0


def test_what_takes_long_is_given_to_nobody_else(server, run, monkeypatch):
    monkeypatch.setattr("callboard.worker.nats.ACK_SECONDS", 1)

    async def play():
        async with using(server) as stream:
            await stream.publish("stock", b"{}", headers=HEADERS)
            async with serving(server, only(lambda _: time.sleep(2.5))):
                await asyncio.sleep(2)
                info = await stream.consumer_info("TOLD", "worker-stock")
                return info.num_ack_pending, info.num_redelivered

    assert run(play()) == (1, 0)


def test_a_server_that_is_away_is_waited_for(tmp_path, run):
    told = asyncio.Event()

    async def stock(_):
        told.set()

    async def play(server):
        server.stop()
        async with serving(server, only(stock)):
            await asyncio.sleep(0.5)
            await asyncio.to_thread(server.start)
            async with using(server) as stream:
                await stream.add_stream(name="TOLD", subjects=["stock"])
                await stream.publish("stock", b"{}", headers=HEADERS)
            async with asyncio.timeout(20):
                await told.wait()
            server.stop()
            told.clear()
            await asyncio.to_thread(server.start)
            async with using(server) as stream:
                await stream.publish("stock", b"{}", headers=HEADERS | {"Nats-Msg-Id": "m-2"})
            async with asyncio.timeout(20):
                await told.wait()

    with nats_server(tmp_path) as server:
        run(play(server))


def test_one_that_is_not_let_in_ends_the_worker(tmp_path, run):
    async def play(server):
        async with serving(server, only(print), options={"user": "ann", "password": "wrong"}) as t:
            async with asyncio.timeout(10):
                await t

    with nats_server(tmp_path, "authorization { user: ann, password: right }") as server:
        with pytest.raises(Error, match="Authorization"):
            run(play(server))
        assert "wrong" not in repr(Nats(server.url, options={"password": "wrong"}))


def test_waiting_for_messages_never_looks_like_a_connection_that_broke(
    server, run, monkeypatch, caplog
):
    monkeypatch.setattr("callboard.worker.nats.FETCH_SECONDS", 0.002)

    async def play():
        async with using(server), serving(server, only(lambda _: None)):
            await asyncio.sleep(1)

    run(play())
    assert caplog.messages == []
