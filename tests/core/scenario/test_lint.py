"""Lint on scenarios as a whole."""

from callboard import load, normalize
from callboard.core.scenario.lint import lint
from callboard.core.scenario.text import load_document
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


def test_planted_mistakes_are_found_where_they_stand() -> None:
    assert places(PLANTED) >= {
        ("invalid-default", 3),
        ("expression", 5),
        ("undeclared-update", 5),
        ("unused-action", 6),
        ("unknown-reference", 7),
        ("undeclared-update", 7),
        ("ignored-key", 10),
        ("shadowed-transition", 13),
        ("nobody-may", 14),
        ("same-timeout", 16),
        ("automatic-loop", 17),
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
