"""Actions, their responses and updates (specification: language, section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callboard.core.limits import Limits
from callboard.core.scenario.normalize.refusal import pointer_to, refuse
from callboard.core.scenario.normalize.schemas import schema_at
from callboard.core.scenario.normalize.titles import or_title
from callboard.core.values import Json, JsonObject

_RESPONSE: Final[JsonObject] = {"<ref>": "current.response"}


def normalize_actions(actions: Mapping[str, Json], limits: Limits) -> JsonObject:
    return {
        key: _action(key, action, pointer_to("actions", key), limits)
        for key, action in actions.items()
    }


def _action(key: str, written: Json, pointer: str, limits: Limits) -> Json:
    action = {} if written is None else written
    if not isinstance(action, dict):
        refuse("An action is a map.", pointer)
    return {
        **action,
        "title": or_title(action, key),
        "description": _given(action, "description", ""),
        "if": _given(action, "if", True),
        "actor": _actors(action.get("actor")),
        "response": schema_at(_given(action, "response", {}), f"{pointer}/response", limits),
        "update": _updates(action.get("update"), f"{pointer}/update"),
    }


def _given(value: JsonObject, key: str, default: Json) -> Json:
    found = value.get(key)
    return default if found is None else found


def _actors(actor: Json) -> Json:
    """A single actor becomes a list; a data function stays as it is."""
    if actor is None:
        return ["*"]
    return [actor] if isinstance(actor, str) else actor


def _updates(update: Json, pointer: str) -> Json:
    if update is None:
        return []
    if isinstance(update, list):
        return [_update(item, f"{pointer}/{index}") for index, item in enumerate(update)]
    return [_update(update, pointer)]


def _update(update: Json, pointer: str) -> JsonObject:
    if isinstance(update, str):
        update = {"set": update}
    if not isinstance(update, dict) or update.get("set") is None:
        refuse("An update is a text, or a map with `set`.", pointer)
    return {
        "set": update["set"],
        "value": _given(update, "value", _RESPONSE),
        "stub": update.get("stub"),
        "mode": _given(update, "mode", "replace"),
        "if": _given(update, "if", True),
    }
