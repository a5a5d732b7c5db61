"""Which actor a step is done as."""

from __future__ import annotations

import pytest

from callboard.errors import ForbiddenError, InvalidError
from tests.engine.world import ADMIN, ALICE, BOB, LEAVE, act, begin, user

ZOE = user("zoe", "management", by="forged", key="forged", roles=["admin"], name="Zoe")

TURNS = """
title: Turns
name: turns
version: 1.0.0
actors: {first: {role: support}, second: {role: support}, other: {role: management}}
vars: {n: {default: 0}}
actions:
  play:
    if: !ref "current.actor.key == 'first' && vars.n == `0` || current.actor.key == 'second'"
    update: {set: vars.n, value: !ref "vars.n + `1`"}
states:
  initial: {on: play, goto: ~}
"""


@pytest.fixture
def asked(engine, run):
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


def last_actor(engine, run, process):
    return run(engine.processes.get(ADMIN, process)).document["events"][-1]["actor"]


def test_a_user_is_an_actor_by_a_role(engine, run, asked):
    act(engine, run, BOB, asked, "approve")
    assert last_actor(engine, run, asked) == {"key": "manager", "id": "bob"}


def test_claims_of_a_user_never_say_who_acted(engine, run, asked):
    act(engine, run, ZOE, asked, "approve")
    assert last_actor(engine, run, asked) == {"key": "manager", "id": "zoe", "name": "Zoe"}


def test_an_operator_acts_for_an_actor_and_is_recorded_so(engine, run, asked):
    act(engine, run, ADMIN, asked, "approve", as_actor="manager")
    assert last_actor(engine, run, asked) == {"key": "manager", "by": "root", "name": "Root"}


def test_an_operator_need_not_name_the_only_actor(engine, run, asked):
    act(engine, run, ADMIN, asked, "approve")
    assert last_actor(engine, run, asked)["key"] == "manager"
    order = begin(engine, run, ALICE, "order", "order")["id"]
    act(engine, run, ADMIN, order, "confirm", as_actor="service:supplier")
    assert last_actor(engine, run, order) == {
        "key": "service:supplier",
        "by": "root",
        "name": "Root",
    }


def test_an_operator_names_one_of_several(engine, run, asked):
    with pytest.raises(InvalidError, match="employee, manager") as caught:
        act(engine, run, ADMIN, asked, "note", response="x")
    assert [reason.details["key"] for reason in caught.value.reasons] == ["employee", "manager"]


def test_an_operator_is_first_who_it_is_itself(engine, run):
    process = begin(engine, run, ADMIN, action="ask", response=1)["id"]
    act(engine, run, ADMIN, process, "note", response="x")
    assert last_actor(engine, run, process) == {"key": "employee", "id": "root", "name": "Root"}


@pytest.mark.parametrize("claimed", ["nobody", "service:other", "guest_1", "*", ""])
def test_nobody_acts_as_an_actor_that_is_not_there(engine, run, asked, claimed):
    for caller in (ADMIN, BOB):
        with pytest.raises(ForbiddenError):
            act(engine, run, caller, asked, "approve", as_actor=claimed)


def test_only_the_candidate_for_the_action_is_taken(engine, run):
    both = user("eve", "management")
    actors = {"employee": {"id": "eve"}}
    process = begin(engine, run, both, action="ask", response=1, actors=actors)["id"]
    act(engine, run, both, process, "approve")
    assert last_actor(engine, run, process)["key"] == "manager"
    again = begin(engine, run, both, action="ask", response=1, actors=actors)["id"]
    with pytest.raises(InvalidError, match="several"):
        act(engine, run, both, again, "note", response="x")


def test_who_may_act_is_worked_out_for_each_candidate(engine, run):
    run(engine.scenarios.store(ADMIN, TURNS, "application/yaml"))
    process = begin(engine, run, ALICE, "turns")["id"]
    with pytest.raises(InvalidError, match="first, second"):
        act(engine, run, ALICE, process, "play")
    act(engine, run, ALICE, process, "play", as_actor="first")
    act(engine, run, ALICE, process, "play")
    assert last_actor(engine, run, process)["key"] == "second"


def test_who_is_no_candidate_is_refused_by_the_scenario(engine, run, asked):
    result = act(engine, run, ALICE, asked, "approve")
    assert [reason.code for reason in result.reasons] == ["actor-not-allowed"]
    assert last_actor(engine, run, asked)["id"] == "alice"


def test_the_refusal_is_of_an_actor_whom_the_action_is_for(engine, run):
    process = begin(engine, run, ADMIN, actors={"employee": {"id": "x"}})["id"]
    result = act(engine, run, ADMIN, process, "approve")
    assert result.reasons[0].code == "action-not-in-state"
    ask = act(engine, run, ADMIN, process, "ask", response=0)
    assert last_actor(engine, run, process)["key"] == "employee"
    assert ask.reasons[0].code == "response-invalid"


def test_an_actor_that_is_nobody_is_taken_at_the_start_only(engine, run):
    text = LEAVE.replace("{title: Manager, role: management}", "{title: Manager}")
    scenario = run(engine.scenarios.store(ADMIN, text, "application/yaml"))
    process = begin(engine, run, ALICE, scenario, "ask", 1, as_actor="employee")["id"]
    with pytest.raises(ForbiddenError):
        act(engine, run, ALICE, process, "approve", as_actor="manager")
    assert act(engine, run, ALICE, process, "approve").reasons
    assert last_actor(engine, run, process)["key"] == "employee"
