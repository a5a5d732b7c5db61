"""Actions as authors write them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from callboard.core.scenario.names import ANYBODY, is_numbered, is_service
from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import Findings, shown
from callboard.core.scenario.validate.functions import (
    check_condition,
    check_functions,
    check_text,
)
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.scenario.validate.schemas import check_response
from callboard.core.values import Json

_MODES: Final = ("replace", "merge", "append")


def check_action(value: Json, place: Place, actors: Collection[str], found: Findings) -> None:
    """One action; `actors` are the declared keys."""
    action = None if value is None else found.as_map(value, place, "An action")
    if action is None:
        return
    hint = " Only texts that are made when it is done may be computed, such as `description`."
    title = action.get("title")
    found.need(
        title, place / "title", "The title", "string", "null", hint=hint * is_function(title)
    )
    check_text(action.get("description"), place / "description", found, "The description")
    check_condition(action.get("if"), place / "if", found)
    _check_actors(action.get("actor"), place / "actor", actors, found)
    check_response(action.get("response"), place / "response", found)
    _check_updates(action.get("update"), place / "update", found)
    check_functions(action, place, found)


def _check_actors(value: Json, place: Place, actors: Collection[str], found: Findings) -> None:
    """Names of actors: declared ones, `*`, services; or functions."""
    found.need(value, place, "The actor of an action", "string", "array", "function", "null")
    if not isinstance(value, (str, list)):
        return
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(item, str):
            if item not in actors and item != ANYBODY and not is_service(item):
                _add_unknown(item, place, actors, found)
        else:
            found.need(item, place / index, "The actor of an action", "string", "function")


def _add_unknown(name: str, place: Place, actors: Collection[str], found: Findings) -> None:
    wildcard = f"{name.rstrip('0123456789')}*"
    if wildcard not in actors or not is_numbered(wildcard, name):
        message = f"There is no actor {shown(name)}."
        found.unknown(place, "actor", message, name, actors)
    else:
        message = (
            f"Actor {shown(name)} exists only once a process has created it; an action is for"
            f" {shown(wildcard)}, and `by` may name one of them."
        )
        found.add(place, "actor", message, value=name[:80], allowedValues=[wildcard])


def _check_updates(value: Json, place: Place, found: Findings) -> None:
    """A target, an update, or a list of updates."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check_update(item, place / index, found)
    elif isinstance(value, dict):
        _check_update(value, place, found)
    else:
        found.need(value, place, "`update`", "string", "object", "array", "null")


def _check_update(value: Json, place: Place, found: Findings) -> None:
    hint = f" Write {{set: {shown(value)}}}." if isinstance(value, str) else ""
    if not isinstance(value, dict):
        found.need(value, place, "An update in a list", "object", hint=hint)
        return
    target = value.get("set")
    if target is None:
        message = "The update does not say what it sets: `set` is missing."
        found.add(place, "required", message, missingProperty="set")
    else:
        found.need(target, place / "set", "What an update sets", "string", "function")
    _check_mode(value.get("mode"), place / "mode", found)
    check_condition(value.get("if"), place / "if", found)


def _check_mode(mode: Json, place: Place, found: Findings) -> None:
    if isinstance(mode, str):
        if mode not in _MODES:
            found.unknown(place, "enum", f"There is no mode {shown(mode)}.", mode, _MODES)
    else:
        found.need(mode, place, "The mode", "string", "null")
