"""Stepping a process, and what is refused with and without an event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.process import verify
from callboard.engine import Engine
from callboard.errors import (
    EvaluationError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PreconditionError,
)
from tests.engine.world import ADMIN, ALICE, BOB, DAVID, CountedIds, act, begin, key

NOWHERE = "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10"


@pytest.fixture
def asked(engine, run):
    """A process that waits for a manager."""
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


def document(engine, run, process, caller=ADMIN):
    return run(engine.processes.get(caller, process)).document


def test_a_step_moves_the_process(engine, run, asked):
    result = act(engine, run, BOB, asked, "approve")
    after = document(engine, run, asked)
    assert after["current"]["key"] == "(approved)"
    assert (result.head, result.reasons) == (after["events"][-1]["hash"], ())
    assert verify(after["events"]).ok


def test_a_refused_step_is_in_the_chain_and_changes_nothing_else(engine, run, asked):
    result = act(engine, run, ALICE, asked, "note", response=5)
    after = document(engine, run, asked)
    assert [reason.code for reason in result.reasons] == ["response-invalid"]
    assert after["events"][-1]["skipped"] is True
    assert after["events"][-1]["hash"] == result.head
    assert after["current"]["key"] == "asked"


def test_a_step_on_an_ended_process_is_refused(engine, run, asked):
    act(engine, run, BOB, asked, "approve")
    assert act(engine, run, BOB, asked, "approve").reasons[0].code == "action-not-in-state"
    assert not document(engine, run, asked)["isRunning"]


@pytest.mark.parametrize("process", [NOWHERE, "no-uuid", "", "../x", "\x00"])
def test_there_is_no_such_process(engine, run, process):
    with pytest.raises(NotFoundError) as absent:
        act(engine, run, ADMIN, process, "approve")
    with pytest.raises(NotFoundError):
        run(engine.processes.get(ADMIN, process))
    assert absent.value.problem == "not-found"


def test_somebody_elses_process_is_as_one_that_is_not_there(engine, run, asked):
    errors = []
    for process in (asked, NOWHERE):
        for more in ({}, {"as_actor": "manager"}, {"if_match": ("x",)}):
            with pytest.raises(NotFoundError) as caught:
                act(engine, run, DAVID, process, "approve", **more)
            errors.append(caught.value.message)
    with pytest.raises(NotFoundError) as caught:
        act(engine, run, DAVID, asked, "no-such-action")
    assert set(errors) == {caught.value.message}


def test_an_id_may_be_in_capitals(engine, run, asked):
    assert act(engine, run, BOB, asked.upper(), "approve").process == asked


def test_an_action_that_no_transition_names_is_not_found(engine, run, asked):
    with pytest.raises(NotFoundError, match="no action 'fly'"):
        act(engine, run, BOB, asked, "fly")
    assert len(document(engine, run, asked)["events"]) == 2


def test_who_sees_the_process_and_may_not_claim_the_actor_is_forbidden(engine, run, asked):
    with pytest.raises(ForbiddenError):
        act(engine, run, ALICE, asked, "approve", as_actor="manager")
    assert len(document(engine, run, asked)["events"]) == 2


def test_if_match_lets_only_the_seen_state_be_stepped(engine, run, asked):
    seen = document(engine, run, asked)["events"][-1]["hash"]
    with pytest.raises(PreconditionError):
        act(engine, run, BOB, asked, "approve", if_match=("stale", "other"))
    assert len(document(engine, run, asked)["events"]) == 2
    assert act(engine, run, BOB, asked, "note", response="x", if_match=("old", seen)).reasons == ()
    assert act(engine, run, BOB, asked, "approve", if_match=("*",)).reasons == ()


def test_time_never_goes_back(engine, run, clock, asked):
    before = document(engine, run, asked)["events"][-1]["timestamp"]
    clock.move(hours=-5)
    act(engine, run, BOB, asked, "approve")
    assert document(engine, run, asked)["events"][-1]["timestamp"] == before


def test_a_step_answers_with_the_process_when_asked(engine, run, asked):
    stepper = key(service="supplier", privileges=("process:start", "process:step"))
    order = begin(engine, run, ALICE, "order", "order")["id"]
    result = act(engine, run, stepper, order, "confirm", represent=True)
    assert result.view == run(engine.processes.get(ADMIN, order))
    assert act(engine, run, BOB, asked, "note", response="x").view is None
    shown = act(engine, run, BOB, asked, "note", response="y", predict=True).view
    assert [state["key"] for state in shown.document["next"]] == ["(approved)"]


BROKEN = """
title: Broken
name: broken
version: 1.0.0
vars: {n: {default: 1}}
actions:
  fail: {update: {set: vars.n, value: !ref "abs(title)"}}
  grow: {update: {set: vars.n, value: !ref "[vars.n, vars.n, vars.n, vars.n]"}}
states:
  initial:
    transitions: [{on: fail, goto: ~}, {on: grow, goto: ~}]
"""


def test_an_expression_that_fails_changes_nothing(engine, run):
    run(engine.scenarios.store(ADMIN, BROKEN, "application/yaml"))
    process = begin(engine, run, ALICE, "broken", as_actor="actor")["id"]
    with pytest.raises(EvaluationError):
        act(engine, run, ALICE, process, "fail")
    assert len(document(engine, run, process)["events"]) == 1


def test_a_process_does_not_grow_beyond_its_limit(store, clock, run):
    engine = Engine(store, clock, CountedIds(), limits=replace(DEFAULT_LIMITS, process_bytes=2_000))
    run(engine.scenarios.store(ADMIN, BROKEN, "application/yaml"))
    process = begin(engine, run, ALICE, "broken", as_actor="actor")["id"]
    for _ in range(4):
        act(engine, run, ALICE, process, "grow")
    with pytest.raises(InvalidError) as caught:
        act(engine, run, ALICE, process, "grow")
    assert caught.value.problem == "process-too-large"
    assert not any(event.get("skipped") for event in document(engine, run, process)["events"])
