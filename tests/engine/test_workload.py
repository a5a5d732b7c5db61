"""Work that takes long goes to a thread, and comes back when it does not any more."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest

from callboard.engine import choosing
from callboard.engine.commands import InboxCommand
from callboard.engine.explaining import ExplainCommand
from callboard.engine.workload import LONG_SECONDS, MANY, Workload
from tests.engine.test_step import BROKEN
from tests.engine.world import ADMIN, ALICE, act, begin


def idle(seconds):
    """Take time without working."""
    time.sleep(seconds)
    return threading.current_thread()


def busy(seconds):
    """Take the processor's time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return threading.current_thread()


HERE = threading.current_thread()


def test_quick_work_is_done_at_once(run):
    workload = Workload()
    assert run(workload.do("a", idle, 0)) is HERE
    assert not workload.is_heavy("a")


def test_after_long_work_the_next_is_done_in_a_thread(run):
    workload = Workload()
    assert run(workload.do("a", busy, LONG_SECONDS * 1.5)) is HERE
    assert run(workload.do("a", busy, LONG_SECONDS * 1.5)) is not HERE
    assert run(workload.do("b", idle, 0)) is HERE
    assert run(workload.do("a", busy, 0)) is not HERE
    assert run(workload.do("a", busy, 0)) is HERE


def test_work_of_many_parts_is_not_tried_here_first(run):
    workload = Workload()
    assert run(workload.do_parts("a", MANY, partial(idle, 0))) is HERE
    assert run(workload.do_parts("a", MANY + 1, partial(idle, 0))) is not HERE


def test_work_that_fails_is_timed_too(run):
    workload = Workload()

    def fail():
        time.sleep(LONG_SECONDS * 1.5)
        raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            run(workload.do("a", fail))
    assert not workload.is_heavy("a")


def test_what_is_remembered_has_a_bound(run, monkeypatch):
    monkeypatch.setattr("callboard.engine.workload._REMEMBERED", 2)
    workload = Workload()
    for name in "abc":
        run(workload.do(name, idle, LONG_SECONDS * 1.5))
    assert [workload.is_heavy(name) for name in "abc"] == [False, True, True]


def test_a_heavy_scenario_steps_in_threads(engine, run):
    run(engine.scenarios.store(ADMIN, BROKEN, "application/yaml"))
    process = begin(engine, run, ALICE, "broken", as_actor="actor")
    engine.processes.workload._remember(process["scenario"]["id"])
    assert act(engine, run, ALICE, process["id"], "grow", represent=True).view


CROWD = "\n".join(
    [
        "name: crowd",
        "version: 1.0.0",
        "title: Crowd",
        f"actors: {{{', '.join(f'a{number}: {{}}' for number in range(MANY + 1))}}}",
        """actions: {go: {if: !ref "current.actor.key == 'a1'"}}""",
        "states:",
        "  initial: {transitions: [{on: go, goto: again}]}",
        "  again: {transitions: [{on: go, goto: initial}]}",
    ]
)


def test_a_crowd_is_not_judged_in_the_event_loop(engine, run, monkeypatch):
    """Each of its actors may cost what limits allow; together they would hold up everybody."""
    where = []
    judge = choosing.allowed
    monkeypatch.setattr(
        choosing,
        "allowed",
        lambda *given: where.append(threading.current_thread()) or judge(*given),
    )
    run(engine.scenarios.store(ADMIN, CROWD, "application/yaml"))
    process = begin(engine, run, ALICE, "crowd", action="go")
    act(engine, run, ADMIN, process["id"], "go")
    run(engine.explaining.explain(ALICE, ExplainCommand(process["id"])))
    run(engine.inbox.page(ALICE, InboxCommand()))
    assert len(where) > 2 * MANY
    assert HERE not in where
