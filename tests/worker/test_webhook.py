"""Messages by HTTP: what is believed, and what is said to it."""

from __future__ import annotations

import asyncio

import pytest

from callboard.worker import Message, Refused, Retry, Webhook, Worker
from tests.worker.signed import NOW, OTHER, PROCESS, SECRET, STANDARD, application, post


def working(answer=None, names=("stock",), **options):
    """A worker whose services answer so, or raise it; and what they were told."""
    worker, told = Worker(**options), []

    def handler(message):
        told.append(message)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    for name in names:
        worker.on(name)(handler)
    return worker, told


def test_a_message_is_read_as_what_the_engine_said(run):
    worker, told = working({"count": 2})
    answer = run(post(application(worker))())
    assert (answer.status_code, answer.json()) == (200, {"count": 2})
    assert answer.headers["content-type"] == "application/json"
    (message,) = told
    assert message == Message("m-1", "stock", PROCESS, STANDARD, "abc")
    assert (message.title, message.scenario) == ("Flour", "supply")
    assert message.instructions == "Put it aside."
    assert [action.key for action in message.actions] == ["reserve"]


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (SystemExit(), 500, "The service failed."),
        (StopIteration(), 500, "The service failed."),
        (None, 204, ""),
        ("sent", 200, "sent"),
        ({"n": [1, "ü"]}, 200, '{"n": [1, "ü"]}'),
        (False, 200, "false"),
        (Refused("We have none."), 422, "We have none."),
        (Retry("Closed"), 500, "Closed"),
        (Retry("Closed", after=1.5), 503, "Closed"),
        (RuntimeError("secret"), 500, "The service failed."),
        ({"n": float("nan")}, 500, "The service failed."),
        ({1, 2}, 500, "The service failed."),
    ],
)
def test_what_a_handler_says_is_carried_back(run, answer, status, body):
    worker, _ = working(answer)
    sent = run(post(application(worker))())
    assert (sent.status_code, sent.text) == (status, body)
    assert sent.headers.get("retry-after") == ("2" if status == 503 else None)


@pytest.mark.parametrize(
    ("known", "used"),
    [(SECRET, (SECRET,)), ([OTHER, SECRET], (SECRET,)), (SECRET, (OTHER, SECRET))],
)
def test_either_side_may_change_the_secret_first(run, known, used):
    worker, told = working()
    assert run(post(application(worker, known), secrets=used)()).status_code == 204
    assert told


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"secrets": (OTHER,)}, 401),
        ({"webhook_signature": None}, 401),
        ({"webhook_signature": ""}, 401),
        ({"webhook_signature": "v1,\u00e9"}, 401),
        ({"webhook_timestamp": str(NOW + 1)}, 401),
        ({"webhook_id": "m-2"}, 401),
        ({"webhook_id": None}, 400),
        ({"webhook_timestamp": None}, 400),
        ({"webhook_timestamp": "-1"}, 400),
        ({"webhook_timestamp": "9" * 5000}, 400),
        ({"at": NOW - 301}, 401),
        ({"at": NOW + 301}, 401),
        ({"body": b"{"}, 400),
        ({"body": b'{"n": NaN}'}, 400),
        ({"body": b"[" * 100_000}, 400),
        ({"body": b"\xff", "content_type": "text/plain"}, 400),
        ({"body": b" " * 1_048_577}, 413),
        ({"path": "/carrier"}, 404),
        ({"path": "/"}, 404),
    ],
)
def test_what_the_engine_would_not_send_reaches_no_handler(run, wrong, status):
    worker, told = working(names=("stock", "other"))
    assert run(post(application(worker), **wrong)()).status_code == status
    assert not told


@pytest.mark.parametrize("at", [NOW - 300, NOW + 300])
def test_clocks_may_differ_by_five_minutes(run, at):
    worker, _ = working()
    assert run(post(application(worker), at=at)()).status_code == 204


def test_an_only_service_is_at_every_path(run):
    worker, told = working()
    assert run(post(application(worker), path="/any/where")()).status_code == 204
    assert told[0].service == "stock"


def test_a_text_is_a_text(run):
    worker, told = working()
    run(post(application(worker), b"Send 2", content_type="text/plain; charset=utf-8")())
    assert told[0].body == "Send 2"
    assert told[0].process == PROCESS
    assert told[0].actions == ()


def test_what_is_signed_counts_more_than_a_header(run):
    worker, told = working()
    run(post(application(worker), callboard_process="another", callboard_etag="another")())
    assert (told[0].process, told[0].etag) == (PROCESS, "abc")


def test_a_message_that_comes_again_is_answered_as_before(run):
    worker, told = working({"count": 2})
    app = application(worker)
    answers = [run(post(app, at=NOW + after)()) for after in (0, 10, 20)]
    assert [answer.json() for answer in answers] == [{"count": 2}] * 3
    assert len(told) == 1


def test_what_failed_or_was_turned_down_may_come_again(run):
    for answer in (Retry(), Refused("No"), RuntimeError()):
        worker, told = working(answer)
        app = application(worker)
        for _ in range(2):
            run(post(app)())
        assert len(told) == 2


def test_twins_are_handled_once(run):
    worker, told = Worker(), []

    @worker.on("stock")
    async def handler(message):
        told.append(message)
        await asyncio.sleep(0.05)
        return {"count": len(told)}

    app = application(worker)

    async def both():
        return await asyncio.gather(post(app)(), post(app)())

    assert [answer.json() for answer in run(both())] == [{"count": 1}] * 2


def test_only_so_many_are_handled_at_once(run):
    worker, now, most = Worker(concurrency=2), 0, 0

    @worker.on("stock")
    async def handler(message):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    app = application(worker)

    async def many():
        return await asyncio.gather(*(post(app, message_id=f"m-{n}")() for n in range(8)))

    assert {answer.status_code for answer in run(many())} == {204}
    assert most == 2


def test_answers_are_forgotten_when_there_are_too_many(run):
    worker, told = working({"count": 2}, remembered=2)
    app = application(worker)
    for name in ("a", "b", "c", "c", "b", "a"):
        run(post(app, message_id=name)())
    assert [message.id for message in told] == ["a", "b", "c", "a"]


def test_without_a_secret_only_this_machine_is_listened_to():
    with pytest.raises(ValueError, match="secret"):
        Webhook(port=0, host="0.0.0.0")
    with pytest.raises(ValueError, match="secret"):
        Webhook(port=0, secret="hunter2")
    assert "whsec" not in repr(Webhook(port=0, secret=SECRET))


def test_a_worker_says_what_is_missing(run):
    worker = Worker()
    with pytest.raises(ValueError, match="handler"):
        worker.app(secret=None)
    worker.on("stock")(print)
    with pytest.raises(ValueError, match="already"):
        worker.on("stock")
    with pytest.raises(ValueError, match="service:"):
        worker.on("service:stock")
    with pytest.raises(ValueError, match="no way"):
        worker.run()
