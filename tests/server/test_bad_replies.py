"""What services answer and nobody can use: refused and recorded, and nothing of it counts."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from tests.server.staging import free_port, staged
from tests.server.test_metrics import read
from tests.transports.receiver import answer, json_answer

PARTS = """
title: Parts
name: parts
version: 1.0.0
actors: {buyer: {role: support}}
actions:
  order: {actor: buyer}
  again: {actor: buyer}
  reserve:
    actor: service:stock
    if: !ref current.response.count != `13`
    response: {properties: {count: !required integer, then: string}}
    update: {set: vars.count, value: !ref current.response.count}
vars: {count: integer}
states:
  initial: {on: order, goto: ordered}
  ordered:
    notify: {service: stock, trigger: !ref current.response.then || 'reserve'}
    transitions:
      - {on: reserve, by: service:stock, goto: (reserved)}
      - {on: again, by: buyer, goto: ordered}
"""
TWO = json_answer(b'{"count": 2}')


@pytest.fixture
def stage(tmp_path):
    port = free_port()
    service = {"provider": "webhook", "url": f"http://127.0.0.1:{port}/", "answerBytes": 10_000}
    with staged(tmp_path, {"stock": port}, services={"stock": service}) as made:
        made.world.store(PARTS)
        yield made


def typed(body: bytes, kind: str, **headers: str) -> bytes:
    return answer("200 OK", body, content_type=kind, **headers)


UNREADABLE = {
    "too large": (json_answer(b'{"count": 2}' + b" " * 10_000), "larger than 10000 bytes"),
    "no JSON": (json_answer(b'{"count": 2'), "cannot be read"),
    "nothing": (json_answer(b" "), "cannot be read"),
    "another charset": (typed(b'{"count": 2}', "application/json; charset=utf-16"), "UTF-8"),
    "not its charset": (json_answer(b'{"count": 2, "then": "\xff"}'), "cannot be read"),
    "text that is none": (typed(b"\xff", "text/plain"), "UTF-8"),
    "NUL": (json_answer(b'{"count": 2, "then": "\\u0000"}'), "cannot be read"),
    "NUL in text": (typed(b"a\0b", "text/plain"), "NUL"),
    "a lone surrogate": (json_answer(b'{"then": "\\ud800"}'), "cannot be read"),
    "deep": (json_answer(b"[" * 2000 + b"]" * 2000), "cannot be read"),
    "a key twice": (json_answer(b'{"count": 2, "count": 3}'), "cannot be read"),
    "a huge number": (json_answer(b'{"count": 9007199254740993}'), "cannot be read"),
    "NaN": (json_answer(b'{"count": NaN}'), "cannot be read"),
    "compressed": (typed(b"x", "application/json", content_encoding="gzip"), "compressed"),
}
STEPS = {
    "not the schema": (json_answer(b'{"count": "two"}'), "count"),
    "no text expected": (typed(b"two", "text/plain"), "reserve"),
    "unknown trigger": (json_answer(b'{"then": "explode"}'), "explode"),
    "another's action": (json_answer(b'{"then": "again"}'), "again"),
    "not the if": (json_answer(b'{"count": 13}'), "reserve"),
}


def settled(document):
    """A process without what a refused step adds to its chain."""
    events = [event for event in document["events"] if not event.get("skipped")]
    return {**document, "events": events}


@pytest.mark.parametrize("case", [*UNREADABLE, *STEPS])
def test_it_is_refused_recorded_and_changes_nothing(stage, case):
    sent, said = (UNREADABLE | STEPS)[case]
    stock = stage.service("stock", sent)
    process = stage.order("parts")
    before = stage.shown(process)
    given_up = stage.until_given_up(process)
    assert given_up["last"]["outcome"] == "refused"
    assert said in given_up["last"]["detail"]
    assert [outcome for _, outcome, _ in stage.tries(process)] == ["refused"]
    assert len(stock.told) == 1
    after = stage.shown(process)
    assert settled(after) == before
    assert len(after["events"]) - len(before["events"]) <= (case in STEPS)
    assert stage.world.get(f"/processes/{process}/verify", "admin").json()["ok"]
    stock.answers.append(TWO)
    stage.world.post(f"/admin/notifications/{given_up['id']}/retry", "admin")
    stage.until_state(process, "(reserved)")


def test_two_retries_at_once_are_one(stage):
    stock = stage.service("stock", json_answer(b"{"))
    stock.default = TWO
    process = stage.order("parts")
    given_up = stage.until_given_up(process)
    headers = {"authorization": f"Bearer {stage.world.token('admin')}"}
    one = f"/admin/notifications/{given_up['id']}/retry"
    post = stage.world.client.post

    async def retry():
        paths = (one, "/admin/notifications/retry", one, "/admin/notifications/retry")
        return await asyncio.gather(*(post(path, headers=headers) for path in paths))

    codes = [answer.status_code for answer in stage.world.run(retry())]
    assert set(codes) <= {200, 204, 404}
    stage.until_state(process, "(reserved)")
    assert len(stock.told) == 2
    assert len(stage.shown(process)["events"]) == 3


def test_an_answer_from_an_entry_that_was_left_is_refused(stage):
    process, held = "", asyncio.Event()

    async def slow(writer):
        await held.wait()
        writer.write(json_answer(b'{"count": 99}'))

    stock = stage.service("stock", slow)
    process = stage.order("parts")
    stage.until(lambda: stock.told)
    stock.answers.append(TWO)
    assert stage.world.post(f"/processes/{process}/again", "alice").status_code == 204
    stage.until(lambda: stage.state(process) == "(reserved)" or not held.set())
    stage.until(lambda: len(stage.tries(process)) == 2)
    assert stage.shown(process)["vars"] == {"count": 2}
    tries = sorted(stage.tries(process))
    assert tries == [
        ("stock", "answered", "reserve"),
        ("stock", "refused", "The state was left meanwhile."),
    ]
    assert len({told.headers["webhook-id"] for told in stock.told}) == 2
    assert stage.world.get("/admin/notifications", "admin").json() == []


CIRCLE = """
title: Circle
name: circle
version: 1.0.0
actors: {buyer: {role: support}}
states:
  initial: {on: order, goto: asking}
  asking:
    notify: stock
    transitions:
      - {on: answer, by: service:stock, goto: asking}
      - {on: stop, by: buyer, goto: (stopped)}
"""


def test_one_that_goes_in_circles_is_slowed_down_and_seen(tmp_path, caplog):
    caplog.set_level(logging.WARNING, "callboard.services")
    ports = {"stock": free_port()}
    with staged(tmp_path, ports, **{"engine.messages_per_minute": 10}) as stage:
        stage.world.store(CIRCLE)
        stage.world.store(PARTS)
        stock = stage.service("stock")
        stock.default = TWO
        process = stage.order("circle")
        stage.until(lambda: len(stock.told) >= 10)
        time.sleep(0.3)
        stage.until(lambda: "slowed down" in caplog.text)
        assert len(stock.told) <= 11
        stage.until_state(stage.order("parts"), "(reserved)")
        assert read(stage.world)["callboard_messages_held_back_total", ()] >= 1
        assert stage.world.post(f"/processes/{process}/stop", "alice").status_code == 204
