"""Whatever a key can do that a key has issued, that key could do (api, section 2).

Random keys issue random keys, which issue others; all that each can do in any process is compared.
"""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.core.process import instantiate
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import is_service
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.choosing import check_named
from callboard.engine.commands import IssueCommand
from callboard.engine.grants import check_grant
from callboard.errors import ForbiddenError
from callboard.ports.caller import PRIVILEGES, Caller, KeyIdentity, Privilege, limit_of
from tests.engine.test_visibility import SCENARIOS

AT = "2026-01-01T00:00:00.000Z"
ACTIONS = ["go", "end", "other"]
ACTORS = ["one", "two", "three", "host", "guest_*", "guest_1", "*", "service:s1", "service:*"]
LIMITED: list[Privilege] = ["process:read", "process:start", "process:step", "apikey:issue"]


def world() -> list[tuple[Scenario, JsonObject]]:
    """A process of each scenario."""
    made = []
    for text in SCENARIOS:
        scenario = compile_scenario(normalize(cast("JsonObject", load(text))))
        actors: dict[str, JsonObject] = {"guest_1": {}} if scenario.wildcard_actors else {}
        process = instantiate(scenario, process_id="p", at=AT, actors=actors).process
        made.append((scenario, process))
    return made


WORLD = world()
NAMES = ["plain", "guests", "computed", "absent", *(scenario.id for scenario, _ in WORLD)]


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=3)


entries = st.fixed_dictionaries(
    {},
    optional={
        "scenario": st.sampled_from(NAMES),
        "actors": some(ACTORS),
        "actions": some(ACTIONS),
    },
)
privileges = st.lists(st.sampled_from(LIMITED), unique=True) | st.lists(
    st.sampled_from(PRIVILEGES), unique=True
)
commands = st.builds(
    IssueCommand,
    name=st.just("k"),
    privileges=privileges.map(tuple),
    processes=st.lists(entries, max_size=3).map(tuple),
    service=st.none() | st.sampled_from(["s1", "s2"]),
)


def caller_of(command: IssueCommand, *more: Privilege) -> Caller:
    """The caller that a key of this command is."""
    limits = tuple(map(limit_of, command.processes))
    names = cast("tuple[Privilege, ...]", command.privileges)
    return Caller(frozenset((*names, *more)), key=KeyIdentity("k", limits, command.service))


def abilities(caller: Caller) -> set[tuple[str, ...]]:
    """Everything that a caller can do, in all processes of the world."""
    found: set[tuple[str, ...]] = {("has", name) for name in PRIVILEGES if caller.may(name)}
    for scenario, process in WORLD:
        standing = access.standing(caller, scenario, process, starting=True)
        name = str(scenario.name)
        if standing.sees:
            found.add(("sees", name))
        if access.may_start(caller, scenario):
            found.add(("starts", name))
        for actor in ("one", "two", "three", "host", "guest_1", "guest_7", "service:s1"):
            if access.may_assign(caller, scenario, actor):
                found.add(("assigns", name, actor))
            if is_service(actor) and actor not in access.services_of(scenario, process):
                continue  # it has no part in it: nobody can do anything as it
            try:
                check_named(caller, standing, scenario, process, actor)
            except ForbiddenError:
                continue
            found |= {
                ("does", name, actor, action)
                for action in ACTIONS
                if access.may_do(caller, scenario, actor, action)
            }
    return found


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(commands, st.lists(commands, min_size=1, max_size=4))
def test_no_key_ever_gives_more_than_it_has(
    first: IssueCommand, others: list[IssueCommand]
) -> None:
    holder = caller_of(first, "apikey:issue")
    for command in others:
        try:
            check_grant(holder, command)
        except ForbiddenError:
            continue
        child = caller_of(command)
        beyond = abilities(child) - abilities(holder)
        assert not beyond, beyond
        if child.may("apikey:issue"):
            holder = child


READ = ("process:read",)
NARROW = IssueCommand("k", READ, processes=({"scenario": "plain", "actors": ["two"]},))


@pytest.mark.parametrize(
    "wider",
    [
        IssueCommand("k", ("*",), processes=NARROW.processes),
        IssueCommand("k", READ, service="s1"),
        IssueCommand("k", READ, processes=({},)),
    ],
)
def test_the_comparison_can_fail(wider: IssueCommand) -> None:
    """What is given here by hand is more, and is seen to be."""
    assert abilities(caller_of(wider)) - abilities(caller_of(NARROW))
