"""Exploring finds what was planted, and shows it with a run."""

from callboard import compile, load, normalize
from callboard.testing.explore import Budget, explore

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


def found(text: str) -> dict[str, list[str]]:
    exploration = explore(compile(normalize(load(text))))
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
    assert {"State '(never)' was never met.", "State '(broken)' was never met."} == set(
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
