"""Every expression and template of a scenario that is evaluated, and what is known of where.

Evaluated are states and actions. A text in an update, in the `if` or the log of a transition sees
the action that is being done, and so its response; elsewhere `current.response` may be that of any
action (specification: process, details 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from callboard.core.expression.data import FUNCTION_KEYS, REF, TPL
from callboard.core.scenario.places import ROOT, Place
from callboard.core.values import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a text stands: in an action, or in a state, and what is being done there."""

    state: str | None = None
    action: str | None = None
    """The action whose response and actor it sees, as transitions name it."""
    has_view: bool = False
    """Its names are those of a view, not of the process."""


@dataclass(frozen=True, slots=True)
class Text:
    """An expression or a template."""

    kind: Literal["ref", "tpl"]
    source: str
    place: Place
    scope: Scope


_NOWHERE: Final = Scope()
_SEES_ACTION: Final = frozenset(("if", "log"))


def texts_of(written: JsonObject) -> Iterator[Text]:
    """The texts of all actions and states, as they were written."""
    for key, action in _items(written.get("actions")):
        place = ROOT / "actions" / key
        for name, value in _items(action):
            scope = Scope(action=key) if name == "update" else _NOWHERE
            yield from _texts(value, place / name, scope)
    for key, state in _items(written.get("states")):
        place = ROOT / "states" / key
        for name, value in _items(state):
            if name == "transitions" and isinstance(value, list):
                for index, way in enumerate(value):
                    yield from _of_transition(way, place / name / index, key)
            else:
                sees = name == "log" and isinstance(state, dict)
                action = _action_of(state) if sees else None
                yield from _texts(value, place / name, Scope(key, action))


def _of_transition(way: Json, place: Place, state: str) -> Iterator[Text]:
    for name, value in _items(way):
        action = _action_of(way) if name in _SEES_ACTION else None
        yield from _texts(value, place / name, Scope(state, action))


def _action_of(way: Json) -> str | None:
    action = way.get("on") if isinstance(way, dict) else None
    return action if isinstance(action, str) else None


def _texts(value: Json, place: Place, scope: Scope) -> Iterator[Text]:
    pending: list[tuple[Json, Place, Scope]] = [(value, place, scope)]
    while pending:
        item, at, seen = pending.pop()
        if isinstance(item, list):
            pending.extend((part, at / index, seen) for index, part in enumerate(item))
        elif isinstance(item, dict):
            key = next((key for key in FUNCTION_KEYS if key in item), None)
            if key is None:
                pending.extend((part, at / name, seen) for name, part in item.items())
            elif key == REF and isinstance(item[REF], str):
                yield Text("ref", str(item[REF]), at / REF, seen)
            elif key == TPL and not isinstance(item[TPL], str):
                yield from _of_template(item[TPL], at / TPL, seen)
            elif key == TPL:
                yield Text("tpl", str(item[TPL]), at / TPL, seen)
            else:
                pending.extend((part, at / key / name, seen) for name, part in _items(item[key]))


def _of_template(value: Json, place: Place, scope: Scope) -> Iterator[Text]:
    """A template with a view: its own names, and those of its partials, are those of the view."""
    if not isinstance(value, dict):
        return
    inside = replace(scope, has_view=value.get("view") is not None)
    yield from _texts(value.get("view"), place / "view", scope)
    for name, text in (("template", value.get("template")), *_items(value.get("partials"))):
        at = place / name if name == "template" else place / "partials" / name
        if isinstance(text, str):
            yield Text("tpl", text, at, inside)
        else:
            yield from _texts(text, at, scope)


def _items(value: Json) -> list[tuple[str, Json]]:
    return list(value.items()) if isinstance(value, dict) else []
