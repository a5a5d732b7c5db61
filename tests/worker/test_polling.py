"""A worker that asks for its tasks, with keys of services, against a real server."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from callboard.client import Client, UnauthenticatedError
from callboard.worker import Polling, Refused, Retry, Step, Worker
from tests.acceptance.serving import Server
from tests.server.staging import SUPPLY, free_port
from tests.worker.test_engine_and_worker import answering

STEP = ["process:read", "process:step"]
ORDER = {"supplier": "Mill & Co", "lines": [{"item": "Flour", "quantity": 4, "price": 12.5}]}
REPORT = """
title: Report
name: report
version: 1.0.0
actors: {clerk: {}}
actions:
  note: {actor: [clerk, 'service:stock'], response: {}}
states:
  initial: {on: begin, by: clerk, goto: open}
  open:
    transitions:
      - {on: note, goto: ~}
      - {on: finish, by: clerk, goto: (done)}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("polling") / "callboard.db")
    running.start()
    try:
        with Client(running.url) as admin:
            for text in (SUPPLY, REPORT):
                admin.scenarios.store(text)
        yield running
    finally:
        running.stop()


@pytest.fixture
def admin(server):
    with Client(server.url) as made:
        yield made
        for process in made.processes(running=True, everybody=True):
            made.admin.cancel(process, reason="The test is over")


@contextlib.asynccontextmanager
async def asking(server, admin, worker, *services, every=0.2):
    """The worker at work, with a key for each service."""
    stop = asyncio.Event()
    keys = [admin.api_keys.issue(name, STEP, days=1, service=name) for name in services]
    ways = [Polling(server.url, key.token, every) for key in keys]
    task = asyncio.create_task(worker.serve(*ways, stop=stop))
    try:
        yield task, keys
    finally:
        stop.set()
        await task


def order(admin):
    return admin.start("supply", action="order", as_actor="buyer")


async def until(admin, process, key, seconds=40):
    end = time.monotonic() + seconds
    while (seen := await asyncio.to_thread(admin.get, process)).current.key != key:
        assert time.monotonic() < end, f"it is {seen.current.key}"
        await asyncio.sleep(0.05)
    return seen


def test_a_process_moves_by_what_a_worker_finds_to_do(server, admin, run):
    worker, told = answering({"count": 2})

    async def play():
        async with asking(server, admin, worker, "stock", "carrier"):
            return await until(admin, await asyncio.to_thread(order, admin), "(shipped)")

    shown = run(play())
    asked, shipped = told
    assert (asked.service, shipped.service) == ("stock", "carrier")
    assert [action.key for action in asked.actions] == ["reserve"]
    assert (asked.process, asked.scenario) == (shown.id, "supply")
    assert asked.etag == shown.events[1]["hash"]
    assert shipped.body == "Send 2"
    assert shown.vars == {"count": 2}


def test_an_answer_says_which_action_it_is_where_there_are_several(server, admin, run):
    worker, told = Worker(), []

    @worker.on("ordering")
    async def confirm(message):
        told.append(message)
        return Step("confirm", {"status": "accepted", "reference": "A-17"})

    async def play():
        async with asking(server, admin, worker, "ordering"):
            request = {"action": "request", "response": ORDER, "as_actor": "requester"}
            process = await asyncio.to_thread(admin.start, "purchase-order", **request)
            await asyncio.to_thread(admin.step, process, "order", as_actor="buyer")
            return await until(admin, process, "delivery")

    assert run(play()).vars["reference"] == "A-17"
    assert told[0].body["total"] == 50


def test_what_leaves_the_state_as_it_is_is_done_once_also_after_a_restart(server, admin, run):
    told = []

    def noting():
        worker = Worker()

        @worker.on("stock")
        def note(message):
            told.append(message.id)
            return {"seen": len(told)}

        return worker

    async def play():
        process = await asyncio.to_thread(admin.start, "report", action="begin", as_actor="clerk")
        for _ in range(2):
            async with asking(server, admin, noting(), "stock"):
                await asyncio.sleep(0.8)
        return process

    process = run(play())
    notes = [event for event in admin.get(process).events if event.get("action") == "note"]
    assert [note["response"] for note in notes] == [{"seen": 1}]
    assert len(told) == 1


def test_what_somebody_else_did_meanwhile_does_not_lose_the_answer(server, admin, run):
    worker, told = Worker(), []

    @worker.on("stock")
    async def note(message):
        told.append(message.id)
        await asyncio.to_thread(admin.step, message.process, "note", {}, as_actor="clerk")
        return {"count": 1}

    async def play():
        process = await asyncio.to_thread(admin.start, "report", action="begin", as_actor="clerk")
        async with asking(server, admin, worker, "stock"):
            await asyncio.sleep(1.0)
        return admin.get(process)

    actors = [event["actor"]["key"] for event in run(play()).events[1:]]
    assert actors == ["clerk", "clerk", "service:stock"]
    assert len(told) == 1


def test_a_state_that_was_left_meanwhile_is_left_alone(server, admin, run):
    worker, told = Worker(), []

    @worker.on("stock")
    async def note(message):
        told.append(message.id)
        await asyncio.to_thread(admin.step, message.process, "finish", as_actor="clerk")
        return {"count": 1}

    async def play():
        process = await asyncio.to_thread(admin.start, "report", action="begin", as_actor="clerk")
        async with asking(server, admin, worker, "stock"):
            await asyncio.sleep(0.8)
        return admin.get(process)

    assert [event["actor"]["key"] for event in run(play()).events[1:]] == ["clerk", "clerk"]
    assert len(told) == 1


def test_what_was_put_off_comes_again_and_what_was_turned_down_does_not(server, admin, run):
    times = []

    def stock(_):
        times.append(time.monotonic())
        return Retry(after=1.2) if len(times) == 1 else Refused("We have none.")

    worker, _ = answering(stock)

    async def play():
        process = await asyncio.to_thread(order, admin)
        async with asking(server, admin, worker, "stock"):
            await asyncio.sleep(2.5)
        return admin.get(process).current.key

    assert run(play()) == "ordered"
    assert len(times) == 2
    assert times[1] - times[0] >= 1.2


def test_news_come_by_the_stream(server, admin, run):
    worker, _ = answering({"count": 2})

    async def play():
        async with asking(server, admin, worker, "stock", every=30):
            await asyncio.sleep(0.5)
            begun = time.monotonic()
            await until(admin, await asyncio.to_thread(order, admin), "reserved")
            return time.monotonic() - begun

    assert run(play()) < 3


def test_what_is_under_way_is_finished(server, admin, run):
    worker, begun = Worker(), asyncio.Event()

    @worker.on("stock")
    async def reserve(message):
        begun.set()
        await asyncio.sleep(0.5)
        return {"count": 2}

    async def play():
        process = await asyncio.to_thread(order, admin)
        async with asking(server, admin, worker, "stock"):
            await begun.wait()
        return admin.get(process).current.key

    assert run(play()) == "reserved"


def test_a_key_that_is_not_accepted_ends_the_worker(server, admin, run):
    worker, _ = answering({"count": 2})

    async def play():
        async with asking(server, admin, worker, "stock") as (task, keys):
            await asyncio.sleep(0.3)
            await asyncio.to_thread(admin.api_keys.revoke, keys[0])
            async with asyncio.timeout(5):
                await task

    with pytest.raises(UnauthenticatedError):
        run(play())


def test_an_engine_that_is_away_is_asked_again(tmp_path, run):
    port = free_port()
    worker, told = answering({"count": 2})

    async def play():
        stop = asyncio.Event()
        way = Polling(f"http://127.0.0.1:{port}", "lfl_x", 0.2)
        task = asyncio.create_task(worker.serve(way, stop=stop))
        await asyncio.sleep(1)
        assert not task.done()
        stop.set()
        async with asyncio.timeout(2):
            await task

    run(play())
    assert not told
    assert "lfl_x" not in repr(Polling("http://localhost", "lfl_x"))


def test_only_so_many_tasks_are_under_way_and_none_is_left(server, admin, run):
    worker, now, most = Worker(concurrency=2), 0, 0

    @worker.on("stock")
    async def reserve(message):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        now -= 1
        return {"count": 2}

    async def play():
        processes = [await asyncio.to_thread(order, admin) for _ in range(7)]
        async with asking(server, admin, worker, "stock"):
            for process in processes:
                await until(admin, process, "reserved")

    run(play())
    assert most == 2
