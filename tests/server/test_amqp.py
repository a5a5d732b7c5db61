"""Services behind a real broker: a process moves by what they answer, whoever is away meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import contextmanager

import aio_pika
import pytest

from tests.server.staging import SUPPLY, Stage, free_port, staged
from tests.transports.receiver import json_answer

TWO = b'{"count": 2}'


class Service:
    """A service at the broker: it takes what it is told, and answers when it is made to."""

    def __init__(self, run, rabbit, queue):
        self.run, self.rabbit, self.queue = run, rabbit, queue

    async def _with(self, do):
        connection = await aio_pika.connect(self.rabbit.url)
        async with connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(self.queue, durable=True)
            return await do(channel, queue)

    def there(self):
        """Have a queue, and nothing more."""

        async def nothing(channel, queue):
            return None

        self.run(self._with(nothing))
        return self

    def take(self, count=1):
        """The next messages that it is told."""

        async def get(channel, queue):
            async with asyncio.timeout(20):
                found = []
                while len(found) < count:
                    message = await queue.get(no_ack=True, fail=False)
                    found += [message] if message else []
                    await asyncio.sleep(0.02)
                return found

        return self.run(self._with(get))

    def answer(self, message, body=TWO, **properties):
        given = {
            "content_type": "application/json",
            "correlation_id": message.message_id,
            "delivery_mode": aio_pika.DeliveryMode.PERSISTENT,
        }

        async def send(channel, queue):
            sent = aio_pika.Message(body, **(given | properties))
            await channel.default_exchange.publish(sent, message.reply_to)

        self.run(self._with(send))


@contextmanager
def behind(rabbit, folder, queue, **settings):
    """A server whose service `stock` is behind the broker."""
    table = {"provider": "amqp", "url": rabbit.url, "routingKey": queue, "timeout": 5}
    table |= {"replyTo": f"{queue}.replies"} | settings
    with staged(folder, {}, services={"stock": table}) as stage:
        stage.stock = Service(stage.world.run, rabbit, queue)
        yield stage


@pytest.fixture
def stage(rabbit, tmp_path, queue_name):
    with behind(rabbit, tmp_path, queue_name) as made:
        made.world.store(SUPPLY)
        made.stock.there()
        yield made


def tries(stage: Stage, process: str) -> list[tuple[str, str]]:
    return [
        (outcome, said) for service, outcome, said in stage.tries(process) if service == "stock"
    ]


def test_a_process_moves_by_what_a_service_answers_later(stage):
    process = stage.order()
    (asked,) = stage.stock.take()
    document = stage.shown(process)
    assert json.loads(asked.body)["process"]["id"] == process
    assert asked.headers["callboard-process"] == process
    assert asked.headers["callboard-etag"] == document["events"][-1]["hash"]
    stage.until(lambda: tries(stage, process) == [("sent", "")])
    stage.stock.answer(asked)
    stage.until_state(process, "reserved")
    document = stage.shown(process)
    assert document["vars"] == {"count": 2}
    assert document["events"][-1]["actor"]["key"] == "service:stock"
    assert tries(stage, process) == [("sent", ""), ("answered", "reserve")]


def test_an_answer_counts_once_however_often_it_comes(stage):
    process = stage.order()
    (asked,) = stage.stock.take()
    for _ in range(3):
        stage.stock.answer(asked)
    stage.until(lambda: len(tries(stage, process)) == 4)
    assert sorted(tries(stage, process)) == [
        ("answered", "reserve"),
        ("refused", "It had answered already."),
        ("refused", "It had answered already."),
        ("sent", ""),
    ]
    assert len(stage.shown(process)["events"]) == 3


def test_an_answer_across_a_restart_counts(rabbit, tmp_path, queue_name):
    with behind(rabbit, tmp_path, queue_name) as first:
        first.world.store(SUPPLY)
        first.stock.there()
        process = first.order()
        (asked,) = first.stock.take()
        first.until(lambda: tries(first, process))
    with behind(rabbit, tmp_path, queue_name) as other:
        other.stock.answer(asked)
        other.until_state(process, "reserved")
        assert tries(other, process) == [("sent", ""), ("answered", "reserve")]


def test_an_answer_that_came_while_the_engine_was_away_counts(rabbit, tmp_path, queue_name):
    with behind(rabbit, tmp_path, queue_name, responseTimeout=0.5) as first:
        first.world.store(SUPPLY)
        first.stock.there()
        process = first.order()
        (asked,) = first.stock.take()
        first.until(lambda: tries(first, process))
    Service(asyncio.run, rabbit, queue_name).answer(asked)
    time.sleep(0.6)
    with behind(rabbit, tmp_path, queue_name) as other:
        other.until_state(process, "reserved")


def test_a_wrong_correlation_id_changes_nothing(stage):
    process = stage.order()
    (asked,) = stage.stock.take()
    stage.until(lambda: tries(stage, process))
    for wrong in ("nonsense", None, "6f0c1a9e-0000-4000-8000-000000000000"):
        stage.stock.answer(asked, correlation_id=wrong)
    stage.stock.answer(asked)
    stage.until_state(process, "reserved")
    assert tries(stage, process) == [("sent", ""), ("answered", "reserve")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"x" * 20_000_000, "Its answer is larger than 1048576 bytes."),
        (b"{", "cannot be read"),
        (b'{"count": "two"}', "'reserve' was refused"),
    ],
    ids=["20 MB", "no JSON", "not as the schema"],
)
def test_an_answer_that_cannot_be_used_is_recorded_and_another_after_a_retry_counts(
    stage, body, said
):
    process = stage.order()
    (asked,) = stage.stock.take()
    stage.stock.answer(asked, body)
    stage.until(lambda: stage.world.get("/admin/notifications", "admin").json())
    (failed,) = stage.world.get("/admin/notifications", "admin").json()
    assert failed["last"]["outcome"] == "refused"
    assert said in failed["last"]["detail"]
    assert stage.state(process) == "ordered"
    stage.world.post(f"/admin/notifications/{failed['id']}/retry", "admin")
    (again,) = stage.stock.take()
    assert again.message_id == asked.message_id
    stage.stock.answer(again)
    stage.until_state(process, "reserved")


def test_an_answer_after_the_state_was_left_is_recorded(stage):
    process = stage.order()
    (asked,) = stage.stock.take()
    stage.until(lambda: tries(stage, process))
    path = f"/admin/processes/{process}/cancel"
    stage.world.post(path, "admin", json={"reason": "Too late"})
    stage.stock.answer(asked)
    stage.until(lambda: len(tries(stage, process)) == 2)
    assert tries(stage, process)[1] == ("refused", "The state was left meanwhile.")
    assert "count" not in stage.shown(process)["vars"]


def test_one_that_does_not_answer_is_told_again_with_the_same_id(rabbit, tmp_path, queue_name):
    with behind(rabbit, tmp_path, queue_name, responseTimeout=0.3) as stage:
        stage.world.store(SUPPLY)
        stage.stock.there()
        process = stage.order()
        first, second = stage.stock.take(2)
        assert first.message_id == second.message_id
        assert ("failed", "No answer came in time.") in tries(stage, process)
        stage.stock.answer(first)
        stage.until_state(process, "reserved")


def test_nobody_who_takes_it_is_told_until_somebody_does(rabbit, tmp_path, queue_name):
    with behind(rabbit, tmp_path, queue_name) as stage:
        stage.world.store(SUPPLY)
        process = stage.order()
        stage.until(lambda: tries(stage, process))
        outcome, said = tries(stage, process)[0]
        assert (outcome, "Nobody takes it" in said) == ("failed", True)
        stage.stock.there()
        (asked,) = stage.stock.take()
        stage.stock.answer(asked)
        stage.until_state(process, "reserved")


def test_a_wrong_password_is_told_without_it(rabbit, tmp_path, queue_name, caplog):
    url = rabbit.url.replace("guest:guest", "guest:pass-word")
    with behind(rabbit, tmp_path, queue_name, url=url) as stage:
        stage.world.store(SUPPLY)
        process = stage.order()
        stage.until(lambda: tries(stage, process))
        stage.until(lambda: "not heard now" in caplog.text)
        assert tries(stage, process)[0] == (
            "failed",
            "The broker refuses the user or the password.",
        )
    assert "pass-word" not in caplog.text


def test_a_broker_that_hangs_delays_no_other(rabbit, tmp_path, queue_name):
    port = free_port()
    carrier = {"provider": "webhook", "url": f"http://127.0.0.1:{port}/"}
    stock = {"provider": "amqp", "url": rabbit.url, "routingKey": queue_name, "timeout": 3}
    services = {"stock": stock | {"reply": True}, "carrier": carrier}
    with staged(tmp_path, {"carrier": port}, services=services) as stage:
        stage.world.store(SUPPLY)
        stage.world.store(
            SUPPLY.replace("service:stock", "service:carrier").replace("supply", "quick")
        )
        Service(stage.world.run, rabbit, queue_name).there()
        stage.service("carrier", json_answer(TWO), json_answer(b'"sent"'))
        with rabbit.hanging():
            slow = [stage.order() for _ in range(20)]
            begun = time.monotonic()
            stage.until_state(stage.order("quick"), "(shipped)")
            assert time.monotonic() - begun < 1
            assert not any(tries(stage, process) for process in slow)


def test_nothing_is_lost_when_the_broker_is_killed_amid_deliveries(stage, rabbit):
    orders = [stage.order() for _ in range(10)]
    stage.until(lambda: any(tries(stage, process) for process in orders))
    with rabbit.away():
        orders += [stage.order() for _ in range(10)]
        stage.until(lambda: any(o == "failed" for p in orders for o, _ in tries(stage, p)))
    told: dict[str, str] = {}
    while len(told) < len(orders):
        (asked,) = stage.stock.take()
        told.setdefault(asked.headers["callboard-process"], asked.message_id)
        assert told[asked.headers["callboard-process"]] == asked.message_id
        stage.stock.answer(asked)
    assert set(told) == set(orders)
    for process in orders:
        stage.until_state(process, "reserved")
        assert len(stage.shown(process)["events"]) == 3
