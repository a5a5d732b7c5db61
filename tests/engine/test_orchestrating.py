"""A service that is the engine itself: a process starts another, steps it, waits for its end."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from callboard.engine.admin_commands import CancelCommand, MigrateCommand
from callboard.ports.orchestration import OrchestrationConfig
from tests.engine.orchestra import (
    ALLOWED,
    CHILD,
    DAUGHTER,
    MOTHER,
    PARENT,
    TWICE,
    Stage,
    start,
)
from tests.engine.world import ADMIN, ALICE, BOB, LEAVE, begin


@pytest.fixture
def stage(store, clock, run):
    return Stage(store, clock, run, engine=ALLOWED)


def test_a_process_starts_another_and_learns_its_id(stage):
    parent = stage.ask(start(response="papers", actors={"checker": {"id": "bob"}}))
    (child,) = stage.of("check")
    assert stage.answer(parent) == {"process": child, "outcome": "started", "state": "open"}
    document = stage.shown(child)
    assert document["vars"]["given"] == "papers"
    assert document["actors"]["checker"]["id"] == "bob"
    assert document["events"][1]["actor"] == {"key": "service:engine"}


def test_it_need_not_do_the_first_action(stage):
    parent = stage.ask({"start": "check@1.0.0"})
    assert stage.answer(parent)["state"] == "initial"


def test_the_end_of_a_process_is_waited_for(stage):
    parent = stage.ask(start(wait=True))
    (child,) = stage.of("check")
    assert stage.work(days=300) == 0
    stage.act(child, "pass", {"score": 3})
    assert stage.answer(parent) is None
    assert stage.work() == 1
    assert stage.answer(parent) == {
        "process": child,
        "outcome": "ended",
        "state": "(passed)",
        "result": {"score": 3},
    }
    assert stage.tries(parent) == [
        ("sent", f"Waits for the end of {child}."),
        ("answered", "took"),
    ]


def test_variables_are_told_where_the_settings_say_so(store, clock, run):
    config = OrchestrationConfig(("check",), ("begin",), variables=True)
    stage = Stage(store, clock, run, engine=config)
    parent = stage.ask(start(response=5, wait=True))
    stage.act(stage.of("check")[0], "pass")
    stage.work()
    assert stage.answer(parent)["vars"] == {"given": 5}


def test_a_process_steps_one_that_it_started(stage):
    stage.keep(TWICE)
    parent = stage.ask(None, "twice")
    (child,) = stage.of("check")
    assert stage.shown(parent)["vars"]["child"] == child
    assert stage.answer(parent) == {
        "process": child,
        "outcome": "stepped",
        "state": "open",
    }
    last = stage.shown(child)["events"][-1]
    assert (last["action"], last["response"], last["actor"]) == (
        "hurry",
        7,
        {"key": "service:engine"},
    )


def test_a_stranger_cannot_reach_a_process_by_its_id(stage):
    stage.ask(start())
    (child,) = stage.of("check")
    orders = [
        {"step": child, "action": "hurry", "response": 1},
        {"wait": child},
        {"wait": str(UUID(int=2**64))},
        {"wait": "nonsense"},
    ]
    told = {stage.refused(stage.ask(order)) for order in orders}
    assert told == {"Nothing was done: there is no such process, or it is not this service's."}
    assert len(stage.shown(child)["events"]) == 2


def test_one_that_may_reach_others_reaches_those_that_name_it(store, clock, run):
    config = replace(ALLOWED, scenarios=("*",), reach="any")
    stage = Stage(store, clock, run, engine=config)
    stage.keep(LEAVE)
    named = begin(stage.engine, run, BOB, "check", "begin")["id"]
    other = begin(stage.engine, run, ALICE, "leave")["id"]
    order = {"step": named, "action": "hurry", "response": 1, "wait": True}
    parent = stage.ask(order)
    assert "no such process" in stage.refused(stage.ask({"wait": other}))
    stage.act(named, "pass", "well")
    stage.work()
    assert stage.answer(parent)["result"] == "well"


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"start": "secret"}, "settings of this service do not allow it"),
        ({"start": "check", "action": "pass"}, "settings of this service do not allow it"),
        ({"start": "none"}, "no scenario 'none'"),
        (start(response={}, actors={"checker": {"role": "x"}}), "fixed by the scenario"),
        (start(actors={"nobody": {}}), "no actor 'nobody'"),
        ({"start": "check", "action": "hurry"}, "hurry"),
        ("start check", "the message is to be {start: SCENARIO}"),
        ({"begin": "check"}, "the message is to be {start: SCENARIO}"),
        ({"start": "check", "depth": 0}, "there can be no 'depth'"),
        ({"start": "check", "wait": "yes"}, "'wait' is to be true or false"),
        ({"start": {"name": "check"}}, "'start' is to be a text"),
        ({"start": "check", "response": 1}, "'response' without an 'action'"),
        ({"start": "check", "actors": ["bob"]}, "'actors' is to say"),
        ({"start": "check", "actors": {"checker": "bob"}}, "actor 'checker' is to be an object"),
        ({"start": "check", "actors": {"checker": {"id": 7}}}, "'id' of actor 'checker'"),
        ({"step": "x"}, "'action' is to be a text"),
        ({"wait": None}, "'wait' is to be a text"),
    ],
)
def test_what_cannot_be_done_is_given_up_and_says_why(stage, order, why):
    parent = stage.ask(order)
    assert why in stage.refused(parent)
    assert stage.of("check") == stage.of("secret") == []
    assert len(stage.tries(parent)) == 1


def test_actions_are_denied_where_none_is_allowed(store, clock, run):
    stage = Stage(store, clock, run, engine=OrchestrationConfig(("check",)))
    assert "do not allow" in stage.refused(stage.ask(start()))
    assert stage.answer(stage.ask({"start": "check"}))["outcome"] == "started"


def test_an_action_that_the_other_process_refuses_is_seen(stage):
    stage.keep(TWICE.replace("response: 7", "response: seven"))
    parent = stage.ask(None, "twice")
    assert "'hurry' was refused" in stage.refused(parent)
    assert stage.shown(stage.of("check")[0])["events"][-1]["skipped"]


def test_one_that_has_ended_already_is_told_at_once(stage):
    stage.keep(CHILD.replace("goto: open", "goto: (ended)").replace("name: check", "name: brief"))
    quick = replace(ALLOWED, scenarios=("brief",))
    stage.engine.delivery.orchestrating.services["engine"] = quick
    parent = stage.ask({"start": "brief", "action": "begin", "wait": True})
    assert stage.answer(parent)["outcome"] == "ended"
    assert stage.tries(parent) == [("answered", "took")]


def test_one_that_was_cancelled_is_told_so(stage):
    parent = stage.ask(start(wait=True))
    (child,) = stage.of("check")
    stage.run(stage.engine.admin.cancel(ADMIN, CancelCommand(child, "No more")))
    stage.work()
    assert stage.answer(parent) == {
        "process": child,
        "outcome": "cancelled",
        "state": "open",
        "result": None,
    }


def test_who_left_the_state_is_told_no_more(stage):
    parent = stage.ask(start(wait=True))
    stage.act(parent, "late", who=ALICE)
    (child,) = stage.of("check")
    stage.act(child, "pass")
    stage.work()
    assert stage.shown(parent)["current"]["key"] == "(late)"
    assert stage.tries(parent) == [("sent", f"Waits for the end of {child}.")]


def test_several_are_waited_for_at_once(stage):
    one = "{start: check, action: begin, response: 1, wait: true}"
    text = PARENT.replace("name: hiring", "name: both").replace(
        "{service: engine, trigger: took, message: !ref vars.asked}",
        f"[{{service: engine, trigger: took, message: {one}}}, "
        f"{{service: engine, trigger: took, after: 1, message: {one}}}]",
    )
    stage.keep(text)
    parent = stage.ask(None, "both")
    stage.work(seconds=1)
    _, second = stage.of("check")
    stage.act(second, "pass")
    stage.work()
    assert stage.answer(parent)["process"] == second


def test_a_migrated_process_goes_on_to_wait(stage):
    parent = stage.ask(start(wait=True))
    stage.keep(PARENT.replace("version: 1.0.0", "version: 2.0.0").replace("Hiring", "New"))
    command = MigrateCommand("hiring@2.0.0", "Newer", dry_run=False, processes=(parent,))
    assert stage.run(stage.engine.admin.migrate(ADMIN, command)).results[0].fits
    stage.work()
    (child,) = stage.of("check")
    stage.act(child, "pass")
    stage.work()
    assert stage.answer(parent)["process"] == child


def test_what_asks_for_nothing_is_no_failure(stage):
    stage.ask(start())
    (child,) = stage.of("check")
    assert stage.tries(child) == [("delivered", "")]


def test_a_child_steps_the_process_that_started_it(stage):
    stage.keep(MOTHER)
    stage.keep(DAUGHTER)
    config = replace(ALLOWED, scenarios=("mother", "daughter"), actions=("begin", "hear"))
    stage.engine.delivery.orchestrating.services["engine"] = config
    mother = stage.ask(None, "mother")
    assert stage.shown(mother)["vars"]["heard"] == "hello"


def test_what_is_allowed_no_more_is_told_no_more(stage):
    parent = stage.ask(start(wait=True))
    services = stage.engine.delivery.orchestrating.services
    services["engine"] = replace(ALLOWED, scenarios=("hiring",))
    stage.act(stage.of("check")[0], "pass", "secret")
    stage.work()
    assert "no such process" in stage.refused(parent)
