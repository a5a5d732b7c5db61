"""Validation: what it says, how much it says, and what it costs."""

from __future__ import annotations

import time

import pytest

from callboard.core.limits import Limits
from callboard.core.scenario.validate import validate

STATES = {"initial": {"on": "go", "goto": "(done)"}}


def errors_of(scenario: dict, **options) -> dict[str, str]:
    """Place → message, where each place has one error."""
    errors = validate({"states": STATES, **scenario}, **options)
    assert len({error["instancePath"] for error in errors}) == len(errors), errors
    return {error["instancePath"]: error["message"] for error in errors}


def test_ten_mistakes_are_ten_errors() -> None:
    errors = errors_of(
        {
            "title": 1,
            "tags": "x",
            "name": "expense",
            "actors": {"clerk": {"role": 5}},
            "actions": {"go": {"actor": "klerk", "if": "vars.x", "update": [{"value": 1}]}},
            "vars": {"amount": "numbr", "form": {"properties": {"a": {"minLength": -1}}}},
            "states": {"initial": {"on": "go", "goto": "dnoe"}, "done": {"title": "Done"}},
        }
    )
    assert set(errors) == {
        "",
        "/title",
        "/tags",
        "/actors/clerk/role",
        "/actions/go/actor",
        "/actions/go/if",
        "/actions/go/update/0",
        "/vars/amount",
        "/vars/form/properties/a/minLength",
        "/states/initial/goto",
        "/states/done",
    }


@pytest.mark.parametrize(
    ("change", "place", "hint"),
    [
        ({"vars": {"n": "intger"}}, "/vars/n", "Did you mean 'integer'?"),
        ({"vars": {"n": {"type": "int"}}}, "/vars/n/type", "Did you mean 'integer'?"),
        (
            {"actors": {"line_manager": {}}, "actions": {"go": {"actor": "manager"}}},
            "/actions/go/actor",
            "Did you mean 'line_manager'?",
        ),
        (
            {"actors": {"guest_*": {}}, "actions": {"go": {"actor": "guest_1"}}},
            "/actions/go/actor",
            "'guest_*'",
        ),
        ({"actions": {"go": {"if": "vars.ok"}}}, "/actions/go/if", "{'<ref>': 'vars.ok'}"),
        (
            {"actions": {"go": {"update": {"set": "result", "mode": "apend"}}}},
            "/actions/go/update/mode",
            "Did you mean 'append'?",
        ),
        ({"actions": {"go": {"update": ["result"]}}}, "/actions/go/update/0", "{set: 'result'}"),
        (
            {"states": {"initial": {"transition": []}}},
            "/states/initial",
            "Did you mean `transitions`?",
        ),
        ({"states": {"initail": {"on": "a", "goto": None}}}, "/states", "'initail'"),
        (
            {"states": {"initial": {"on": "a", "goto": "done"}, "(done)": {}}},
            "/states/initial/goto",
            "Did you mean '(done)'?",
        ),
        (
            {"states": {"initial": {"on": "a", "goto": "closed"}}},
            "/states/initial/goto",
            "The key of an end state stands in parentheses: '(closed)'.",
        ),
        (
            {"actions": {"go": {"description": {"<tpl>": {"template": "", "veiw": {}}}}}},
            "/actions/go/description/<tpl>",
            "Did you mean 'view'?",
        ),
        ({"schema": "x", "actions": {"go": {"schema": "ordr"}}}, "/actions/go/schema", "order"),
    ],
)
def test_what_may_have_been_meant(change: dict, place: str, hint: str) -> None:
    message = errors_of(change, schemas={"schema:order": {}})[place]
    assert hint in message


def test_states_under_another_name() -> None:
    (error,) = validate({"state": STATES})
    assert error["message"] == "The scenario has no `states`. Is 'state' meant to be them?"


def test_no_error_is_told_twice() -> None:
    scenario = {"states": {"initial": {"on": "go", "goto": "(done)", "title": {"<ref>": 5}}}}
    assert [error["instancePath"] for error in validate(scenario)] == [
        "/states/initial/title/<ref>"
    ]


def test_a_function_stands_alone() -> None:
    errors = errors_of({"actions": {"go": {"icon": {"<ref>": "a", "also": 1}}}})
    assert errors == {
        "/actions/go/icon": "A data function stands alone; beside `<ref>` there is 'also'."
    }


def test_functions_inside_functions_are_checked() -> None:
    select = {"<select>": {"$": {"<ref>": 1}, "*": {"<tpl>": {"view": {"<ref>": 2}}}}}
    assert set(errors_of({"actions": {"go": {"icon": select}}})) == {
        "/actions/go/icon/<select>/$/<ref>",
        "/actions/go/icon/<select>/*/<tpl>",
        "/actions/go/icon/<select>/*/<tpl>/view/<ref>",
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"not": "string"},
        {"if": {"properties": {"a": "string"}}},
        {"prefixItems": ["string"]},
        {"$ref": "#/x", "properties": {"a": "string"}},
        {"items": "https://example.com/x"},
        {"anyOf": ["#/x"]},
    ],
)
def test_where_normalisation_does_not_reach_a_text_is_no_schema(schema: dict) -> None:
    assert errors_of({"vars": {"v": schema}})


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": "https://example.com/x", "b": "string"}},
        {"$ref": "#/x", "anyOf": ["string"]},
        {"$defs": {"a": "#/x"}, "patternProperties": {"^a": "null"}},
        {"items": "string", "additionalProperties": "object"},
        {"type": None, "not": {"const": 1}, "unknown": "string"},
        True,
    ],
)
def test_shorthands_where_normalisation_reaches(schema: object) -> None:
    assert errors_of({"vars": {"v": schema}}) == {}


def test_what_only_normalisation_would_refuse_is_an_error_too() -> None:
    states = {"review": {"on": "ask", "goto": "(done)"}, **STATES}
    errors = errors_of({"actions": {"review.go": {}}, "states": states})
    assert list(errors) == ["/actions/review.go"]


def test_too_many_states_transitions_and_actors() -> None:
    limits = Limits(states=2, transitions=3, actors=1)
    many = {f"(s{number})": {} for number in range(3)}
    assert list(errors_of({"states": {**STATES, **many}}, limits=limits)) == ["/states"]
    ways = [{"on": "go", "goto": None}] * 4
    states = {"initial": {"transitions": ways}}
    assert list(errors_of({"states": states}, limits=limits)) == ["/states"]
    assert list(errors_of({"actors": {"a": {}, "b": {}}}, limits=limits)) == ["/actors"]


def test_of_many_errors_the_first_hundred_are_told() -> None:
    errors = validate({"states": STATES, "vars": {f"v{n}": "x" for n in range(250)}})
    assert len(errors) == 101
    assert errors[-1]["message"] == "There are 150 more errors; these are the first."


def test_long_keys_do_not_make_long_answers() -> None:
    key = "k" * 150_000
    states = {key: {"transitions": [{"on": 5, "goto": key * 2} for _ in range(50)]}, **STATES}
    errors = validate({"states": states})
    assert sum(len(str(error)) for error in errors) < 500_000


@pytest.mark.parametrize("level", [[[]], {"a": {}}])
def test_a_deep_document_is_one_error(level: list | dict) -> None:
    deep: object = 1
    for _ in range(50_000):
        deep = [deep] if isinstance(level, list) else {"properties": deep}
    (error,) = validate({"states": STATES, "vars": {"v": deep}})
    assert (error["instancePath"], error["keyword"]) == ("", "depth")


def test_a_schema_as_deep_as_a_document_may_be() -> None:
    schema: dict = {}
    for _ in range(62):
        schema = {"properties": {"x": schema}}
    assert errors_of({"vars": {"v": schema}}) == {}


@pytest.mark.parametrize(
    "scenario",
    [
        {
            "states": {
                f"s{n}": {"transitions": [{"on": "a", "goto": f"t{n}"}] * 5} for n in range(2000)
            }
        },
        {
            "actors": {f"actor_{n}_*": {} for n in range(999)},
            "actions": {
                f"a{n}": {"actor": [f"actor{n}_{m}" for m in range(99)]} for n in range(99)
            },
            "states": STATES,
        },
        {"states": {"initial": {**STATES["initial"], "x": [{"<ref>": 5}] * 50_000}}},
        {"states": STATES, "vars": {f"v{n}": "strnig" for n in range(50_000)}},
    ],
    ids=["gotos", "actors", "functions", "vars"],
)
def test_hostile_scenarios_cost_little(scenario: dict) -> None:
    start = time.process_time()
    assert len(validate(scenario)) > 100
    assert time.process_time() - start < 2


@pytest.mark.parametrize("value", [None, True, 7, "states", []])
def test_what_is_no_scenario_at_all(value: object) -> None:
    (error,) = validate(value)
    assert error["instancePath"] == ""


@pytest.mark.parametrize(
    "after", [float("inf"), float("nan"), 10**400, 1.5, True, "1000000000000000000 s"]
)
def test_periods_that_are_none(after: object) -> None:
    assert errors_of({"states": {"initial": {"after": after, "goto": None}}})


def test_a_subschema_that_cannot_be_used() -> None:
    schemas = {"schema:x": {"$ref": "schema:gone"}}
    errors = errors_of({"actions": {"go": {"schema": "x"}}}, schemas=schemas)
    assert "cannot be used" in errors["/actions/go/schema"]
