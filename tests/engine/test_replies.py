"""Answers that come later: each counts once, however late, and none in a state that was left."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from callboard.engine.replies import AGAIN, LEFT, MOST_TRIES, UNASKED
from callboard.engine.times import to_text
from callboard.ports.transport import AnswerError, DeliveryError, Later, Reply
from tests.engine.telling import ORDER, Order

TWO = Reply({"count": 2})
SENT = ("sent", "")
RESERVED = ("answered", "reserve")
TIMED_OUT = ("failed", "No answer came in time.")


@pytest.fixture
def order(run, store, clock):
    return Order(run, store, clock)


def test_an_answer_that_comes_later_is_a_step_of_the_service(order):
    message = order.sent()
    order.clock.move(seconds=5)
    order.hear(message, TWO)
    document = order.document
    assert document["current"]["key"] == "(reserved)"
    assert document["events"][-1]["actor"] == {"key": "service:stock"}
    assert document["events"][-1]["response"] == {"count": 2}
    assert order.tries == [SENT, RESERVED]
    (_, answered) = order.run(order.store.jobs.attempts(order.id))
    assert 5000 <= answered.milliseconds < 6000
    assert order.send(days=1) == 0


def test_nothing_is_sent_again_while_an_answer_is_waited_for(order):
    order.sent()
    assert order.send(seconds=29) == 0
    order.send(seconds=2)
    assert len(order.stock.told) == 1
    assert order.tries == [SENT, TIMED_OUT]
    order.send(seconds=3)
    assert len({message.id for message in order.stock.told}) == 1
    assert order.tries == [SENT, TIMED_OUT, SENT]


def test_an_answer_counts_also_after_the_wait_for_it(order):
    message = order.sent()
    order.send(seconds=31)
    order.hear(message, TWO)
    assert order.state == "(reserved)"
    assert order.tries == [SENT, TIMED_OUT, RESERVED]


def test_one_that_never_answers_is_given_up_and_may_answer_then(order):
    message = order.sent()
    for _ in range(20):
        order.send(hours=2)
    assert [outcome for outcome, _ in order.tries] == ["sent", "failed"] * 8
    (failed,) = order.run(order.store.jobs.failed(None, 10))
    assert failed.attempts == 8
    order.hear(message, TWO)
    assert order.state == "(reserved)"
    assert order.run(order.store.jobs.failed(None, 10)) == []


def test_one_that_was_given_up_is_sent_when_it_is_retried(order):
    order.sent()
    for _ in range(20):
        order.send(hours=2)
    order.run(order.store.jobs.retry(None, "stock", to_text(order.clock.now()), 10))
    told = len(order.stock.told)
    order.send()
    assert len(order.stock.told) == told + 1
    assert order.tries[-1] == SENT


def test_an_answer_may_come_before_the_sending_ends(order):
    class Quick(type(order.stock)):
        async def deliver(self, message):
            await order.engine.replies.receive("stock", message.id, TWO)
            return Later(30)

    order.engine.delivery.services["stock"].__class__ = Quick
    order.send()
    assert order.state == "(reserved)"
    assert sorted(order.tries) == [RESERVED, SENT]
    assert order.send(days=1) == 0


def test_a_second_answer_changes_nothing(order):
    message = order.sent()
    order.hear(message, TWO)
    before = order.document
    for again in (TWO, Reply({"count": 3}), AnswerError("It is too large.")):
        order.hear(message, again)
    assert order.document == before
    assert order.tries == [SENT, RESERVED] + [("refused", AGAIN)] * 3


def test_of_many_at_once_one_counts(order):
    message = order.sent()

    async def all_at_once():
        hear = order.engine.replies.receive
        await asyncio.gather(*(hear("stock", message, TWO) for _ in range(20)))

    order.run(all_at_once())
    assert len(order.document["events"]) == 3
    refused = [detail for outcome, detail in order.tries if outcome == "refused"]
    assert len(refused) == 19
    assert set(refused) <= {AGAIN, LEFT}
    assert sorted(one for one in order.tries if one[0] != "refused") == [RESERVED, SENT]


def test_an_answer_that_is_refused_is_refused_once(order):
    message = order.sent()
    order.hear(message, Reply({"count": "two"}))
    order.hear(message, TWO)
    document = order.document
    assert (document["current"]["key"], len(document["events"])) == ("ordered", 3)
    assert document["events"][-1]["skipped"]
    assert [outcome for outcome, _ in order.tries] == ["sent", "refused", "refused"]
    order.run(order.store.jobs.retry(None, None, to_text(order.clock.now()), 10))
    assert order.sent() == message
    order.hear(message, TWO)
    assert order.state == "(reserved)"


def test_what_nobody_can_read_is_recorded_and_given_up(order):
    message = order.sent()
    order.hear(message, AnswerError("Its answer is larger than 10 bytes."))
    assert order.state == "ordered"
    (failed,) = order.run(order.store.jobs.failed("stock", 10))
    assert (failed.job.id, failed.last.outcome) == (message, "refused")
    assert failed.last.detail == "Its answer is larger than 10 bytes."


def test_an_answer_for_a_state_that_was_left_is_recorded(order):
    message = order.sent()
    order.leave()
    before = order.document
    order.hear(message, TWO)
    assert order.document == before
    assert order.tries == [SENT, ("refused", LEFT)]


def test_an_answer_belongs_to_the_entry_of_the_state_that_sent_it(run, store, clock):
    text = ORDER.replace("{on: leave, goto: (left)}", "{on: leave, goto: ordered}")
    order = Order(run, store, clock, text)
    first = order.sent()
    clock.move(seconds=1)
    order.leave()
    order.hear(first, TWO)
    assert order.state == "ordered"
    second = order.sent()
    assert second != first
    order.hear(second, TWO)
    assert order.state == "(reserved)"


def test_an_answer_of_a_service_that_was_not_told_changes_nothing(order):
    message = order.sent()
    order.hear(message, TWO, service="audit")
    assert order.state == "ordered"
    assert order.tries == [SENT, ("refused", "audit answered, which was not told.")]
    order.hear(message, TWO)
    assert order.state == "(reserved)"


@pytest.mark.parametrize("message", ["", "no id", "\0" * 99, str(uuid.UUID(int=7))])
def test_an_answer_to_nothing_changes_nothing(order, message, caplog):
    order.sent()
    order.hear(message, TWO)
    assert order.tries == [SENT]
    assert "no message that is known" in caplog.text


def test_answers_without_end_are_not_kept_without_end(order):
    message = order.sent()
    order.leave()
    for _ in range(MOST_TRIES + 9):
        order.hear(message, TWO)
    assert len(order.tries) == MOST_TRIES


def test_a_message_that_is_answered_later_holds_no_other_back(run, store, clock):
    order = Order(run, store, clock, ORDER.replace("service: audit,", "service: stock,"))
    order.send()
    order.send(seconds=1)
    assert len({message.id for message in order.stock.told}) == 2


def test_what_cannot_be_sent_is_tried_again_before_an_answer_is_waited_for(order):
    order.stock.answers = [DeliveryError("no")]
    order.send()
    order.hear(order.stock.told[0].id, TWO)
    assert order.state == "(reserved)"


def test_an_answer_that_means_nothing_is_not_waited_for(order):
    order.send("audit")
    (message,) = order.audit.told
    assert not message.answerable
    assert order.tries == [("delivered", "")]
    assert order.send("audit", days=1) == 0
    order.hear(message.id, Reply("thanks"), service="audit")
    assert order.tries[-1] == ("refused", UNASKED)
    order.send()
    assert order.stock.told[0].answerable
