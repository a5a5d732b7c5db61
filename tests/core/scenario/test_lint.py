"""Lint on scenarios as a whole, and what single rules see."""

from __future__ import annotations

import time

import pytest

from callboard import load, normalize
from callboard.core.scenario.lint import lint, reachability
from callboard.core.scenario.text import load_document
from callboard.core.scenario.validate import validate
from callboard.examples import example_names, load_example

PLANTED = """title: Twelve mistakes
actors: {a: {}, b: {}}
vars: {n: {type: integer, default: x}}
actions:
  go: {actor: a, update: {set: vars.m, value: !ref foo(1)}}
  idle: {}
  only_b: {actor: b, description: !tpl '{{vars.zzz}}', update: {set: scenario.x}}
states:
  initial:
    tag: x
    transitions:
      - {on: go, goto: ring}
      - {on: go, by: a, goto: trap}
      - {on: only_b, by: a, goto: trap}
      - {after: 10, goto: trap}
      - {after: 10 s, goto: (done)}
  ring: {on: ~, goto: back}
  back: {on: ~, goto: ring}
  trap: {on: go, goto: ~, instructions: {zed: x}}
  island: {on: go, goto: (done)}
"""


def places(text: str) -> set[tuple[str, int | None]]:
    document = load_document(text)
    assert isinstance(document.value, dict)
    return {(f.code, f.line) for f in lint(document.value, document=document)}


def remarks(text: str, code: str) -> list[str]:
    """Place, message and hint of one rule's findings in a valid scenario."""
    value = load(text)
    assert validate(value) == []
    return [f"{f.pointer}: {f.message} {f.hint}" for f in lint(value, select=[code])]


def test_planted_mistakes_are_found_where_they_stand() -> None:
    assert places(PLANTED) == {
        ("invalid-default", 3),
        ("unused-variable", 3),
        ("expression", 5),
        ("undeclared-update", 5),
        ("unused-action", 6),
        ("unknown-reference", 7),
        ("undeclared-update", 7),
        ("no-way-out", 9),
        ("ignored-key", 10),
        ("shadowed-transition", 13),
        ("nobody-may", 14),
        ("same-timeout", 16),
        ("automatic-loop", 17),
        ("no-way-out", 17),
        ("no-way-out", 18),
        ("no-way-out", 19),
        ("unknown-actor", 19),
        ("unreachable-state", 20),
    }


def test_the_examples_are_clean() -> None:
    for name in example_names():
        value = load(load_example(name))
        assert isinstance(value, dict)
        assert lint(value) == []


def test_rules_are_chosen_by_code() -> None:
    value = load(PLANTED)
    assert isinstance(value, dict)
    assert {f.code for f in lint(value, select=["unused-action"])} == {"unused-action"}
    assert "unused-action" not in {f.code for f in lint(value, ignore=["unused-action"])}


def test_errors_come_first_then_the_order_of_the_text() -> None:
    document = load_document(PLANTED)
    found = lint(document.value, document=document)
    order = [(["error", "warning", "info"].index(f.severity), f.line) for f in found]
    assert order == sorted(order)


def test_what_is_said_of_a_key_stands_at_the_key() -> None:
    document = load_document("actions:\n  idle: {}\nstates:\n  initial: {on: go, goto: (end)}\n")
    (found,) = lint(document.value, document=document)
    assert (found.line, found.column) == (2, 3)


def test_what_star_brings_is_said_once_and_where_it_was_written() -> None:
    text = """states:
  '*':
    transitions:
      - {on: cancel, goto: (cancelled)}
      - {on: cancel, goto: (other)}
  initial: {on: go, goto: next}
  next: {on: go, goto: (done)}
"""
    assert places(text) == {("shadowed-transition", 5)}


def test_a_condition_is_given_the_benefit_of_the_doubt() -> None:
    text = """vars: {ready: boolean}
states:
  initial:
    transitions:
      - {on: go, if: !ref vars.ready, goto: next}
      - {on: go, goto: (done)}
  next: {on: go, goto: (done)}
"""
    assert places(text) == set()


def test_lint_changes_nothing() -> None:
    value = load(PLANTED)
    assert isinstance(value, dict)
    before = normalize(value)
    lint(value)
    assert normalize(value) == before


def test_where_expressions_decide_it_cannot_be_told() -> None:
    text = """
actions: {ask: {actor: !ref vars.who}}
states:
  initial:
    transitions:
      - {on: go, goto: sure}
      - {on: ask, goto: perhaps}
      - {on: never, if: false, goto: no}
  sure: {on: ~, goto: (end)}
  perhaps: {on: ~, goto: (other)}
  no: {on: go, goto: (end)}
"""
    assert reachability(load(text)) == {
        "initial": "yes",
        "sure": "yes",
        "perhaps": "cannot tell",
        "no": "no",
        "(end)": "yes",
        "(other)": "cannot tell",
    }


READS = """
limit: 5
actors: {a: {properties: {mail: string}}, 'p_*': {}}
vars: {claim: {properties: {amount: number, lines: {items: {properties: {sku: string}}}}}}
actions:
  go:
    response: {properties: {note: string}}
    icon: %s
    update: {set: vars.claim, value: %s}
states:
  initial:
    colour: red
    title: %s
    transitions:
      - {on: go, goto: (done), log: {title: %s}}
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("!ref vars.clam", "There is no variable 'clam'. Did you mean 'claim'?"),
        ("!ref vars.claim.amuont", "`vars.claim` can have no 'amuont'. Did you mean 'amount'?"),
        ("!ref 'vars.claim.lines[?sku].x'", "`vars.claim.lines[]` can have no 'x'. It has 'sku'."),
        ("!tpl '{{vars.claim.lines.0.sk}}'", "`vars.claim.lines.0` can have no 'sk'."),
        ("!ref actors.b.mail", "There is no actor 'b'."),
        ("!ref actors.a.mial", "`actors.a` can have no 'mial'. Did you mean 'mail'?"),
        ("!ref scenario.limits", "`scenario` can have no 'limits'. Did you mean 'limit'?"),
        ("!ref current.color", "`current` can have no 'color'. Did you mean 'colour'?"),
        ("!ref current.actor.size", "`current.actor` can have no 'size'."),
        ("!ref response.note", "A process has no 'response'."),
        ("!ref current.key == 'intial'", "`current.key` is never 'intial': there is no such"),
        ("!select {$: !ref vars.x, a: b}", "There is no variable 'x'."),
        ("!tpl {template: '{{x}}', view: !ref vars.x}", "There is no variable 'x'."),
    ],
)
def test_what_can_never_be_read(text: str, said: str) -> None:
    (found,) = remarks(READS % (text, 1, "x", "x"), "unknown-reference")
    assert said in found


@pytest.mark.parametrize(
    "text",
    [
        "!ref actors.p_1.title || actors.a.role",
        "!ref vars.claim.lines[0].sku",
        "!ref current.colour",
        "!ref scenario.limit",
        "!ref previous[-1].title || is_prediction",
        "!ref current.response.anything",
        "!tpl '{{#vars.claim.lines}}{{foo}}{{/vars.claim.lines}}'",
        "!tpl {template: '{{foo.bar}}', view: {foo: {}}}",
        "!ref current.actor.mail",
        "!ref scenario.states.initial.title",
    ],
)
def test_what_may_be_read(text: str) -> None:
    assert remarks(READS % (text, 1, "x", "x"), "unknown-reference") == []


def test_a_response_is_known_where_its_action_is() -> None:
    bad = "!ref current.response.nota"
    said = "`current.response` can have no 'nota'. Did you mean 'note'?"
    assert said in remarks(READS % ("x", bad, "x", "x"), "unknown-reference")[0]
    assert said in remarks(READS % ("x", 1, "x", bad), "unknown-reference")[0]
    assert remarks(READS % (bad, 1, bad, "x"), "unknown-reference") == []


def test_the_response_is_that_of_the_state_s_own_action() -> None:
    text = """
actions:
  go: {response: {properties: {a: string}}}
  initial.go: {response: {properties: {b: string}}}
states:
  '*': {transitions: [{on: go, goto: (end), log: {title: !ref 'current.response.%s'}}]}
  initial:
    transitions: [{on: go, goto: next, log: {title: !ref 'current.response.%s'}}]
  next: {transitions: [{on: go, goto: (end)}]}
"""
    assert remarks(text % ("a", "b"), "unknown-reference") == []
    assert remarks(text % ("b", "b"), "unknown-reference") == []
    (found,) = remarks(text % ("a", "a"), "unknown-reference")
    assert "/states/initial/" in found
    (found,) = remarks(text % ("c", "b"), "unknown-reference")
    assert "/states/*/" in found


@pytest.mark.parametrize(
    "update", ["vars.x", "{set: vars, value: {x: 1}}", "vars", "{set: !ref current.key}"]
)
def test_variables_that_updates_make_may_be_read(update: str) -> None:
    text = """
actions: {go: {update: %s}}
states: {initial: {on: go, goto: (end), title: !ref vars.x}}
"""
    assert remarks(text % update, "unknown-reference") == []
    assert remarks(text % "vars.y", "unknown-reference")


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ("vars.claim.amont", "/update: `vars.claim` can have no 'amont': every step that sets it"),
        ("{set: vars.claims}", "/update/set: The variable 'claims' is not declared"),
        ("[{set: actors.b}]", "/update/0/set: The actor 'b' is not declared"),
        ("{set: actors.a.age}", "`actors.a` can have no 'age'"),
        ("{set: current.actor.age}", "`current.actor` can have no 'age'"),
        ("{set: 'vars.claim.lines.0.sk'}", "`vars.claim.lines[]` can have no 'sk'"),
        ("{set: id}", "'id' is not for updates"),
    ],
)
def test_updates_of_what_is_not_declared(update: str, said: str) -> None:
    text = """
actors: {a: {}}
vars: {claim: {properties: {amount: number, lines: {items: {properties: {sku: string}}}}}}
actions: {go: {update: %s}}
states: {initial: {on: go, goto: (end)}}
"""
    (found,) = remarks(text % update, "undeclared-update")
    assert said in found


@pytest.mark.parametrize("update", ["vars.claim.x.y", "vars.claim", "title", "result.x.y", "tags"])
def test_updates_of_what_is_open(update: str) -> None:
    text = f"""
vars: {{claim: {{additionalProperties: true}}}}
actions: {{go: {{update: {update}}}}}
states: {{initial: {{on: go, goto: (end)}}}}
"""
    assert remarks(text, "undeclared-update") == []


def test_a_trap_and_what_leads_to_it() -> None:
    text = """
states:
  initial: {on: a, goto: hall}
  hall: {transitions: [{on: a, goto: trap}, {on: b, goto: hall}]}
  trap: {transitions: [{on: a, goto: pit}, {on: b, goto: trap}]}
  pit: {on: a, goto: trap}
"""
    found = remarks(text, "no-way-out")
    assert "From state 'hall' every way leads to states from which" in "".join(found)
    assert sum("there are only ways between 'trap', 'pit'" in item for item in found) == 2
    assert len(found) == 4


def test_an_automatic_transition_to_its_own_state_does_nothing() -> None:
    text = "states: {initial: {transitions: [{on: ~, goto: initial}, {on: go, goto: (end)}]}}"
    (found,) = remarks(text, "dead-transition")
    assert found.startswith("/states/initial/transitions/0: ")


def test_an_action_without_actors_is_said_once() -> None:
    text = """
actions: {go: {actor: []}}
states: {initial: {transitions: [{on: go, goto: (a)}, {on: go, goto: (b)}, {after: 1, goto: (c)}]}}
"""
    assert len(remarks(text, "nobody-may")) == 1


def test_names_that_mean_nobody_have_their_place() -> None:
    text = """
actors: {clerk: {}, 'guest_*': {}}
states:
  initial:
    transitions: [{on: go, by: [clerk, guest_1, 'service:x', klerk], goto: (end)}]
    instructions: {guest_*: x, guest_7: x, gest_7: x}
"""
    first, second = remarks(text, "unknown-actor")
    assert first.startswith("/states/initial/instructions/gest_7: ")
    assert second.startswith("/states/initial/transitions/0/by/3: ")
    assert "Did you mean 'clerk'?" in second


def test_findings_are_bounded() -> None:
    states = {f"s{n}": {"on": "go", "goto": None, "taq": 1} for n in range(1_500)}
    assert len(lint({"states": {"initial": {"on": "go", "goto": None}, **states}})) == 1_000


def chain(length: int, **more: object) -> dict:
    """States one after the other."""
    states = {f"s{n}": {**more, "on": None, "goto": f"s{n + 1}"} for n in range(length)}
    return {
        "initial": {"on": "go", "goto": "s0"},
        **states,
        f"s{length}": {"on": "x", "goto": "s0"},
    }


@pytest.mark.parametrize(
    "scenario",
    [
        {"states": chain(1_900)},
        {"states": {**chain(1_900), "s1900": {"on": None, "goto": "s0"}}},
        {
            "actors": {f"a{n}": {} for n in range(900)},
            "actions": {"go": {"actor": [f"a{n}" for n in range(900)]}},
            "states": {
                f"s{m}": {
                    "transitions": [
                        {"on": "go", "by": ["a1", f"a{n}"], "goto": None} for n in range(50)
                    ]
                }
                for m in range(190)
            }
            | {"initial": {"on": "go", "goto": None}},
        },
        {
            "states": {
                "initial": {
                    "on": "go",
                    "goto": "(end)",
                    "x": [{"<ref>": f"vars.a{n}"} for n in range(9_000)],
                }
            },
            "vars": {f"b{n}": "string" for n in range(900)},
        },
        {
            "states": {"initial": {"on": "go", "goto": "(end)"}},
            "vars": {f"v{n}": {"default": 1, "type": "string", "foo": 1} for n in range(3_000)},
        },
    ],
    ids=["chain", "ring", "actors", "references", "schemas"],
)
def test_hostile_scenarios_cost_little(scenario: dict) -> None:
    assert validate(scenario) == []
    start = time.process_time()
    lint(scenario)
    assert time.process_time() - start < 5
