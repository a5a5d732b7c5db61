"""Exploring finds what was planted, and shows it with a run."""

import pytest

from callboard import compile, load, normalize
from callboard.examples import example_names, load_example
from callboard.testing.explore import Budget, Exploration, explore
from callboard.testing.record import record

PLANTED = """
actors: {a: {}, b: {}}
vars: {n: {type: integer, default: 0}}
actions:
  go: {actor: a}
  never: {actor: b, if: !ref vars.n > 5}
  broken: {actor: a, update: {set: vars.n, value: !ref sum(title)}}
states:
  initial:
    transitions:
      - {on: go, goto: stuck}
      - {on: never, goto: (never)}
      - {on: broken, goto: (broken)}
  stuck: {on: never, goto: (never)}
"""


def explored(text: str, depth: int = 30) -> Exploration:
    return explore(compile(normalize(load(text))), Budget(depth=depth))


def found(text: str) -> dict[str, list[str]]:
    exploration = explored(text)
    codes: dict[str, list[str]] = {}
    for finding in exploration.findings:
        codes.setdefault(finding.code, []).append(finding.message)
    return codes


def test_planted_mistakes_are_found() -> None:
    codes = found(PLANTED)
    assert codes["dead-end"] == [
        "Nobody can do anything in state 'stuck', and no time-out leads on."
    ]
    assert any("'never'" in message for message in codes["always-refused"])
    assert any("/actions/broken/update/0/value" in text for text in codes["expression"])
    assert {"State '(never)' cannot be met.", "State '(broken)' cannot be met."} == set(
        codes["state-not-met"]
    )


def test_a_run_shows_the_finding() -> None:
    exploration = explore(compile(normalize(load(PLANTED))))
    dead_end = next(item for item in exploration.findings if item.code == "dead-end")
    assert dead_end.run is not None
    assert [event.get("action") for event in dead_end.run["events"]] == [None, "go"]


def test_a_sound_scenario_has_no_finding() -> None:
    text = "states: {initial: {on: go, goto: w}, w: {after: 1 day, goto: (done)}}"
    assert found(text) == {}


def test_the_budget_ends_an_endless_walk() -> None:
    text = """
vars: {n: {type: integer, default: 0}}
actions: {tick: {update: {set: vars.n, value: !ref vars.n + 1}}}
states: {initial: {transitions: [{on: tick, goto: ~}, {on: end, goto: (done)}]}}
"""
    exploration = explore(compile(normalize(load(text))), Budget(steps=100, depth=1000))
    assert exploration.steps <= 102
    assert not exploration.complete


@pytest.mark.parametrize("name", example_names())
def test_the_examples_have_no_finding(name: str) -> None:
    assert explored(load_example(name)).findings == ()


def test_values_come_from_what_expressions_compare_with() -> None:
    text = """
vars: {n: {type: integer, default: 0}, word: {type: string, default: ''}}
low: 40
actions:
  put: {response: {properties: {n: !required {type: integer, minimum: 0, maximum: 1000}}},
        update: {set: vars.n, value: !ref current.response.n}}
  say: {response: {properties: {word: !required string}},
        update: {set: vars.word, value: !ref current.response.word}}
states:
  initial:
    transitions:
      - {on: put, if: !ref vars.n == 777, goto: exact}
      - {on: put, if: !ref vars.n > scenario.low && vars.n < 42, goto: (between)}
      - {on: put, goto: ~}
  exact:
    transitions:
      - {on: say, if: !ref "contains(['sesame'], vars.word)", goto: (open)}
      - {on: say, goto: ~}
"""
    assert explored(text).findings == ()


def test_it_says_what_is_not_known() -> None:
    """No value that is tried is a square between two and three hundred."""
    text = """
vars: {n: {type: integer, default: 0}}
actions: {put: {response: {type: integer}, update: vars.n}}
states:
  initial:
    transitions:
      - {on: put, if: !ref vars.n * vars.n == 289, goto: met}
      - {on: put, goto: ~}
  met: {on: go, goto: (end)}
"""
    exploration = explored(text)
    assert not exploration.complete
    assert [finding.message for finding in exploration.findings] == [
        "State 'met' was not met with the responses that were tried, nor 1 state behind it."
    ]


def test_it_is_complete_where_all_values_were_tried() -> None:
    text = """
vars: {n: {type: integer, default: 0}}
actions:
  put: {response: {type: integer, minimum: 1, maximum: 9}, update: vars.n}
states:
  initial:
    transitions:
      - {on: put, if: !ref vars.n * vars.n == 49, goto: (met)}
      - {on: put, if: !ref vars.n * vars.n == 50, goto: (unmet)}
      - {on: put, goto: ~}
"""
    exploration = explored(text)
    assert exploration.complete
    assert [f.message for f in exploration.findings] == ["State '(unmet)' cannot be met."]


def test_a_long_chain_is_cut_and_says_so() -> None:
    states = "".join(f"  s{i}: {{on: go, goto: s{i + 1}}}\n" for i in range(1, 60))
    text = f"states:\n  initial: {{on: go, goto: s1}}\n{states}  s60: {{on: go, goto: (end)}}\n"
    exploration = explored(text, depth=30)
    assert exploration.cut
    assert not exploration.complete
    (finding,) = exploration.findings
    assert "'s31' was not met within 30 steps and 30 events" in finding.message
    assert "nor 30 states behind it" in finding.message
    assert explored(text, depth=100).findings == ()


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("expression", '    And "a" does "broken"'),
        ("dead-end", '    And "a" does "go"'),
    ],
)
def test_the_feature_of_a_finding_takes_the_step_that_shows_it(code: str, last: str) -> None:
    finding = next(item for item in explored(PLANTED).findings if item.code == code)
    assert finding.run is not None
    lines = record(finding.run, "planted").splitlines()
    assert last in lines
    assert lines[-1].startswith("    Then the process is in")


def test_a_time_out_that_fails_is_in_the_feature() -> None:
    text = """
states: {initial: {transitions: [{after: 2 days, if: !ref sum(title) > 1, goto: (end)}]}}
"""
    finding = explored(text).findings[0]
    assert finding.run is not None
    lines = record(finding.run, "planted").splitlines()
    assert lines[-3:-1] == ["    When 2 days pass", "    Then the last event is a timeout"]
