"""Transitions and what they log (specification: language, sections 3 and 5.6).

Three kinds: on an action, automatic (`on: ~`), and timed (`after`). A transition keeps the further
keys that its author gave it.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from callboard.core.scenario.normalize.periods import seconds_of
from callboard.core.scenario.normalize.refusal import refuse
from callboard.core.values import Json, JsonObject

Transition: TypeAlias = JsonObject

_SILENT: Final[JsonObject] = {"title": "", "description": "", "if": False}
_ACTION_LOG: Final[JsonObject] = {
    "title": {"<ref>": "current.action.title"},
    "description": {"<ref>": "current.action.description"},
    "if": True,
}


def from_list(transitions: Json, pointer: str) -> list[Json]:
    """The transitions of an explicit state."""
    if not isinstance(transitions, list):
        refuse("The transitions of a state are a list.", pointer)
    return [_explicit(item, f"{pointer}/{index}") for index, item in enumerate(transitions)]


def from_simple_state(state: JsonObject, pointer: str) -> Transition:
    """The one transition of a simple state; its `if`, if any, is no part of it (section 5.7)."""
    goto = state.get("goto")
    if is_timed(state, pointer):
        after = seconds_of(state["after"], f"{pointer}/after")
        return {"after": after, "if": True, "goto": goto, "log": _plain_log(state, pointer)}
    return {
        "on": state.get("on"),
        "by": _by(state, pointer),
        "if": True,
        "goto": goto,
        "log": _plain_log(state, pointer) if state.get("on") is None else _log(state, pointer),
    }


def is_timed(value: JsonObject, pointer: str) -> bool:
    """Whether a transition is by time. Refuses one that is neither or both."""
    timed = value.get("after") is not None
    on = value.get("on")
    if timed == (on is not None) and (timed or "on" not in value):
        refuse("A transition is either `on` an action or `after` a time.", pointer)
    if not timed and not (on is None or isinstance(on, str)):
        refuse("`on` names an action, or is null.", f"{pointer}/on")
    return timed


def _explicit(written: Json, pointer: str) -> Transition:
    if not isinstance(written, dict):
        refuse("A transition is a map.", pointer)
    transition: Transition = {**written, "if": _condition(written), "goto": written.get("goto")}
    if is_timed(written, pointer):
        transition.pop("on", None)
        transition["after"] = seconds_of(written["after"], f"{pointer}/after")
        transition["log"] = _plain_log(written, pointer)
    else:
        transition.pop("after", None)
        transition["by"] = _by(written, pointer)
        # In a list an automatic transition logs like an action, unlike a simple state's.
        transition["log"] = _log(written, pointer)
    return transition


def _condition(written: JsonObject) -> Json:
    return True if written.get("if") is None else written["if"]


def _by(value: JsonObject, pointer: str) -> list[Json]:
    by = value.get("by")
    if by is None:
        return ["*"]
    if isinstance(by, str):
        return [by]
    if not isinstance(by, list):
        refuse("`by` is a text or a list of texts.", f"{pointer}/by")
    return by


def _log(value: JsonObject, pointer: str) -> JsonObject:
    """The log of an action: by default the titles of the action."""
    log = _written_log(value, pointer)
    return _ACTION_LOG if log is None else log if log is _SILENT else {**_ACTION_LOG, **log}


def _plain_log(value: JsonObject, pointer: str) -> JsonObject:
    """The log of what nobody does: only when one was given."""
    log = _written_log(value, pointer)
    return _SILENT if log is None or log is _SILENT else {**_SILENT, "if": True, **log}


def _written_log(value: JsonObject, pointer: str) -> JsonObject | None:
    log = value.get("log")
    if log is False:
        return _SILENT
    if not (log is None or isinstance(log, dict)):
        refuse("A log is false, or a map.", f"{pointer}/log")
    return log
