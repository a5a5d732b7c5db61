"""States as authors write them: simple, explicit and end states."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from callboard.core.scenario.normalize.wildcard import ANY_STATE
from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import Findings, shown
from callboard.core.scenario.validate.functions import check_functions, check_text
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.scenario.validate.notify import check_notify
from callboard.core.scenario.validate.transitions import check_transition, is_end_key
from callboard.core.values import Json, JsonObject

_WAYS_OUT: Final = ("on", "by", "after", "goto", "log")
_MARKS: Final = ("on", "after", "transitions")


def check_state(
    key: str, value: Json, place: Place, states: Collection[str], found: Findings
) -> None:
    """One state; `states` are all the declared keys."""
    if value is None and is_end_key(key):
        return
    state = found.as_map(value, place, "A state")
    if state is None:
        return
    check_text(state.get("title"), place / "title", found, "The title")
    check_text(state.get("description"), place / "description", found, "The description")
    _check_instructions(state.get("instructions"), place / "instructions", found)
    check_notify(state.get("notify"), place / "notify", found)
    if "transitions" in state:
        _check_explicit(state, place, states, found)
    elif any(name in state for name in ("on", "after", "goto")):
        check_transition(state, place, states, found, simple=True)
    else:
        _check_end(key, state, place, found)
    check_functions(state, place, found)


def _check_instructions(value: Json, place: Place, found: Findings) -> None:
    if value is None or is_function(value):
        return
    hint = " Say whom it is for: {actor: text}." if isinstance(value, str) else ""
    if isinstance(value, dict):
        for actor, text in value.items():
            check_text(text, place / actor, found, "An instruction")
    else:
        found.need(value, place, "`instructions`", "object", "function", hint=hint)


def _check_explicit(
    state: JsonObject, place: Place, states: Collection[str], found: Findings
) -> None:
    for name in _WAYS_OUT:
        if name in state:
            message = f"`{name}` stands beside `transitions`; it belongs into one of them."
            found.add(place / name, "not", message)
    at = place / "transitions"
    for index, item in enumerate(found.as_list(state["transitions"], at, "`transitions`") or ()):
        transition = found.as_map(item, at / index, "A transition")
        if transition is not None:
            check_transition(transition, at / index, states, found, simple=False)


def _check_end(key: str, state: JsonObject, place: Place, found: Findings) -> None:
    """A state without a way out: an end state, or the one that is merged into others."""
    if key != ANY_STATE and not is_end_key(key):
        message = "There is no way out of this state: `on`, `after` or `transitions` is missing."
        meant = next((name for own in state if (name := found.meant(own, _MARKS))), None)
        if meant is not None:
            message += f" Did you mean `{meant}`?"
        elif key:
            message += f" The key of an end state stands in parentheses: {shown(f'({key})')}."
        found.add(place, "required", message, missingProperty="on")
    tag = state.get("tag")
    found.need(tag, place / "tag", "The tag", "string", "array", "function", "null")
    for index, item in enumerate(tag if isinstance(tag, list) else ()):
        found.need(item, place / "tag" / index, "A tag", "string", "function")
