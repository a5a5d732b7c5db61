"""What a process asks of another is done once, whatever happens between."""

from __future__ import annotations

import asyncio

import pytest

from callboard.engine.admin_commands import EraseCommand
from callboard.engine.times import to_text
from callboard.engine.worker import Worker
from tests.engine.orchestra import ALLOWED, TWICE, Stage, start
from tests.engine.world import ADMIN, ALICE, begin

HELD = 0.05
"""How long who crashed holds what it had begun, in seconds."""


@pytest.fixture
def stage(store, clock, run):
    return Stage(store, clock, run, engine=ALLOWED)


@pytest.mark.parametrize("wait", [True, False])
def test_one_that_was_erased_is_told_to_be_gone_and_not_started_again(stage, wait):
    parent = begin(stage.engine, stage.run, ALICE, "hiring", "ask", start(wait=wait))["id"]
    if wait:
        stage.work()
    else:
        lose_the_answer(stage)
    (child,) = stage.of("check")
    stage.run(stage.engine.admin.erase(ADMIN, EraseCommand(child, "Asked")))
    stage.work()
    assert stage.answer(parent) == {"process": child, "outcome": "gone"}
    assert stage.of("check") == []


def lose_the_answer(stage):
    """Do what is due, and crash before the answer is stored."""
    now = to_text(stage.clock.now())
    (held,) = stage.run(stage.store.jobs.claim("notify", "engine", now, HELD, 9))
    answer = stage.run(stage.engine.delivery.orchestrating.carry_out(held))
    stage.run(asyncio.sleep(2 * HELD))
    return held, answer


def test_what_was_started_before_a_crash_is_not_started_again(stage):
    parent = begin(stage.engine, stage.run, ALICE, "hiring", "ask", start())["id"]
    _, answer = lose_the_answer(stage)
    stage.work()
    assert [stage.answer(parent)["process"]] == stage.of("check") == [answer.body["process"]]


def test_what_was_stepped_before_a_crash_is_not_stepped_again(stage):
    stage.keep(TWICE)
    parent = begin(stage.engine, stage.run, ALICE, "twice", "ask")["id"]
    do = stage.engine.delivery.deliver
    stage.run(Worker(stage.store, stage.clock, "notify", do, service="engine", batch=1).work())
    (child,) = stage.of("check")
    now = to_text(stage.clock.now())
    for held in stage.run(stage.store.jobs.claim("notify", "engine", now, HELD, 9)):
        stage.run(stage.engine.delivery.orchestrating.carry_out(held))
    assert stage.answer(parent) is None
    stage.run(asyncio.sleep(2 * HELD))
    stage.act(child, "pass")
    stage.work()
    assert stage.answer(parent)["outcome"] == "stepped"
    actions = [event.get("action") for event in stage.shown(child)["events"]]
    assert actions == [None, "begin", "hurry", "pass"]


def test_two_who_have_the_same_notification_start_one_process(stage):
    begin(stage.engine, stage.run, ALICE, "hiring", "ask", start())
    now = to_text(stage.clock.now())
    (held,) = stage.run(stage.store.jobs.claim("notify", "engine", now, 60.0, 9))
    do = stage.engine.delivery.orchestrating.carry_out

    async def both():
        return await asyncio.gather(do(held), do(held))

    one, two = stage.run(both())
    assert one == two
    assert stage.of("check") == [one.body["process"]]
