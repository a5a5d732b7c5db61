"""Differences by meaning."""

import pytest

from callboard import load, normalize
from callboard.core.scenario.diff import Difference, diff

BASE = """
title: Leave
actors: {employee: {}, manager: {role: boss}}
actions: {ask: {actor: employee, response: {properties: {days: integer}}}}
states:
  initial: {on: ask, goto: asked}
  asked: {on: approve, by: manager, goto: (approved)}
"""


def compared(before: str, after: str) -> Difference:
    return diff(normalize(load(before)), normalize(load(after)))


def changed(old: str, new: str) -> Difference:
    assert old in BASE
    return compared(BASE, BASE.replace(old, new))


def test_the_same_in_other_words_is_no_difference() -> None:
    other = BASE.replace("{on: ask, goto: asked}", "{transitions: [{on: ask, goto: asked}]}")
    assert compared(BASE, other) == Difference((), ())


def test_a_new_state_and_transition() -> None:
    found = changed("goto: (approved)}", "goto: hr}\n  hr: {on: book, goto: (approved)}")
    names = {str(change) for change in found.changes}
    assert "state hr added" in names
    assert "transition asked: on approve -> hr added" in names
    assert "transition asked: on approve -> (approved) removed" in names
    assert found.fits


def test_what_running_processes_would_miss() -> None:
    assert "State 'asked' is gone" in changed("asked", "waiting").obstacles[0]
    assert "asks for another response" in changed("days: integer", "days: string").obstacles[0]
    assert "has another role" in changed("role: boss", "role: chief").obstacles[0]
    assert "has lost action 'approve'" in changed("on: approve", "on: agree").obstacles[0]
    assert "no longer admits employee" in changed("actor: employee", "actor: manager").obstacles[0]


def variable(old: str, new: str) -> Difference:
    text = BASE + "vars: {n: {properties: {n: %s}}}\n"
    return compared(text % old, text % new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: number, maximum: 100}", "{type: number, maximum: 10}"),
        ("{type: number}", "{type: number, minimum: 0}"),
        ("number", "string"),
        ("number", "integer"),
        ("string", "!required string"),
        ("string", "{type: string, format: date}"),
        ("!enum [a, b]", "!enum [a]"),
        ("{type: array, items: number}", "{type: array, items: string}"),
    ],
)
def test_a_schema_that_admits_less_is_an_obstacle(old: str, new: str) -> None:
    found = variable(old, new)
    assert found.obstacles == (
        "Variable 'n' has another schema: values of running processes may not fit.",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: number, maximum: 10}", "{type: number, maximum: 100}"),
        ("{type: number, minimum: 0}", "{title: N, type: number, default: 1}"),
        ("integer", "number"),
        ("!required string", "string"),
        ("{type: string, pattern: a}", "{type: string}"),
        ("!enum [a]", "!enum [b, a]"),
    ],
)
def test_a_schema_that_admits_more_is_none(old: str, new: str) -> None:
    assert variable(old, new).fits


def test_a_result_that_admits_less_is_an_obstacle() -> None:
    found = compared(BASE + "result: number\n", BASE + "result: string\n")
    assert "The result has another schema" in found.obstacles[0]


def test_a_response_that_admits_more_is_no_obstacle() -> None:
    assert changed("days: integer", "days: number").fits


def test_a_change_says_what_changed_inside() -> None:
    found = variable("{type: number, maximum: 100}", "{type: number, maximum: 10}")
    (change,) = found.changes
    assert (change.name, change.before, change.after) == ("n.properties.n.maximum", 100, 10)
    assert change.pointer == "/vars/n/properties/n/maximum"
