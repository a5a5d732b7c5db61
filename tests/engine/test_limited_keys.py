"""What an API key may do within its limits (specification: api, details 7)."""

from __future__ import annotations

import pytest

from callboard.engine.commands import ListCommand
from callboard.errors import ForbiddenError, NotFoundError
from callboard.ports.caller import ProcessLimit
from tests.engine.world import ADMIN, ALICE, DAVID, act, begin, key

MANAGER = key(ProcessLimit("leave", ("manager",), ("approve",)))
SUPPLIER = key(service="supplier")


@pytest.fixture
def asked(engine, run):
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


@pytest.fixture
def ordered(engine, run):
    return begin(engine, run, ALICE, "order", "order")["id"]


def sees(engine, run, caller, process):
    """Whether a caller sees a process: by itself, and in its list."""
    found = {item["id"] for item in run(engine.processes.list(caller, ListCommand())).items}
    try:
        run(engine.processes.get(caller, process))
    except NotFoundError:
        assert process not in found
        return False
    assert process in found
    return True


def test_a_key_acts_as_the_actor_of_its_limit(engine, run, asked):
    assert act(engine, run, MANAGER, asked, "approve").reasons == ()
    event = run(engine.processes.get(MANAGER, asked)).document["events"][-1]
    assert event["actor"] == {"key": "manager", "by": "key:k"}


def test_a_key_does_no_other_action(engine, run, asked):
    for as_actor in (None, "manager"):
        with pytest.raises(ForbiddenError):
            act(engine, run, MANAGER, asked, "note", response="x", as_actor=as_actor)


def test_a_key_is_no_other_actor(engine, run, asked):
    with pytest.raises(ForbiddenError):
        act(engine, run, MANAGER, asked, "approve", as_actor="employee")
    with pytest.raises(ForbiddenError):
        act(engine, run, MANAGER, asked, "approve", as_actor="service:supplier")


def test_a_key_sees_only_what_it_is_limited_to(engine, run, asked, ordered):
    assert sees(engine, run, MANAGER, asked)
    assert not sees(engine, run, MANAGER, ordered)
    with pytest.raises(NotFoundError):
        act(engine, run, MANAGER, ordered, "order")


@pytest.mark.parametrize(
    ("limit", "visible"),
    [
        (ProcessLimit(), (True, True)),
        (ProcessLimit("leave"), (True, False)),
        (ProcessLimit("lea"), (False, False)),
        (ProcessLimit(actors=("buyer",)), (False, True)),
        (ProcessLimit("leave", ("buyer",)), (False, False)),
        (ProcessLimit(actors=("*",)), (True, True)),
        (ProcessLimit(actors=()), (False, False)),
        (ProcessLimit(actions=()), (True, True)),
    ],
)
def test_entries_without_a_part_mean_any(engine, run, asked, ordered, limit, visible):
    caller = key(limit)
    assert tuple(sees(engine, run, caller, process) for process in (asked, ordered)) == visible


def test_a_limit_names_a_scenario_by_its_id_too(engine, run, asked, ordered):
    scenario = run(engine.processes.get(ADMIN, asked)).document["scenario"]["id"]
    caller = key(ProcessLimit(scenario))
    assert sees(engine, run, caller, asked)
    assert not sees(engine, run, caller, ordered)


def test_a_limit_by_name_holds_for_disabled_versions(engine, run, asked):
    scenario = run(engine.processes.get(ADMIN, asked)).document["scenario"]["id"]
    run(engine.scenarios.disable(ADMIN, scenario))
    assert sees(engine, run, MANAGER, asked)


def test_a_key_without_limits_or_service_is_nobody(engine, run, asked):
    assert not sees(engine, run, key(), asked)
    with pytest.raises(NotFoundError):
        act(engine, run, key(), asked, "approve", as_actor="manager")


def test_operators_pass_over_their_limits(engine, run, asked, ordered):
    caller = key(ProcessLimit("order"), privileges=("process:super", "process:step"))
    assert act(engine, run, caller, asked, "approve").reasons == ()
    event = run(engine.processes.get(ADMIN, asked)).document["events"][-1]
    assert event["actor"] == {"key": "manager", "by": "key:k"}


def test_a_service_sees_and_does_what_is_its_own(engine, run, asked, ordered):
    assert sees(engine, run, SUPPLIER, ordered)
    assert not sees(engine, run, SUPPLIER, asked)
    assert act(engine, run, SUPPLIER, ordered, "confirm").reasons == ()
    event = run(engine.processes.get(ADMIN, ordered)).document["events"][-1]
    assert event["actor"] == {"key": "service:supplier"}


@pytest.mark.parametrize("claimed", ["buyer", "service:other"])
def test_a_service_is_nothing_but_itself(engine, run, ordered, claimed):
    for caller in (SUPPLIER, key(service="supplier", privileges=("*",))):
        with pytest.raises(ForbiddenError):
            act(engine, run, caller, ordered, "confirm", as_actor=claimed)


@pytest.mark.parametrize(
    ("limit", "visible"),
    [
        (ProcessLimit("order"), True),
        (ProcessLimit("leave"), False),
        (ProcessLimit(actors=("service:supplier",)), True),
        (ProcessLimit(actors=("buyer",)), False),
    ],
)
def test_limits_hold_for_services_too(engine, run, ordered, limit, visible):
    assert sees(engine, run, key(limit, service="supplier"), ordered) is visible


def test_a_key_starts_only_its_scenarios(engine, run):
    caller = key(ProcessLimit("leave", ("employee",), ("ask",)))
    assert begin(engine, run, caller, action="ask", response=1)["current"]["key"] == "asked"
    with pytest.raises(ForbiddenError):
        begin(engine, run, caller, "order")


def test_a_key_starts_with_no_other_action(engine, run):
    caller = key(ProcessLimit("leave", ("employee",), ("approve",)))
    with pytest.raises(ForbiddenError):
        begin(engine, run, caller, action="ask", response=1)


def test_a_key_names_no_other_actors(engine, run):
    caller = key(ProcessLimit("leave", ("employee",)))
    process = begin(engine, run, caller, actors={"employee": {"id": "david"}})["id"]
    assert run(engine.processes.get(DAVID, process))
    with pytest.raises(ForbiddenError):
        begin(engine, run, caller, actors={"manager": {"id": "david"}})


def test_a_key_becomes_no_actor_by_starting(engine, run):
    process = begin(engine, run, key(ProcessLimit("leave")), action="ask", response=1)
    assert "id" not in process["actors"]["employee"]
    assert process["events"][1]["actor"] == {"key": "employee", "by": "key:k"}


def test_a_key_without_limits_starts_and_does_nothing(engine, run):
    assert begin(engine, run, key())["current"]["key"] == "initial"
    with pytest.raises(ForbiddenError):
        begin(engine, run, key(), action="ask", response=1)
    with pytest.raises(ForbiddenError):
        begin(engine, run, key(), as_actor="employee")
