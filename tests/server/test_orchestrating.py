"""A process starts another over the engine's own service, and goes on when that one has ended."""

from __future__ import annotations

import pytest

from tests.server.staging import staged

HIRE = """
title: Hire
name: hire
version: 1.0.0
actors: {recruiter: {role: support}}
actions:
  begin: {actor: recruiter}
  checked: {actor: service:engine, response: {}, update: vars.outcome}
vars: {outcome: {}}
states:
  initial: {on: begin, goto: checking}
  checking:
    notify:
      service: engine
      trigger: checked
      message: {start: check, actors: {checker: {id: bob}}, wait: true}
    on: checked
    transitions:
      - on: checked
        if: !ref current.response.result.passed
        goto: (hired)
      - {on: checked, goto: (refused)}
"""

CHECK = """
title: Check
name: check
version: 1.0.0
actors: {checker: {}}
actions:
  decide: {actor: checker, response: {properties: {passed: boolean}}, update: result}
states:
  initial: {on: decide, goto: (decided)}
"""

ENGINE = {"engine": {"provider": "engine", "scenarios": ["check"]}}


@pytest.fixture
def hired():
    return HIRE.replace("    on: checked\n    transitions:", "    transitions:")


def begin(stage, hired):
    for text in (hired, CHECK):
        stage.world.store(text)
    body = {"scenario": "hire", "action": "begin"}
    parent = stage.world.post("/processes", "alice", json=body).json()["id"]
    stage.until(lambda: stage.tries(parent))
    (task,) = stage.world.get("/tasks", "bob").json()
    return parent, task["process"]["id"]


def decide(stage, child, *, passed):
    path = f"/processes/{child}/decide"
    assert stage.world.post(path, "bob", json={"passed": passed}).status_code == 204


@pytest.mark.parametrize("passed", [True, False])
def test_what_somebody_decides_in_one_process_moves_another(tmp_path, hired, passed):
    with staged(tmp_path, {}, services=ENGINE) as stage:
        parent, child = begin(stage, hired)
        assert stage.tries(parent) == [("engine", "sent", f"Waits for the end of {child}.")]
        decide(stage, child, passed=passed)
        stage.until_state(parent, "(hired)" if passed else "(refused)")
        outcome = stage.shown(parent)["vars"]["outcome"]
        assert (outcome["process"], outcome["outcome"]) == (child, "ended")
        assert outcome["result"] == {"passed": passed}
        by = stage.world.get(f"/admin/processes/{child}", "admin").json()["startedBy"]
        assert by == {"process": parent, "service": "engine", "root": parent, "depth": 1}
        looked = stage.world.get(f"/admin/processes/{parent}", "admin").json()
        assert "startedBy" not in looked


def test_it_waits_over_restarts(tmp_path, hired):
    with staged(tmp_path, {}, services=ENGINE) as first:
        parent, child = begin(first, hired)
    with staged(tmp_path, {}, services=ENGINE) as second:
        assert second.state(parent) == "checking"
        decide(second, child, passed=True)
    with staged(tmp_path, {}, services=ENGINE) as third:
        third.until_state(parent, "(hired)")
        assert len(third.world.get("/processes?scenario=check&all=true", "admin").json()) == 1


def test_operators_see_what_it_may_not(tmp_path, hired):
    other = {"engine": {"provider": "engine", "scenarios": "other"}}
    with staged(tmp_path, {}, services=other) as stage:
        for text in (hired, CHECK):
            stage.world.store(text)
        body = {"scenario": "hire", "action": "begin"}
        parent = stage.world.post("/processes", "alice", json=body).json()["id"]
        stage.until(lambda: stage.world.get("/admin/notifications", "admin").json())
        (failed,) = stage.world.get("/admin/notifications", "admin").json()
        assert (failed["process"], failed["service"]) == (parent, "engine")
        assert "settings of this service do not allow it" in failed["last"]["detail"]
