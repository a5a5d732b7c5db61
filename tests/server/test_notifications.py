"""Notifications and the clock, as operators meet them at the edge."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from callboard.compose.system import MovableClock
from callboard.engine.apikeys import MAX_DAYS
from callboard.errors import InvalidError

SCENARIO = """
title: Notice
name: notice
version: 1.0.0
actors: {one: {role: support}}
states:
  initial:
    on: go
    goto: told
  told:
    notify: {service: nowhere}
    transitions:
      - {on: go, goto: (done)}
      - {after: 1 day, goto: (late)}
"""


@pytest.fixture
def told(empty):
    empty.store(SCENARIO)
    answer = empty.post("/processes", "alice", json={"scenario": "notice", "action": "go"})
    return answer.json()["id"]


def until(found, seconds=40):
    """What `found` gives once it gives something."""
    for _ in range(seconds * 20):
        value = found()
        if value:
            return value
    raise AssertionError("nothing came")


def failed(world):
    """Those that were given up, after the workers had a moment."""
    world.run(asyncio.sleep(0.05))
    return world.get("/admin/notifications", "admin").json()


def test_what_was_given_up_is_listed_and_tried_again(empty, told):
    (given_up,) = until(lambda: failed(empty))
    assert (given_up["process"], given_up["service"]) == (told, "nowhere")
    assert given_up["state"] == "told"
    assert "configured" in given_up["last"]["detail"]
    assert empty.get("/admin/notifications?service=other", "admin").json() == []
    path = f"/admin/notifications/{given_up['id']}/retry"
    assert empty.post(path, "admin").status_code == 204
    tries = f"/admin/processes/{told}/notifications"
    again = until(lambda: failed(empty) and len(empty.get(tries, "admin").json()) == 2)
    assert again
    assert empty.post("/admin/notifications/retry", "admin").json() == {"retried": 1}


def test_a_notification_that_was_not_given_up_is_not_there(empty, told):
    path = f"/admin/notifications/{told}/retry"
    assert empty.post(path, "admin").status_code == 404


def test_leaving_the_state_takes_it_from_the_list(empty, told):
    until(lambda: failed(empty))
    empty.post(f"/processes/{told}/go", "alice")
    assert failed(empty) == []


def test_the_clock_of_a_test_cannot_be_moved(empty):
    assert empty.post("/admin/clock", "admin", json={"seconds": 5}).status_code == 403


def test_a_clock_that_is_moved_stays_in_the_calendar():
    """It took only so many moves until no answer was possible any more."""
    clock, far = MovableClock(), 1_000_000_000
    for _ in range(219):
        clock.move(far)
    before = clock.now()
    with pytest.raises(InvalidError, match="no further"):
        clock.move(100 * far)
    assert before <= clock.now() < before + timedelta(hours=1)
    assert clock.now() + timedelta(days=MAX_DAYS)
