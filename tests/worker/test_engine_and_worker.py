"""The engine and a worker, each behind its own socket: what one says, the other understands."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from callboard.worker import Refused, Retry, Webhook, Worker
from tests.server.staging import SUPPLY, free_port, staged
from tests.worker.signed import OTHER, SECRET


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def stage(tmp_path, port):
    """An engine that tells both services at one worker, signed with a new and an old secret."""
    tables = {
        name: {
            "provider": "webhook",
            "url": f"http://127.0.0.1:{port}/{name}",
            "secret": [OTHER, SECRET],
            "timeout": 2,
        }
        for name in ("stock", "carrier")
    }
    with staged(tmp_path, {}, services=tables) as made:
        made.world.store(SUPPLY)
        yield made


@contextlib.asynccontextmanager
async def serving(worker, port, secret=SECRET):
    stop = asyncio.Event()
    task = asyncio.create_task(worker.serve(Webhook(port=port, secret=secret), stop=stop))
    await asyncio.sleep(0.05)
    try:
        yield task
    finally:
        stop.set()
        await task


def opened(stage, worker, port, secret=SECRET):
    return stage.world.run(stage.opened.enter_async_context(serving(worker, port, secret)))


def answering(stock, carrier="sent"):
    """A worker for both services, and what it was told."""
    worker, told = Worker(), []

    @worker.on("stock")
    def reserve(message):
        told.append(message)
        answer = stock(len(told)) if callable(stock) else stock
        if isinstance(answer, Exception):
            raise answer
        return answer

    @worker.on("carrier")
    async def ship(message):
        told.append(message)
        return carrier

    return worker, told


def test_a_process_moves_by_what_a_worker_answers(stage, port):
    worker, told = answering({"count": 2})
    opened(stage, worker, port)
    process = stage.order()
    stage.until_state(process, "(shipped)")
    asked, shipped = told
    assert (asked.service, shipped.service) == ("stock", "carrier")
    assert [action.key for action in asked.actions] == ["reserve"]
    assert asked.process == shipped.process == process
    assert asked.etag == stage.shown(process)["events"][1]["hash"]
    assert (asked.scenario, shipped.body) == ("supply", "Send 2")


def test_what_a_worker_puts_off_comes_again(stage, port):
    times = []

    def once_later(_):
        times.append(time.monotonic())
        return Retry("Closed", after=1) if len(times) == 1 else {"count": 2}

    worker, told = answering(once_later)
    opened(stage, worker, port)
    stage.until_state(stage.order(), "(shipped)")
    assert times[1] - times[0] >= 1
    assert len({message.id for message in told if message.service == "stock"}) == 1


def test_what_a_worker_turns_down_is_for_an_operator(stage, port):
    worker, _ = answering(Refused("We have none."))
    opened(stage, worker, port)
    process = stage.order()
    stage.until(lambda: stage.world.get("/admin/notifications", "admin").json())
    (given_up,) = stage.world.get("/admin/notifications", "admin").json()
    assert given_up["last"]["detail"] == "It answered 422: We have none."
    assert stage.state(process) == "ordered"


def test_a_worker_with_another_secret_believes_nothing(stage, port):
    worker, told = answering({"count": 2})
    opened(stage, worker, port, "whsec_" + "B" * 36)
    process = stage.order()
    stage.until(lambda: stage.tries(process))
    assert stage.tries(process)[0][1:] == ("failed", "It answered 401: The signature is wrong.")
    assert not told


def test_a_worker_that_takes_too_long_is_asked_again_and_has_done_it_once(tmp_path, port):
    url = f"http://127.0.0.1:{port}/stock"
    table = {"provider": "webhook", "url": url, "secret": [SECRET], "timeout": 0.3}
    worker, told = answering(lambda _: time.sleep(0.8) or {"count": 2})
    with staged(tmp_path, {}, services={"stock": table}) as stage:
        stage.world.store(SUPPLY)
        opened(stage, worker, port)
        process = stage.order()
        stage.until_state(process, "reserved")
        assert stage.tries(process)[0][1:] == ("failed", "It did not answer in time.")
    assert len(told) == 1


def test_what_a_worker_had_when_it_died_is_told_to_the_next(stage, port):
    begun = asyncio.Event()

    async def die():
        worker = Worker(grace=0)

        @worker.on("stock")
        async def hang(message):
            begun.set()
            await asyncio.sleep(60)

        serving = worker.serve(Webhook(port=port, secret=SECRET), stop=asyncio.Event())
        task = asyncio.create_task(serving)
        await begun.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    process = stage.order()
    stage.world.run(die())
    worker, told = answering({"count": 2})
    opened(stage, worker, port)
    stage.until_state(process, "(shipped)")
    assert told[0].process == process
