"""Differences by meaning."""

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
