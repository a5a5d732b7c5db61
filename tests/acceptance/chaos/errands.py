"""What is played: notes that people leave, an errand that a service runs, and a rest after it.

A rest is two states with a timer each, so that one which came twice would show in the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.acceptance.chaos.model import Shown, Written

REST: Final = 1.0
"""Seconds until the timer of a rest is due."""
ENDED: Final = "(closed)"
TIMEOUT: Final = "timeout"
OWN: Final = frozenset((TIMEOUT, "take"))
"""What happens without a client's asking."""

SCENARIO: Final = """
title: Errands
name: errands
version: 1.0.0
actors: {clerk: {role: support}}
vars: {notes: {type: array, items: string, default: []}}
actions:
  note: {actor: clerk, response: string, update: {set: vars.notes, mode: append}}
  ask: {actor: clerk, response: string, update: {set: vars.notes, mode: append}}
  take: {actor: service:desk, response: string, update: {set: vars.notes, mode: append}}
  close: {actor: clerk}
states:
  initial:
    transitions:
      - {on: note, goto: initial}
      - {on: ask, goto: asked}
      - {on: close, goto: (closed)}
  asked:
    transitions:
      - {on: note, goto: ~}
      - {on: take, by: service:desk, goto: resting}
  resting:
    transitions:
      - {on: note, goto: ~}
      - {after: 1 second, goto: waking}
  waking:
    transitions:
      - {on: note, goto: ~}
      - {after: 1 second, goto: initial}
"""
RULES: Final[Mapping[tuple[str, str], str]] = {
    ("initial", "note"): "initial",
    ("initial", "ask"): "asked",
    ("initial", "close"): ENDED,
    ("asked", "note"): "asked",
    ("asked", "take"): "resting",
    ("resting", "note"): "resting",
    ("resting", TIMEOUT): "waking",
    ("waking", "note"): "waking",
    ("waking", TIMEOUT): "initial",
}
"""The same, as the checker needs it."""


def shown(document: Mapping[str, Any], head: str | None = None) -> Shown:
    """What is to be seen of a process. Raises AssertionError when the ETag `head` is another's."""
    events = document["events"]
    assert head in (None, events[-1]["hash"]), f"the ETag {head} is not of the process with it"
    notes = tuple(document["vars"]["notes"])
    return Shown(len(events), events[-1]["hash"], document["current"]["key"], notes)


def written(event: Mapping[str, Any]) -> Written:
    """An event of a chain; the first has no action."""
    action = "" if "scenario" in event else event.get("action", TIMEOUT)
    if isinstance(action, dict):
        action = action["key"]
    return Written(event["hash"], action, event.get("response"))
