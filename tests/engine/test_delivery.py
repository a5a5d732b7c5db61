"""Notifications: at least once, in order, and what is answered counts once (services)."""

from __future__ import annotations

import pytest

from callboard.core.values import Json
from callboard.engine import Engine
from callboard.engine.times import to_text
from callboard.engine.worker import Worker
from callboard.ports.transport import DeliveryError, Message, Reply
from tests.engine.telling import ORDER, Recorder
from tests.engine.world import ADMIN, ALICE, CountedIds, act, begin


@pytest.fixture
def services():
    return {"stock": Recorder(), "audit": Recorder()}


@pytest.fixture
def engine(store, clock, services):
    return Engine(store, clock, CountedIds(), services=services)


@pytest.fixture
def process(engine, run):
    run(engine.scenarios.store(ADMIN, ORDER, "application/yaml"))
    return begin(engine, run, ALICE, "order", "order")["id"]


@pytest.fixture
def send(engine, run, store, clock):
    """Let a service be told what is due for it."""

    def work(service="stock", **delta):
        clock.move(**delta)
        worker = Worker(store, clock, "notify", engine.delivery.deliver, service=service)
        return run(worker.work())

    return work


def shown(engine, run, process):
    return run(engine.processes.get(ADMIN, process)).document


def outcomes(run, store, process):
    return [(a.service, a.outcome) for a in run(store.jobs.attempts(process))]


def answer(value: Json) -> Reply:
    return Reply(value)


def test_the_standard_message_says_what_may_be_done(engine, run, services, process, send):
    send()
    (message,) = services["stock"].told
    document = shown(engine, run, process)
    assert message.body["process"]["id"] == process
    assert message.body["process"]["scenario"]["name"] == "order"
    assert [action["key"] for action in message.body["actions"]] == ["reserve"]
    assert message.body["etag"] == message.etag == document["events"][-1]["hash"]


def test_a_message_of_its_own_is_sent_as_it_is(services, process, send):
    send("audit")
    assert [message.body for message in services["audit"].told] == [{"seen": "Order"}]


def test_an_answer_is_a_step_of_the_service(engine, run, store, services, process, send):
    services["stock"].answers = [answer({"count": 2})]
    send()
    document = shown(engine, run, process)
    assert document["current"]["key"] == "(reserved)"
    assert document["events"][-1]["actor"] == {"key": "service:stock"}
    assert outcomes(run, store, process) == [("stock", "answered")]
    assert send(days=1) == 0


def test_a_message_that_is_delivered_is_not_sent_again(services, process, send):
    send()
    assert send(days=1) == 0
    assert len(services["stock"].told) == 1


def test_what_fails_is_tried_again_with_the_same_id_and_longer_waits(
    run, store, clock, services, process, send
):
    services["stock"].answers = [DeliveryError("no"), DeliveryError("no"), None]
    send()
    assert send(seconds=1) == 0
    assert send(seconds=2) == 1
    assert send(seconds=5) == 0
    assert send(seconds=4) == 1
    assert len({message.id for message in services["stock"].told}) == 1
    assert [outcome for _, outcome in outcomes(run, store, process)] == [
        "failed",
        "failed",
        "delivered",
    ]


def test_after_so_many_tries_it_is_given_up_and_an_operator_can_retry(
    run, store, clock, services, process, send
):
    services["stock"].answers = [DeliveryError("no")] * 8
    for _ in range(20):
        send(hours=2)
    (failed,) = run(store.jobs.failed(None, 10))
    assert (failed.job.service, failed.attempts, failed.last.detail) == ("stock", 8, "no")
    assert len(services["stock"].told) == 8
    assert run(store.jobs.retry(failed.job.id, None, to_text(clock.now()), 10)) == 1
    assert send() == 1
    assert run(store.jobs.failed(None, 10)) == []


def test_what_cannot_help_is_not_tried_again(run, store, services, process, send):
    services["stock"].answers = [DeliveryError("never", final=True)]
    send()
    assert send(days=9) == 0
    assert len(run(store.jobs.failed("stock", 10))) == 1


def test_a_service_that_nobody_configured_is_seen(engine, run, store, services, process, send):
    del services["stock"]
    send()
    (failed,) = run(store.jobs.failed(None, 10))
    assert "configured" in failed.last.detail


@pytest.mark.parametrize("reply", [{"count": "two"}, "nonsense"])
def test_an_answer_that_is_refused_is_recorded(engine, run, store, services, process, send, reply):
    services["stock"].answers = [answer(reply)]
    send()
    document = shown(engine, run, process)
    assert document["current"]["key"] == "ordered"
    assert document["events"][-1]["skipped"]
    assert outcomes(run, store, process) == [("stock", "refused")]
    assert len(run(store.jobs.failed("stock", 10))) == 1


def test_an_answer_without_a_trigger_changes_nothing(engine, run, store, services, process, send):
    services["audit"].answers = [answer("thanks")]
    before = shown(engine, run, process)["events"]
    send("audit")
    assert shown(engine, run, process)["events"] == before
    assert outcomes(run, store, process) == [("audit", "refused")]


def test_nothing_is_sent_for_a_state_that_was_left(engine, run, services, process, send):
    act(engine, run, ALICE, process, "leave")
    assert send(days=1) == 0
    assert services["stock"].told == []


def test_an_answer_for_a_state_that_was_left_changes_nothing(engine, run, services, process, send):
    class Slow(Recorder):
        async def deliver(self, message: Message) -> Reply | None:
            from callboard.engine.commands import StepCommand

            await engine.processes.step(ALICE, StepCommand(process, "leave"))
            return Reply({"count": 1})

    services["stock"] = Slow()
    send()
    document = shown(engine, run, process)
    assert document["current"]["key"] == "(left)"
    assert len(document["events"]) == 3


def test_messages_of_a_process_to_a_service_keep_their_order(engine, run, services, send):
    text = ORDER.replace("service: audit,", "service: stock,")
    run(
        engine.scenarios.store(
            ADMIN, text.replace("name: order", "name: twice"), "application/yaml"
        )
    )
    begin(engine, run, ALICE, "twice", "order")
    services["stock"].answers = [DeliveryError("no")]
    for seconds in (0, 1, 2, 3, 1):
        send(seconds=seconds)
    first, again, second = services["stock"].told
    assert first.id == again.id != second.id


def test_one_that_was_given_up_holds_no_other_back(engine, run, store, services, send):
    text = ORDER.replace("service: audit,", "service: stock,").replace("name: order", "name: twice")
    run(engine.scenarios.store(ADMIN, text, "application/yaml"))
    begin(engine, run, ALICE, "twice", "order")
    services["stock"].answers = [DeliveryError("never", final=True)]
    send()
    send(seconds=1)
    assert len(services["stock"].told) == 2
    assert len(run(store.jobs.failed("stock", 10))) == 1
