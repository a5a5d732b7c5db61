"""What explain says is what a step does: in every state that examples come to, for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from callboard import compile as compile_scenario
from callboard import instantiate, load, normalize, step
from callboard.core.process import explain
from callboard.core.scenario.compiled import Scenario
from callboard.core.schema.samples import samples
from callboard.core.values import ABSENT
from callboard.examples import example_names, load_example

AT = "2026-01-01T12:00:00.000Z"
UNTOLD = {"response-invalid", "process-invalid"}
"""What only a response can bring about."""

GATE = """
title: Gate
actors: {one: {}, two: {}}
vars: {open: {type: boolean, default: false}, count: {type: integer, maximum: 1, default: 0}}
actions:
  open: {actor: one, update: {set: vars.open, value: true}}
  pass: {actor: [one, two]}
  wait: {actor: two, if: !ref vars.open}
  choose: {actor: one, response: {enum: [left, right]}}
  count: {actor: one, update: {set: vars.count, value: !ref vars.count + `1`}}
  only: {actor: one}
states:
  initial:
    transitions:
      - {on: open, goto: ~}
      - {on: pass, if: !ref vars.open, goto: (done)}
      - {on: wait, goto: ~}
      - {on: choose, if: !ref current.response == 'left', goto: ~}
      - {on: count, goto: ~}
      - {on: only, by: two, goto: ~}
      - {on: go, goto: there}
  there: {on: back, goto: initial}
"""


def made(text: str) -> Scenario:
    return compile_scenario(normalize(load(text)))


def begun(scenario: Scenario) -> tuple[Any, str]:
    process_id = "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10"
    outcome = instantiate(scenario, process_id=process_id, at=AT)
    return outcome.process, outcome.head


def tried(scenario: Scenario, process: Any, head: str, action: str, actor: str) -> list[Any]:
    """The outcomes of the step with responses that fit its schema, or none."""
    state = scenario.states[process["current"]["key"]]
    compiled = state.actions.get(action)
    ready = compiled.ready if compiled is not None else None
    fitting = samples(ready.get("response", {}))[:4] if ready else []
    return [
        step(scenario, process, action=action, actor=actor, response=response, at=AT, head=head)
        for response in (fitting or [ABSENT])
    ]


def compare(scenario: Scenario, process: Any, head: str) -> list[Any]:
    """Hold explain against steps, for everybody and everything; the steps that were taken."""
    taken = []
    for actor in (*process["actors"], *scenario.services, "nobody"):
        for action in sorted(scenario.action_keys):
            told = explain(scenario, process, action=action, actor=actor)
            outcomes = tried(scenario, process, head, action, actor)
            codes = [{reason.code for reason in outcome.errors} - UNTOLD for outcome in outcomes]
            if told.may == "yes":
                assert all(not found for found in codes), (action, actor, codes)
            elif told.may == "no":
                expected = {reason.code for reason in told.reasons} - UNTOLD
                assert all(outcome.errors for outcome in outcomes), (action, actor, told)
                assert all(found == expected for found in codes), (action, actor, codes, told)
            taken += [outcome for outcome in outcomes if not outcome.errors]
    return taken


@pytest.mark.parametrize("name", [*example_names(), "gate"])
def test_explain_agrees_with_steps(name: str) -> None:
    scenario = made(GATE if name == "gate" else load_example(name))
    reached = [begun(scenario)]
    met = {reached[0][0]["current"]["key"]}
    for process, head in reached:
        for outcome in compare(scenario, process, head):
            key = outcome.process["current"]["key"]
            if key not in met:
                met.add(key)
                reached.append((outcome.process, outcome.head))
    assert len(met) > 1


def told(action: str, actor: str, *steps: str) -> Any:
    scenario = made(GATE)
    process, head = begun(scenario)
    for name in steps:
        outcome = step(scenario, process, action=name, actor="one", at=AT, head=head)
        process, head = outcome.process, outcome.head
    return explain(scenario, process, action=action, actor=actor)


def only_reason(explanation: Any) -> Any:
    (reason,) = explanation.reasons
    return reason


def test_a_guard_is_quoted() -> None:
    reason = only_reason(told("pass", "two"))
    assert (reason.code, reason.details) == ("no-transition", {"guards": ["vars.open"]})
    assert told("pass", "two", "open").may == "yes"


def test_a_condition_of_the_action_counts() -> None:
    assert only_reason(told("wait", "two")).code == "action-condition"


def test_what_the_response_decides_is_left_open() -> None:
    assert told("choose", "one").may == "depends"
    assert told("choose", "two").may == "no"


def test_what_the_action_itself_changes_counts() -> None:
    assert told("count", "one").may == "yes"
    assert only_reason(told("count", "one", "count")).code == "process-invalid"


def test_by_is_told() -> None:
    assert only_reason(told("only", "one")).details == {"by": ["two"]}


def test_the_states_with_the_action_are_told() -> None:
    assert only_reason(told("back", "one")).details == {"states": ["there"]}


def test_whoever_is_nobody_is_told_so() -> None:
    assert "actor-unknown" in {reason.code for reason in told("pass", "nobody", "open").reasons}
