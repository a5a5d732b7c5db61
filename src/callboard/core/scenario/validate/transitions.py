"""Ways out of a state: transitions, whether they stand in a list or are the state itself.

`by` beside `after` is refused, and beside `on: ~` where the state itself is the transition: nobody
acts there (specification: language, section 4).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import Findings, shown
from callboard.core.scenario.validate.functions import check_condition, check_text
from callboard.core.scenario.validate.kinds import is_function, is_number
from callboard.core.values import Json, JsonObject

PERIOD: Final = "[0-9]{1,15} *(s|seconds?|m|minutes?|h|hours?|d|days?|w|weeks?)"
_PERIOD: Final = re.compile(PERIOD)
_END: Final = re.compile(r"\(.+\)", re.DOTALL)
_LONGEST: Final = 2**53 - 1


def is_end_key(key: str) -> bool:
    """Whether a key names an end state: `(name)`.

    >>> is_end_key("(done)"), is_end_key("()"), is_end_key("done")
    (True, False, False)
    """
    return _END.fullmatch(key) is not None


def check_transition(
    value: JsonObject, place: Place, states: Collection[str], found: Findings, *, simple: bool
) -> None:
    """One way out; `simple`: it is the state itself."""
    _check_kind(value, place, found)
    _check_by(value, place, found, simple=simple)
    if not simple:  # a simple state's `if` is a property of its author's own (section 5.7)
        check_condition(value.get("if"), place / "if", found)
    if "goto" in value:
        _check_goto(value["goto"], place / "goto", states, found)
    else:
        message = "`goto` is missing: where does it lead? `goto: ~` stays in the state."
        found.add(place, "required", message, missingProperty="goto")
    check_log(value.get("log"), place / "log", found)


def _check_kind(value: JsonObject, place: Place, found: Findings) -> None:
    """Either `on` an action (or null: automatic) or `after` a time."""
    if "on" in value and "after" in value:
        message = "A transition is either `on` an action or `after` a time, not both."
        found.add(place, "oneOf", message, passingSchemas=[0, 1])
    elif "on" not in value and "after" not in value:
        message = "A transition needs `on` (an action; null: at once) or `after` (a time)."
        found.add(place, "required", message, missingProperty="on")
    found.need(value.get("on"), place / "on", "`on`", "string", "null")
    if "after" in value:
        check_period(value["after"], place / "after", found)


def _check_by(value: JsonObject, place: Place, found: Findings, *, simple: bool) -> None:
    if "by" not in value:
        return
    if "after" in value:
        message = "A time-out is nobody's doing: `by` does not go with `after`."
        found.add(place / "by", "not", message)
    elif simple and "on" in value and value["on"] is None:
        message = "What happens at once (`on: ~`) is nobody's doing: leave `by` out."
        found.add(place, "not", message)
    by = value["by"]
    if found.need(by, place / "by", "`by`", "string", "array", "null") and isinstance(by, list):
        found.texts(by, place / "by", "A name in `by`")


def _check_goto(value: Json, place: Place, states: Collection[str], found: Findings) -> None:
    if not isinstance(value, str):
        hint = " Where it leads is fixed; a choice is several transitions, each with an `if`."
        hint = hint * is_function(value)
        found.need(value, place, "`goto`", "string", "null", hint=hint)
    elif value == "*":
        message = "`goto` names `*`, which stands for every state and is none itself."
        found.add(place, "state", message, value="*")
    elif value not in states and not is_end_key(value):
        _add_unknown(value, place, states, found)


def _add_unknown(name: str, place: Place, states: Collection[str], found: Findings) -> None:
    message = f"`goto` names the state {shown(name)}, which does not exist."
    end = f"({name})"
    if end in states:
        message += f" Did you mean {shown(end)}?"
        found.add(place, "state", message, value=name[:80], allowedValues=[end])
    else:
        otherwise = f" The key of an end state stands in parentheses: {shown(end)}."
        found.unknown(place, "state", message, name, states, otherwise if name else "")


def check_period(value: Json, place: Place, found: Findings) -> None:
    """Whole seconds, or a whole number and a unit."""
    if isinstance(value, str):
        if _PERIOD.fullmatch(value) is None:
            message = (
                f"{shown(value)} is no period: write a whole number and a unit in small letters,"
                " such as 30 seconds, 5 m, 2 hours, 1 day, 3w."
            )
            found.add(place, "pattern", message, pattern=PERIOD)
    elif is_number(value):
        if not (0 <= value <= _LONGEST and value == value // 1):
            message = "A period is a whole number of seconds, 0 or more."
            found.add(place, "minimum", message, comparison=">=", limit=0)
    else:
        hint = " When it is due is fixed when the state is entered." * is_function(value)
        found.need(value, place, "A period", "integer", "string", hint=hint)


def check_log(value: Json, place: Place, found: Findings) -> None:
    """What a transition logs: a map, or false for nothing."""
    if value is None or value is False:
        return
    if value is True:
        message = "The log is true; it is a map, or false for nothing."
        found.add(place, "const", message, allowedValue=False)
        return
    found.need(value, place, "The log", "object", "function")
    log = value if isinstance(value, dict) and not is_function(value) else None
    if log is not None:
        check_text(log.get("title"), place / "title", found, "The title")
        check_text(log.get("description"), place / "description", found, "The description")
        check_condition(log.get("if"), place / "if", found)
