"""Starting a process: by whom, of what, with which actors, and with its first action."""

from __future__ import annotations

import pytest

from callboard.engine.commands import FirstAction, ListCommand, StartCommand
from callboard.errors import ForbiddenError, InvalidError, UnauthenticatedError
from callboard.ports.caller import ANONYMOUS
from tests.engine.world import ADMIN, ALICE, BOB, DAVID, LEAVE, act, begin, key

GUESTS = """
title: Party
actors: {guest_*: {}, host: {}}
actions: {come: {actor: guest_*}}
states: {initial: {on: come, goto: (in)}}
"""


def test_whoever_starts_with_an_action_becomes_its_actor(engine, run):
    process = begin(engine, run, ALICE, action="ask", response=2)
    assert process["actors"]["employee"] == {"title": "Employee", "id": "alice"}
    assert process["events"][0]["actors"] == {"employee": {"id": "alice"}}
    assert process["events"][1]["actor"] == {"key": "employee", "id": "alice", "name": "Alice"}


def test_whoever_starts_without_an_action_becomes_who_may_act_first(engine, run):
    process = begin(engine, run, ALICE)
    assert process["actors"]["employee"]["id"] == "alice"
    assert act(engine, run, ALICE, process["id"], "ask", response=1).reasons == ()


def test_who_is_an_actor_already_becomes_no_other(engine, run):
    process = begin(engine, run, BOB)
    assert "id" not in process["actors"]["employee"]


def test_an_operator_becomes_an_actor_only_by_acting(engine, run):
    assert "id" not in begin(engine, run, ADMIN)["actors"]["employee"]
    acted = begin(engine, run, ADMIN, action="ask", response=1)
    assert acted["actors"]["employee"]["id"] == "root"


def test_as_actor_says_who_the_starter_is(engine, run):
    process = begin(engine, run, ALICE, as_actor="employee")
    assert process["actors"]["employee"]["id"] == "alice"
    with pytest.raises(ForbiddenError):
        begin(engine, run, ALICE, as_actor="manager")
    with pytest.raises(ForbiddenError):
        begin(engine, run, ALICE, as_actor="nobody")


def test_the_starter_may_be_a_new_one_of_many(engine, run):
    run(engine.scenarios.store(ADMIN, GUESTS + "name: party\nversion: 1.0.0", "application/yaml"))
    process = begin(engine, run, DAVID, "party", "come", as_actor="guest_7")
    assert process["actors"]["guest_7"] == {"title": "guest 7", "id": "david"}
    assert process["isRunning"] is False


def test_given_actors_keep_what_was_given(engine, run):
    actors = {"employee": {"title": "Me"}, "manager": {"id": "zoe"}}
    process = begin(engine, run, ALICE, action="ask", response=1, actors=actors)
    assert process["actors"]["employee"] == {"title": "Me", "id": "alice"}
    assert process["actors"]["manager"]["id"] == "zoe"


def test_an_actor_of_somebody_else_is_not_taken(engine, run):
    with pytest.raises(ForbiddenError):
        begin(engine, run, ALICE, action="ask", response=1, actors={"employee": {"id": "zoe"}})


def test_a_role_that_the_scenario_fixes_is_not_set(engine, run):
    with pytest.raises(InvalidError) as caught:
        begin(engine, run, ALICE, actors={"manager": {"role": "support"}})
    assert caught.value.problem == "start-refused"
    assert caught.value.reasons[0].details["role"] is True


def test_nothing_exists_when_the_first_action_is_refused(engine, run):
    with pytest.raises(InvalidError) as caught:
        begin(engine, run, ALICE, action="ask", response=0)
    assert (caught.value.problem, caught.value.reasons[0].keyword) == ("refused", "minimum")
    assert run(engine.processes.list(ADMIN, ListCommand(all=True))).items == []


@pytest.mark.parametrize("action", ["approve", "fly"])
def test_a_first_action_that_cannot_be_is_refused(engine, run, action):
    with pytest.raises(InvalidError):
        begin(engine, run, ALICE, action=action)


@pytest.mark.parametrize(
    "scenario", ["nothing", "leave@9.9.9", "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10", "", "@"]
)
def test_an_unknown_scenario_is_a_bad_request(engine, run, scenario):
    with pytest.raises(InvalidError, match="There is no scenario"):
        begin(engine, run, ALICE, scenario)


def test_a_disabled_scenario_starts_nothing_and_what_runs_goes_on(engine, run):
    process = begin(engine, run, ALICE, action="ask", response=1)
    run(engine.scenarios.disable(ADMIN, process["scenario"]["id"]))
    for wanted in (process["scenario"]["id"], "leave"):
        with pytest.raises(InvalidError):
            begin(engine, run, ALICE, wanted)
    assert act(engine, run, BOB, process["id"], "approve").reasons == ()


def test_a_name_means_the_newest_enabled_version(engine, run):
    ids = {}
    for version in ("1.10.0", "1.9.0", "2.0.0-rc.1"):
        text = LEAVE.replace("1.0.0", version)
        ids[version] = run(engine.scenarios.store(ADMIN, text, "application/yaml"))
    assert begin(engine, run, ALICE)["scenario"]["id"] == ids["2.0.0-rc.1"]
    run(engine.scenarios.disable(ADMIN, ids["2.0.0-rc.1"]))
    assert begin(engine, run, ALICE)["scenario"]["id"] == ids["1.10.0"]
    assert begin(engine, run, ALICE, "leave@1.9.0")["scenario"]["id"] == ids["1.9.0"]


def test_without_the_privilege_nothing_starts(engine, run):
    with pytest.raises(ForbiddenError):
        begin(engine, run, key(privileges=("process:read",)))
    with pytest.raises(UnauthenticatedError):
        begin(engine, run, ANONYMOUS)


def test_what_is_answered_is_what_is_there(engine, run):
    command = StartCommand("leave", action=FirstAction("ask", 3), predict=True)
    started = run(engine.processes.start(ALICE, command))
    assert run(engine.processes.get(ALICE, started.document["id"], predict=True)) == started
    assert [state["key"] for state in started.document["next"]] == ["(approved)"]
