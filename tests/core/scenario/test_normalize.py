"""Normalisation, beyond what the vectors show: laws, refusals, bounds."""

from copy import deepcopy
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.limits import Limits
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.normalize.periods import seconds_of
from callboard.errors import ScenarioError

ACTORS = ("a", "p_*", "p_1")
ACTIONS = ("x", "y", "initial.x", "b.y")
STATES = ("initial", "b", "*", "(done)", "(seen)")
NAMES = ("*", "a", "p_*", "p_1", "ghost", "service:s", "service:t")

by = st.none() | st.sampled_from(NAMES) | st.lists(st.sampled_from(NAMES), max_size=3)
goto = st.none() | st.sampled_from(STATES)
log = st.none() | st.just(False) | st.dictionaries(st.sampled_from(("title", "if", "x")), st.none())
notify = st.lists(
    st.sampled_from(("s", "service:t"))
    | st.fixed_dictionaries(
        {"service": st.sampled_from(("s", "t"))}, optional={"trigger": st.none()}
    ),
    max_size=2,
)
on = st.none() | st.sampled_from(ACTIONS)
transition = st.fixed_dictionaries({"on": on, "goto": goto}, optional={"by": by, "log": log}) | (
    st.fixed_dictionaries({"after": st.sampled_from((5, "1 day")), "goto": goto})
)
end = st.fixed_dictionaries({}, optional={"tag": st.just("t"), "on": on, "notify": notify})
simple = st.builds(lambda way, rest: {**way, "notify": rest}, transition, notify)
explicit = st.fixed_dictionaries(
    {"transitions": st.lists(transition, max_size=3)},
    optional={"notify": notify, "title": st.none(), "colour": st.just("red")},
)
action = st.fixed_dictionaries({}, optional={"actor": by, "update": st.just("vars.v")})
scenarios = st.fixed_dictionaries(
    {"states": st.dictionaries(st.sampled_from(STATES), simple | explicit | end, min_size=1)},
    optional={
        "actors": st.dictionaries(st.sampled_from(ACTORS), st.just({})),
        "actions": st.dictionaries(st.sampled_from(ACTIONS), action),
    },
)


@given(scenarios)
def test_normalising_twice_changes_nothing_and_never_the_input(scenario: dict) -> None:
    before = deepcopy(scenario)
    try:
        once = normalize(scenario)
    except ScenarioError:
        return
    assert scenario == before
    assert normalize(once) == once


def one_state(**state: object) -> dict:
    return {"states": {"initial": {"on": "x", "goto": "(done)", **state}}}


@pytest.mark.parametrize(
    ("scenario", "pointer"),
    [
        ({}, "/states"),
        ({"states": []}, "/states"),
        ({"$schema": "other", "states": {}}, "/$schema"),
        ({**one_state(), "actors": {"a/b": 5}}, "/actors/a~1b"),
        ({**one_state(), "actors": {"a": {"properties": "x"}}}, "/actors/a/properties"),
        ({**one_state(), "vars": {"a": {"items": {"allOf": [None]}}}}, "/vars/a/items/allOf/0"),
        ({**one_state(), "result": 5}, "/result"),
        ({**one_state(), "actions": {"x": "a"}}, "/actions/x"),
        ({**one_state(), "actions": {"x": {"response": 5}}}, "/actions/x/response"),
        ({**one_state(), "actions": {"x": {"update": [{}]}}}, "/actions/x/update/0"),
        (one_state(on=5), "/states/initial/on"),
        (one_state(by=5), "/states/initial/by"),
        (one_state(log=True), "/states/initial/log"),
        (one_state(after=5), "/states/initial"),
        (one_state(notify=[{"service": None}]), "/states/initial/notify/0"),
        (one_state(notify={"service": "s", "after": "x"}), "/states/initial/notify/after"),
        (one_state(instructions=[]), "/states/initial/instructions"),
        ({"states": {"initial": {"transitions": [5]}}}, "/states/initial/transitions/0"),
        ({"states": {"*": None, "initial": {}}}, "/states/*"),
    ],
)
def test_refusals_name_the_place(scenario: dict, pointer: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        normalize(scenario)
    assert [reason.pointer for reason in refusal.value.reasons] == [pointer]


@pytest.mark.parametrize(
    "period", [-1, 1.5, True, "", "1.5 hours", "2 months", "1e3", 2**53, "9" * 20]
)
def test_what_is_no_period(period: object) -> None:
    with pytest.raises(ScenarioError):
        seconds_of(period, "/after")


def test_a_whole_number_of_seconds_may_be_written_as_a_float() -> None:
    assert seconds_of(5.0, "/after") == 5
    assert isinstance(seconds_of(5.0, "/after"), int)


def test_transitions_keep_further_keys() -> None:
    scenario = {
        "states": {"initial": {"transitions": [{"on": "x", "goto": None, "colour": "red"}]}}
    }
    assert normalize(scenario)["states"]["initial"]["transitions"][0]["colour"] == "red"


def test_an_override_may_be_what_is_implied_anyway() -> None:
    implied = normalize(one_state())["actions"]["initial.x"]
    again = {**one_state(), "actions": {"initial.x": implied}}
    assert normalize(again)["actions"] == {"initial.x": implied}
    changed = {**one_state(), "actions": {"initial.x": {**implied, "title": "Other"}}}
    with pytest.raises(ScenarioError):
        normalize(changed)


def test_a_dot_in_the_name_of_an_action_needs_no_state() -> None:
    scenario = {**one_state(), "actions": {"order.place": {}}}
    assert "order.place" in normalize(scenario)["actions"]
    named = {
        "states": {**one_state(on="order.place")["states"], "order": {}},
        "actions": {"order.place": {}},
    }
    assert "initial.order.place" not in normalize(named)["actions"]


def test_a_wildcard_in_by_means_the_numbered_actors_that_are_declared() -> None:
    scenario = {**one_state(by="p_*"), "actors": {"p_1": {}, "p_x": {}, "p_*": {}}}
    assert normalize(scenario)["actions"]["initial.x"]["actor"] == ["p_1", "p_*"]


def test_a_trigger_that_the_merge_would_give_is_not_found_the_second_time() -> None:
    scenario = {
        "states": {
            "*": {"on": "y", "by": "service:s", "goto": None},
            "initial": {"on": "x", "goto": "(done)", "notify": "s"},
        }
    }
    once = normalize(scenario)
    assert once["states"]["initial"]["notify"][0]["trigger"] is None
    assert normalize(once) == once


@pytest.mark.parametrize(
    ("scenario", "limits"),
    [
        ({"states": {f"s{n}": {} for n in range(11)}}, Limits(states=10)),
        ({**one_state(), "actors": {f"a{n}": {} for n in range(11)}}, Limits(actors=10)),
        (
            {"states": {"*": {"on": "x", "goto": None}, **{f"s{n}": {} for n in range(11)}}},
            Limits(transitions=10),
        ),
    ],
)
def test_limits_hold(scenario: dict, limits: Limits) -> None:
    normalize({**scenario, "states": {"initial": {}}})
    with pytest.raises(ScenarioError):
        normalize(scenario, limits=limits)


def test_the_any_state_cannot_be_multiplied_without_end() -> None:
    big = {"text": "x" * 100_000}
    states = {"*": big, **{f"s{n}": {} for n in range(1000)}}
    with pytest.raises(ScenarioError):
        normalize({"states": states})


def test_implied_actions_cannot_be_multiplied_without_end() -> None:
    transitions = [{"on": f"x{n}", "goto": None} for n in range(9_000)]
    scenario = {
        "actors": {f"a{n}": {} for n in range(1_000)},
        "states": {"initial": {"transitions": transitions}},
    }
    with pytest.raises(ScenarioError):
        normalize(scenario)


def test_services_and_patterns_take_linear_time() -> None:
    services = [f"service:s{n}" for n in range(3_000)]
    scenario = {
        "actors": {f"p_{n}": {} for n in range(1_000)},
        "actions": {"x": {"actor": services}},
        "states": {
            "initial": {
                "transitions": [{"on": "x", "goto": None} for _ in range(5_000)],
                "notify": services,
            }
        },
    }
    before = process_time()
    normalize(scenario)
    assert process_time() - before < 10


def test_a_transition_that_admits_a_service_twice_counts_once() -> None:
    scenario = {
        **one_state(by=["*", "service:s"], notify="s"),
        "actions": {"x": {"actor": ["service:s"]}},
    }
    assert normalize(scenario)["states"]["initial"]["notify"][0]["trigger"] == "x"


def test_a_null_in_a_state_is_a_gap_for_the_any_state() -> None:
    instructions = {"actor": "Ask"}
    any_state = {"colour": "grey", "instructions": instructions}
    initial = {"colour": None, "instructions": {"actor": None}}
    merged = normalize({"states": {"*": any_state, "initial": initial}})["states"]["initial"]
    assert merged["colour"] == "grey"
    assert merged["instructions"] == instructions
