"""Actions as authors write them."""

from __future__ import annotations

from collections.abc import Sequence

from callboard.core.scenario.names import ANYBODY, is_service
from callboard.core.scenario.validate.findings import Findings, nearest, pointer
from callboard.core.scenario.validate.functions import (
    check_condition,
    check_text,
    check_value,
    is_function,
)
from callboard.core.scenario.validate.schemas import check_response
from callboard.core.values import Json

MODES = ("replace", "merge", "append")


def check_action(value: Json, path: str, actors: Sequence[str], findings: Findings) -> None:
    """One action; `actors` are the declared keys."""
    if value is None or not findings.need(value, "object or null", path, "An action"):
        return
    if not isinstance(value, dict):
        return
    if "title" in value:
        findings.need(value["title"], "text or null", f"{path}/title", "An action's title")
    if "description" in value:
        check_text(value["description"], f"{path}/description", findings, "A description")
    if "if" in value:
        check_condition(value["if"], f"{path}/if", findings)
    if "actor" in value:
        _check_actors(value["actor"], f"{path}/actor", actors, findings)
    if "response" in value:
        check_response(value["response"], f"{path}/response", findings)
    if "update" in value:
        _check_updates(value["update"], f"{path}/update", findings)
    check_value(value, path, findings)


def _check_actors(value: Json, path: str, actors: Sequence[str], findings: Findings) -> None:
    """Names of actors: declared ones, `*`, services; or functions."""
    if value is None or is_function(value):
        return
    if not findings.need(value, "text or list or null", path, "The actor of an action"):
        return
    for item in value if isinstance(value, list) else [value]:
        if is_function(item):
            continue
        if not isinstance(item, str):
            findings.add(path, "type", "An actor is named by a text.")
        elif item != ANYBODY and not is_service(item) and item not in actors:
            known = ", ".join(actors)
            findings.add(
                path,
                "actor",
                f"There is no actor {item!r}.{nearest(item, actors)} The actors are: {known}.",
                actor=item,
            )


def _check_updates(value: Json, path: str, findings: Findings) -> None:
    """A target, an update, or a list of updates."""
    if value is None or isinstance(value, str) or is_function(value):
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check_update(item, pointer(path, index), findings)
    elif findings.need(value, "text or object or list", path, "An update"):
        _check_update(value, path, findings)


def _check_update(value: Json, path: str, findings: Findings) -> None:
    if not findings.need(value, "object", path, "An update") or not isinstance(value, dict):
        return
    if "set" not in value:
        findings.add(path, "required", "The update does not say what it sets: `set`.")
    elif not is_function(value["set"]):
        findings.need(value["set"], "text", f"{path}/set", "What an update sets")
    mode = value.get("mode")
    if mode is not None and mode not in MODES:
        hint = nearest(mode, MODES) if isinstance(mode, str) else ""
        findings.add(f"{path}/mode", "enum", f"A mode is {', '.join(MODES)}.{hint}")
    if "if" in value:
        check_condition(value["if"], f"{path}/if", findings)
