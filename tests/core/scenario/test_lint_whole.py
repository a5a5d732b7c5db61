"""What lint says of a scenario in which one thing is wrong: that, once, and where it stands."""

from __future__ import annotations

import pytest

from callboard.core.scenario.lint import Finding, lint
from callboard.core.scenario.text import load_document
from callboard.core.scenario.validate import validate

CODE = "invalid-default"


STARTS = """
vars: {{loan: {{properties: {{book: !required string, days: {{type: integer, default: 1}}}}}}}}
actions: {{go: {{response: true, update: {{set: {target}}}}}, late: {{update: vars.loan}}}}
states:
  initial: {{on: go, goto: asked}}
  asked: {{on: late, goto: (done)}}
"""


def linted(text: str) -> list[Finding]:
    document = load_document(text)
    assert validate(document.value) == []
    assert isinstance(document.value, dict)
    return lint(document.value, document=document)


@pytest.mark.parametrize("target", ["vars.loan.days", "vars.other"])
def test_a_start_that_no_first_step_mends_is_found(target: str) -> None:
    found = [item for item in linted(STARTS.format(target=target)) if item.code == CODE]
    (finding,) = found
    assert (finding.pointer, finding.severity) == ("/vars/loan", "error")
    assert '{"days": 1}' in finding.message
    assert 'must have the property "book"' in finding.message


@pytest.mark.parametrize("target", ["vars.loan", "vars.loan.book", "vars", "!tpl 'vars.loan'"])
def test_a_start_that_a_first_step_may_mend_is_none(target: str) -> None:
    assert CODE not in {item.code for item in linted(STARTS.format(target=target))}


def test_one_mistake_gives_one_finding() -> None:
    text = """
actors: {a: {}, b: {}}
actions: {go: {actor: a}}
states: {initial: {transitions: [{on: go, by: aa, goto: (x)}, {on: go, by: a, goto: (x)}]}}
"""
    assert [item.code for item in linted(text)] == ["unknown-actor"]


STAR = """
states:
  initial: {on: go, goto: passing}
  passing: {on: ~, goto: resting}
  resting: {on: go, goto: (end)}
  "*": {on: cancel, goto: (cancelled)}
"""


def test_what_star_brings_into_a_state_that_is_left_at_once_is_no_mistake() -> None:
    assert linted(STAR) == []


def test_what_star_brings_is_found_where_it_is_never_taken() -> None:
    text = STAR.replace("on: go, goto: passing", "on: ~, goto: passing").replace(
        "resting: {on: go, goto: (end)}", "resting: {on: ~, goto: (end)}"
    )
    assert [(item.code, item.pointer) for item in linted(text)] == [
        ("dead-transition", "/states/*")
    ]


@pytest.mark.parametrize("key", ["maxlength", "Maxlength", "MAXLENGTH", "maxLenght"])
def test_a_keyword_in_other_letters_is_the_likeliest(key: str) -> None:
    (finding,) = linted(
        f"""
actions: {{go: {{response: {{type: string, {key}: 3}}}}}}
states: {{initial: {{on: go, goto: (end)}}}}
"""
    )
    assert "Did you mean `maxLength`?" in finding.hint
