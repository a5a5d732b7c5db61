"""Keys that mean something elsewhere and nothing where they stand (language, section 5.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT, Place
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.values import Json, JsonObject


def check(subject: Subject) -> Iterator[Remark]:
    for _, place, state in subject.written_states():
        is_explicit = "transitions" in state
        is_simple = not is_explicit and "goto" in state
        if is_simple and "if" in state:
            hint = "Write the way out as an entry of `transitions`, with the `if` in it."
            yield _ignored(place / "if", "A state has no `if` of its own", hint)
        if "tag" in state and (is_explicit or is_simple):
            hint = "Move it to an end state."
            yield _ignored(place / "tag", "A state that does not end adds no `tag`", hint)
        if is_simple:
            yield from _of_transition(state, place)
        transitions = state.get("transitions")
        for index, way in enumerate(transitions if isinstance(transitions, list) else ()):
            yield from _of_transition(cast("JsonObject", way), place / "transitions" / index)
    actions = subject.written.get("actions")
    for key, action in actions.items() if isinstance(actions, dict) else ():
        if isinstance(action, dict) and _are_names(action.get("by")):
            hint = "Write `actor` in an action, `by` in a transition."
            yield _ignored(ROOT / "actions" / key / "by", "An action has no `by`", hint)


def _of_transition(way: JsonObject, place: Place) -> Iterator[Remark]:
    if _are_names(way.get("actor")):
        hint = "Write `by` in a transition, `actor` in an action."
        yield _ignored(place / "actor", "A transition has no `actor`", hint)


def _are_names(value: Json) -> bool:
    listed = value if isinstance(value, list) else [value]
    return value is not None and all(isinstance(x, str) or is_function(x) for x in listed)


def _ignored(place: Place, message: str, hint: str) -> Remark:
    return Remark(str(place), f"{message}: this is ignored.", hint, of_key=True)


RULE = Rule("ignored-key", "warning", "A key is ignored where it stands.", check)
