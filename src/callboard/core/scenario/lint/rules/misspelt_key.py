"""Keys that look like one that means something, with a letter wrong. Any key is allowed; so a key
that is misspelt is taken for a property of the author's own, and what it was to say goes unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT, Place
from callboard.core.scenario.spelling import Spelling
from callboard.core.values import Json, JsonObject

_SCENARIO: Final = (
    *("$schema", "id", "name", "version", "title", "description", "tags", "actors", "actions"),
    *("states", "vars", "result"),
)
_ACTION: Final = ("title", "description", "actor", "if", "response", "update", "schema")
_UPDATE: Final = ("set", "value", "stub", "mode", "if")
_WAY: Final = ("on", "by", "after", "if", "goto", "log")
_STATE: Final = (
    *("title", "description", "instructions", "notify", "schema", "transitions", "tag"),
    *("on", "by", "after", "goto", "log"),
)
_LOG: Final = ("title", "description", "if")
_NOTIFY: Final = ("service", "after", "if", "trigger", "message")


def check(subject: Subject) -> Iterator[Remark]:
    spelling = Spelling()
    for value, place, known in _maps(subject):
        if not isinstance(value, dict):
            continue
        for key in value:
            meant = None if key in known else spelling.typo(key, known)
            if meant is not None and meant not in value:
                yield Remark(
                    str(place / key),
                    f"`{key}` means nothing here; `{meant}` would.",
                    f"Write `{meant}`, or choose another name for a property of your own.",
                    of_key=True,
                )


def _maps(subject: Subject) -> Iterator[tuple[Json, Place, tuple[str, ...]]]:
    """The maps whose keys mean something, each with those keys."""
    written = subject.written
    yield written, ROOT, _SCENARIO
    actions = written.get("actions")
    for key, action in actions.items() if isinstance(actions, dict) else ():
        yield action, ROOT / "actions" / key, _ACTION
        if isinstance(action, dict):
            for update, place in _each(action.get("update"), ROOT / "actions" / key / "update"):
                yield update, place, _UPDATE
    for _, place, state in subject.written_states():
        yield from _of_state(state, place)


def _of_state(state: JsonObject, place: Place) -> Iterator[tuple[Json, Place, tuple[str, ...]]]:
    yield state, place, _STATE
    yield state.get("log"), place / "log", _LOG
    transitions = state.get("transitions")
    for index, way in enumerate(transitions if isinstance(transitions, list) else ()):
        at = place / "transitions" / index
        yield way, at, _WAY
        yield cast("JsonObject", way).get("log"), at / "log", _LOG
    for entry, at in _each(state.get("notify"), place / "notify"):
        yield entry, at, _NOTIFY


def _each(value: Json, place: Place) -> Iterator[tuple[Json, Place]]:
    if isinstance(value, list):
        yield from ((item, place / index) for index, item in enumerate(value))
    else:
        yield value, place


RULE = Rule("misspelt-key", "warning", "A key looks like a misspelt one.", check)
