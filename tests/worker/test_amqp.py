"""A real RabbitMQ and a worker: what is told is handled, answered and acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid

import aio_pika
import pytest
from aio_pika.exceptions import AMQPError

from callboard.worker import Amqp, Refused, Retry, Worker
from tests.server.staging import SUPPLY, staged
from tests.worker.test_engine_and_worker import answering


@pytest.fixture
def name():
    """A name that no other test has at the broker."""
    return f"q{uuid.uuid4().hex[:8]}"


@contextlib.asynccontextmanager
async def serving(url, worker, **options):
    stop = asyncio.Event()
    task = asyncio.create_task(worker.serve(Amqp(url, **options), stop=stop))
    try:
        yield task
    finally:
        stop.set()
        await task


@contextlib.asynccontextmanager
async def engine(url, name):
    """Who tells: a channel, and a queue for answers; what was rejected is in a queue of its own."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        dead = await channel.declare_queue(f"{name}.dead", durable=True)
        arguments = {
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead.name,
        }
        await channel.declare_queue(name, durable=True, arguments=arguments)
        yield channel, await channel.declare_queue(f"{name}.replies", durable=True), dead


def only(name, handler, **options):
    worker = Worker(**options)
    worker.on(name)(handler)
    return worker


async def tell(channel, name, message_id="m-1", body=b"{}", **options):
    made = {"content_type": "application/json", "message_id": message_id} | options
    await channel.default_exchange.publish(aio_pika.Message(body, **made), name)


async def got(queue, seconds=40):
    """The next message in a queue."""
    async with asyncio.timeout(seconds):
        while True:
            message = await queue.get(no_ack=True, fail=False)
            if message is not None:
                return message
            await asyncio.sleep(0.05)


async def left(channel, name):
    """How many messages wait in a queue, and how many hear it."""
    declared = (await channel.declare_queue(name, passive=True)).declaration_result
    return declared.message_count, declared.consumer_count


def test_a_process_moves_by_what_a_worker_answers_over_amqp(tmp_path, rabbit):
    tables = {
        name: {"provider": "amqp", "url": rabbit.url, "exchange": "callboard", "reply": True}
        for name in ("stock", "carrier")
    }
    worker, told = answering({"count": 2})
    with staged(tmp_path, {}, services=tables) as stage:
        stage.world.store(SUPPLY)
        served = serving(rabbit.url, worker, exchange="callboard")
        stage.world.run(stage.opened.enter_async_context(served))
        process = stage.order()
        stage.until_state(process, "(shipped)")
        asked, shipped = told
        assert [action.key for action in asked.actions] == ["reserve"]
        assert asked.etag == stage.shown(process)["events"][1]["hash"]
        assert (shipped.process, shipped.body) == (process, "Send 2")


def test_operators_see_why_a_worker_turned_a_message_down(tmp_path, rabbit):
    tables = {"stock": {"provider": "amqp", "url": rabbit.url, "exchange": "no", "reply": True}}
    worker, told = answering(Refused("We have none."))
    with staged(tmp_path, {}, services=tables) as stage:
        stage.world.store(SUPPLY)
        stage.world.run(
            stage.opened.enter_async_context(serving(rabbit.url, worker, exchange="no"))
        )
        given_up = stage.until_given_up(stage.order())
        assert given_up["last"]["detail"] == "It turned the message down: We have none."
        assert len(told) == 1


def test_a_message_is_read_and_answered(run, rabbit, name):
    told = []

    async def play():
        async with engine(rabbit.url, name) as (channel, replies, _):
            about = {"callboard-process": "p-1", "callboard-etag": "abc"}
            await tell(channel, name, body=b'{"n": 1}', headers=about, reply_to=replies.name)
            await tell(
                channel, name, "m-2", b"gr\xc3\xbc\xc3\x9f", content_type="text/plain", reply_to=""
            )
            async with serving(rabbit.url, only(name, lambda m: told.append(m) or {"count": 2})):
                answer = await got(replies)
            return answer, await left(channel, name)

    answer, rest = run(play())
    assert (answer.body, answer.content_type) == (b'{"count": 2}', "application/json")
    assert answer.correlation_id == "m-1"
    assert rest == (0, 0)
    first, second = sorted(told, key=lambda message: message.id)
    assert (first.body, first.process, first.etag) == ({"n": 1}, "p-1", "abc")
    assert second.body == "grüß"


def test_what_comes_twice_is_done_once_and_answered_twice(run, rabbit, name):
    told = []

    async def play():
        async with engine(rabbit.url, name) as (channel, replies, _):
            for _ in range(2):
                await tell(channel, name, reply_to=replies.name)
            async with serving(rabbit.url, only(name, lambda m: told.append(m) or "sent")):
                return [(await got(replies)).body for _ in range(2)]

    assert run(play()) == [b"sent", b"sent"]
    assert len(told) == 1


def test_what_was_put_off_is_tried_again_and_what_was_turned_down_is_rejected(run, rabbit, name):
    times = []

    def stock(_):
        times.append(time.monotonic())
        raise Retry(after=1.2) if len(times) == 1 else Refused("We have none.")

    async def play():
        async with engine(rabbit.url, name) as (channel, _, dead):
            await tell(channel, name)
            async with serving(rabbit.url, only(name, stock)):
                return (await got(dead)).message_id

    assert run(play()) == "m-1"
    assert times[1] - times[0] >= 1.2


@pytest.mark.parametrize("wrong", [{"body": b"{"}, {"body": b"\xff", "content_type": "text/plain"}])
def test_what_nobody_can_read_is_rejected(run, rabbit, name, wrong):
    told = []

    async def play():
        async with engine(rabbit.url, name) as (channel, _, dead):
            await tell(channel, name, **wrong)
            async with serving(rabbit.url, only(name, told.append)):
                await got(dead)

    run(play())
    assert not told


def test_what_always_fails_is_rejected_in_the_end(run, rabbit, name):
    told = []

    async def play():
        async with engine(rabbit.url, name) as (channel, _, dead):
            await tell(channel, name)
            async with serving(rabbit.url, only(name, lambda m: told.append(m) or 1 / 0), tries=2):
                await got(dead)

    run(play())
    assert len(told) == 2


def test_at_the_end_what_is_under_way_is_finished_and_what_waits_goes_back(run, rabbit, name):
    begun = asyncio.Event()

    async def stock(message):
        if message.id == "later":
            raise Retry(after=60)
        begun.set()
        await asyncio.sleep(0.5)
        return "sent"

    async def play():
        async with engine(rabbit.url, name) as (channel, replies, _):
            await tell(channel, name, "later")
            await tell(channel, name, "now", reply_to=replies.name)
            async with serving(rabbit.url, only(name, stock)):
                await begun.wait()
            return (await got(replies)).body, await left(channel, name)

    assert run(play()) == (b"sent", (1, 0))


def test_no_more_is_held_than_is_handled_at_once(run, rabbit, name):
    async def stock(_):
        await asyncio.sleep(0.5)

    async def play():
        async with engine(rabbit.url, name) as (channel, _, _dead):
            for number in range(6):
                await tell(channel, name, f"m-{number}")
            async with serving(rabbit.url, only(name, stock, concurrency=2)):
                await asyncio.sleep(0.4)
                return await left(channel, name)

    assert run(play()) == (4, 1)


def test_a_queue_and_an_exchange_are_made_where_they_are_missing(run, rabbit, name):
    told = asyncio.Event()

    async def stock(_):
        told.set()

    async def play():
        way = {"queues": {name: f"{name}-in"}, "exchange": f"{name}-x"}
        async with serving(rabbit.url, only(name, stock), **way):
            async with await aio_pika.connect(rabbit.url) as connection:
                await asyncio.sleep(0.5)
                exchange = await (await connection.channel()).get_exchange(f"{name}-x")
                await exchange.publish(aio_pika.Message(b"{}", message_id="m-1"), name)
            async with asyncio.timeout(5):
                await told.wait()

    run(play())


def test_a_broker_that_goes_away_is_waited_for(run, rabbit, name):
    told = asyncio.Queue()

    async def said(message_id):
        async with await aio_pika.connect(rabbit.url) as connection:
            await tell(await connection.channel(), name, message_id)

    async def play():
        async with serving(rabbit.url, only(name, told.put)):
            await asyncio.sleep(0.5)
            await said("m-1")
            async with asyncio.timeout(20):
                await told.get()
            rabbit.kill()
            await asyncio.to_thread(rabbit.start)
            await said("m-2")
            async with asyncio.timeout(40):
                return (await told.get()).id

    assert run(play()) == "m-2"


def test_one_that_is_not_let_in_ends_the_worker(run, rabbit, name):
    url = rabbit.url.replace("guest:guest", "guest:wrong")

    async def play():
        async with serving(url, only(name, print)) as task, asyncio.timeout(10):
            await task

    with pytest.raises(AMQPError):
        run(play())
    assert "wrong" not in repr(Amqp(url))


def test_a_queue_without_a_handler_is_said(run, rabbit, name):
    async def play():
        async with serving(rabbit.url, only(name, print), queues={"other": "q"}) as task:
            await task

    with pytest.raises(ValueError, match="no handler for other"):
        run(play())
