"""States and transitions as authors write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callboard.core.scenario.validate.findings import Findings, nearest, pointer
from callboard.core.scenario.validate.functions import (
    check_condition,
    check_text,
    check_value,
    is_function,
)
from callboard.core.values import Json, JsonObject

_PERIOD = re.compile(r"[0-9]+ *(s|seconds?|m|minutes?|h|hours?|d|days?|w|weeks?)")
_OUTSIDE = ("on", "by", "after", "goto", "log")
_END = re.compile(r"\(.+\)", re.DOTALL)


def is_end_key(key: str) -> bool:
    """Whether a key names an end state: `(name)`."""
    return _END.fullmatch(key) is not None


def check_state(key: str, value: Json, path: str, states: Sequence[str], found: Findings) -> None:
    """One state; `states` are all the declared keys."""
    if value is None and is_end_key(key):
        return
    if not found.need(value, "object", path, "A state") or not isinstance(value, dict):
        return
    _check_texts(value, path, found)
    if "notify" in value:
        _check_notify(value["notify"], f"{path}/notify", found)
    if "transitions" in value:
        _check_transitions(value, path, states, found)
    elif "on" in value or "after" in value or "goto" in value:
        _check_transition(value, path, states, found, simple=True)
    else:
        _check_end(key, value, path, found)
    check_value(value, path, found)


def _check_texts(value: JsonObject, path: str, found: Findings) -> None:
    for name in ("title", "description"):
        if name in value:
            check_text(value[name], f"{path}/{name}", found, f"A {name}")
    instructions = value.get("instructions")
    place = f"{path}/instructions"
    if is_function(instructions) or not found.need(
        instructions, "object or null", place, "The instructions"
    ):
        return
    for actor, text in instructions.items() if isinstance(instructions, dict) else ():
        check_text(text, pointer(place, actor), found, "An instruction")


def _check_end(key: str, value: JsonObject, path: str, found: Findings) -> None:
    """A state without a way out: an end state, or the one that is merged into others."""
    if key != "*" and not is_end_key(key):
        found.add(
            path,
            "anyOf",
            f"State {key!r} has no way out (`on`, `after` or `transitions`). An end state is"
            f" written in parentheses: ({key}).",
        )
    tag = value.get("tag")
    if is_function(tag):
        return
    if found.need(tag, "text or list or null", f"{path}/tag", "A tag") and isinstance(tag, list):
        for index, item in enumerate(tag):
            if not is_function(item):
                found.need(item, "text", pointer(f"{path}/tag", index), "A tag")


def _check_transitions(
    value: JsonObject, path: str, states: Sequence[str], found: Findings
) -> None:
    for name in _OUTSIDE:
        if name in value:
            message = f"`{name}` stands beside `transitions`; it belongs in one of them."
            found.add(f"{path}/{name}", "not", message)
    transitions = value["transitions"]
    place = f"{path}/transitions"
    if found.need(transitions, "list", place, "The transitions") and isinstance(transitions, list):
        for index, item in enumerate(transitions):
            where = pointer(place, index)
            if found.need(item, "object", where, "A transition") and isinstance(item, dict):
                _check_transition(item, where, states, found, simple=False)


def _check_transition(
    value: JsonObject, path: str, states: Sequence[str], found: Findings, *, simple: bool
) -> None:
    """A way out, in a list or as the state itself."""
    if ("on" in value) == ("after" in value):
        found.add(path, "oneOf", "A way out has either `on` or `after`.")
    if "on" in value:
        found.need(value["on"], "text or null", f"{path}/on", "`on`")
    if "after" in value:
        check_period(value["after"], f"{path}/after", found)
    _check_by(value, path, found, simple=simple)
    if "if" in value and not simple:
        check_condition(value["if"], f"{path}/if", found)
    if "goto" not in value:
        found.add(path, "required", "The way out leads nowhere: `goto` is missing.")
    else:
        _check_goto(value["goto"], f"{path}/goto", states, found)
    if "log" in value:
        _check_log(value["log"], f"{path}/log", found)


def _check_by(value: JsonObject, path: str, found: Findings, *, simple: bool) -> None:
    if "by" not in value:
        return
    place = f"{path}/by"
    if "after" in value:
        found.add(place, "not", "A time-out is nobody's doing: `by` does not go with `after`.")
    if simple and "on" in value and value["on"] is None:
        found.add(path, "not", "An automatic transition is nobody's doing: leave `by` out.")
    by = value["by"]
    if found.need(by, "text or list or null", place, "`by`") and isinstance(by, list):
        for index, item in enumerate(by):
            found.need(item, "text", pointer(place, index), "Who may act")


def _check_goto(value: Json, path: str, states: Sequence[str], found: Findings) -> None:
    if value is None or not found.need(value, "text or null", path, "`goto`"):
        return
    name = value if isinstance(value, str) else ""
    if (name not in states and not is_end_key(name)) or name == "*":
        found.add(
            path,
            "state",
            f"There is no state {name!r}.{nearest(name, states)} An end state is written in"
            " parentheses: (done).",
            state=name,
        )


def check_period(value: Json, path: str, found: Findings) -> None:
    """Seconds, or a number and a unit."""
    if isinstance(value, bool) or not found.need(value, "number or text", path, "A period"):
        if isinstance(value, bool):
            found.add(path, "type", "A period is a number of seconds, or a text like `2 hours`.")
        return
    if isinstance(value, str):
        if _PERIOD.fullmatch(value) is None:
            found.add(
                path,
                "pattern",
                f"{value!r} is no period. Write a whole number and a unit in small letters:"
                " 30 s, 5 minutes, 2 hours, 1 day, 3 weeks.",
            )
    elif isinstance(value, (int, float)) and (value < 0 or value != int(value)):
        found.add(path, "minimum", "A period is a whole number of seconds, 0 or more.")


def _check_log(value: Json, path: str, found: Findings) -> None:
    if value is False or value is None:
        return
    if isinstance(value, bool) or not found.need(value, "object", path, "A log"):
        if isinstance(value, bool):
            found.add(path, "type", "A log is a map, or false.")
        return
    if isinstance(value, dict):
        for name in ("title", "description"):
            if name in value:
                check_text(value[name], f"{path}/{name}", found, f"A {name}")
        if "if" in value:
            check_condition(value["if"], f"{path}/if", found)


def _check_notify(value: Json, path: str, found: Findings) -> None:
    """A service, a notification, or a list of these."""
    if value is None or not found.need(value, "text or object or list", path, "`notify`"):
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            where = pointer(path, index)
            if found.need(item, "text or object", where, "A notification"):
                _check_notification(item, where, found)
    else:
        _check_notification(value, path, found)


def _check_notification(value: Json, path: str, found: Findings) -> None:
    if not isinstance(value, dict):
        return
    if "service" not in value:
        found.add(path, "required", "The notification names no `service`.")
    else:
        found.need(value["service"], "text", f"{path}/service", "A service")
    if value.get("after") is not None:
        check_period(value["after"], f"{path}/after", found)
    if "if" in value:
        check_condition(value["if"], f"{path}/if", found)
    trigger = value.get("trigger")
    if not is_function(trigger):
        found.need(trigger, "text or null", f"{path}/trigger", "A trigger")
