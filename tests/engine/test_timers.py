"""Time-outs: each happens once, at its time, whatever else goes on (specification: services)."""

from __future__ import annotations

import asyncio

import pytest

from callboard.core.process import replay
from callboard.engine.times import to_text
from callboard.engine.worker import Worker
from tests.engine.world import ADMIN, ALICE, act, begin

WAITING = """
title: Waiting
name: waiting
version: 1.0.0
actors: {one: {role: support}}
vars: {urgent: {type: boolean, default: false}, count: {type: integer, default: 0}}
actions:
  poke: {actor: one}
  rush: {actor: one, update: {set: vars.urgent, value: true}}
  go: {actor: one}
states:
  initial:
    transitions:
      - {on: poke, goto: ~}
      - {on: rush, goto: ~}
      - {on: go, goto: again}
      - {after: 1 minute, if: !ref vars.urgent, goto: (urgent)}
      - {after: 1 hour, goto: ~}
      - {after: 2 hours, goto: (late)}
  again:
    transitions:
      - {on: go, goto: again}
      - {after: 10 minutes, goto: (forgotten)}
"""


@pytest.fixture
def worker(engine, clock):
    return Worker(engine.timers.store, clock, "timer", engine.timers.fire)


@pytest.fixture
def process(engine, run):
    run(engine.scenarios.store(ADMIN, WAITING, "application/yaml"))
    return begin(engine, run, ALICE, "waiting")["id"]


@pytest.fixture
def after(run, clock, worker):
    """Let time pass, then do what is due."""

    def pass_by(**delta):
        clock.move(**delta)
        while run(worker.work()):
            pass

    return pass_by


@pytest.fixture
def shown(engine, run, process):
    def read():
        return run(engine.processes.get(ADMIN, process)).document

    return read


def happened(document):
    """The time-outs of a process, by when they happened."""
    return [e["timestamp"][11:19] for e in document["events"][1:] if "action" not in e]


def test_nothing_happens_before_its_time(after, shown):
    after(minutes=59)
    assert happened(shown()) == []
    after(minutes=1)
    assert happened(shown()) == ["13:00:00"]


def test_each_time_out_happens_once(after, shown):
    for _ in range(30):
        after(minutes=10)
    assert happened(shown()) == ["13:00:00", "14:00:00"]
    assert shown()["current"]["key"] == "(late)"


def test_an_if_that_refuses_leaves_its_turn_to_the_next(engine, run, process, after, shown):
    after(minutes=2)
    assert happened(shown()) == []
    act(engine, run, ALICE, process, "rush")
    after(minutes=58)
    assert shown()["current"]["key"] == "(urgent)"


def test_staying_keeps_the_clock(engine, run, process, after, shown):
    after(minutes=50)
    act(engine, run, ALICE, process, "poke")
    after(minutes=10)
    assert happened(shown()) == ["13:00:00"]


def test_leaving_drops_the_timer_and_entering_again_starts_it_anew(
    engine, run, process, after, shown
):
    act(engine, run, ALICE, process, "go")
    after(minutes=9)
    act(engine, run, ALICE, process, "go")
    after(minutes=9)
    assert happened(shown()) == []
    after(minutes=1)
    assert shown()["current"]["key"] == "(forgotten)"


def test_what_was_due_while_nobody_worked_happens_on_return(after, shown, clock):
    after(days=3)
    assert shown()["current"]["key"] == "(late)"
    assert shown()["events"][-1]["timestamp"] == to_text(clock.now())


def test_a_clock_that_goes_back_makes_no_event_before_it_was_due(engine, run, clock, worker, shown):
    clock.move(hours=1)
    (held,) = run(engine.timers.store.jobs.claim("timer", None, to_text(clock.now()), 60, 9))
    clock.move(minutes=-30)
    run(engine.timers.fire(held))
    assert happened(shown()) == []
    clock.move(minutes=30)
    while run(worker.work()):
        pass
    assert happened(shown()) == ["13:00:00"]


def test_the_chain_replays(engine, run, process, after, shown):
    after(hours=1)
    act(engine, run, ALICE, process, "rush")
    after(hours=5)
    document = shown()
    scenario = run(engine.timers.reading.cache.get(document["scenario"]["id"]))
    rebuilt = replay(scenario, document["events"])
    assert rebuilt["current"] == document["current"]


def test_of_two_who_hold_a_timer_one_makes_the_event(engine, run, clock, process, shown):
    clock.move(hours=1)
    store = engine.timers.store
    (first,) = run(store.jobs.claim("timer", None, to_text(clock.now()), 0.0, 9))
    run(asyncio.sleep(0.002))
    (second,) = run(store.jobs.claim("timer", None, to_text(clock.now()), 60, 9))
    assert second.claim.fence > first.claim.fence
    assert not run(engine.timers.fire(first))
    assert run(engine.timers.fire(second))
    assert happened(shown()) == ["13:00:00"]


def test_a_timer_that_was_taken_before_a_step_left_its_state_does_nothing(
    engine, run, clock, process, shown
):
    clock.move(hours=2)
    (held,) = run(engine.timers.store.jobs.claim("timer", None, to_text(clock.now()), 60, 9))
    act(engine, run, ALICE, process, "go")
    assert not run(engine.timers.fire(held))
    assert happened(shown()) == []
    assert shown()["current"]["key"] == "again"


def test_a_worker_sleeps_until_something_is_due(engine, run, clock, worker, process, shown):
    async def work():
        working = asyncio.create_task(worker.run())
        await asyncio.sleep(0.05)
        clock.move(hours=2)
        worker.wake()
        for _ in range(200):
            if (await engine.processes.get(ADMIN, process)).document["current"]["key"] == "(late)":
                break
            await asyncio.sleep(0.01)
        worker.stop()
        await asyncio.wait_for(working, 5)

    run(work())
    assert shown()["current"]["key"] == "(late)"
