"""Query parameters: what a route declares is converted, anything else is refused.

Theory: the schema in the declaration is the rule: its type says how the text is read, its bounds
and its enum what may be read. All mistakes are told at once.

Invariants: a parameter is given at most once, unless it is an array: then each time adds an item.
One without a value is true when it is a boolean.
Specification: api, details 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from callboard.core.values import JsonObject
from callboard.errors import InvalidError, Reason, told
from callboard.server.messages import NOTHING, QueryValue
from callboard.server.route import Parameter, Route
from callboard.server.suggest import unknown

__all__ = ["read_query"]

MOST: Final = 50
INTEGER: Final = re.compile(r"-?[0-9]{1,15}")
BOOLEANS: Final = {"true": True, "1": True, "": True, "false": False, "0": False}


def read_query(route: Route, text: str) -> Mapping[str, QueryValue]:
    """The declared parameters that were given. Raises `InvalidError` with every mistake."""
    if not text or route.open_query:
        return NOTHING
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST)
    except ValueError:
        raise InvalidError(f"There are more than {MOST} query parameters.") from None
    declared = route.in_query()
    values: dict[str, QueryValue] = {}
    reasons: list[Reason] = []
    for name, given in pairs:
        outcome = _read(declared, values, name, given)
        if isinstance(outcome, Reason):
            reasons.append(outcome)
        else:
            values[name] = outcome
    if reasons:
        raise InvalidError(told(reasons), reasons)
    return values


def _read(
    declared: Mapping[str, Parameter], values: Mapping[str, QueryValue], name: str, given: str
) -> QueryValue | Reason:
    parameter = declared.get(name)
    if parameter is None:
        shown = [item.name for item in declared.values() if not item.hidden]
        return _wrong(name, unknown("query parameter", name, shown))
    if "\0" in given:
        return _wrong(name, f'"{name}" holds a NUL character.')
    if parameter.schema.get("type") == "array":
        return _item(parameter, values.get(name), given)
    if name in values:
        return _wrong(name, f'The query parameter "{name}" is given more than once.')
    return convert(parameter, given)


def _item(parameter: Parameter, before: QueryValue | None, given: str) -> QueryValue | Reason:
    """What was given so far of an array, with one more text."""
    items, most = before if isinstance(before, tuple) else (), parameter.schema.get("maxItems")
    if isinstance(most, int) and len(items) >= most:
        return _wrong(parameter.name, f'"{parameter.name}" may be given {most} times.')
    return (*items, given)


def convert(parameter: Parameter, given: str) -> QueryValue | Reason:
    """A text as the type that the parameter's schema names, or the reason why it is none."""
    schema, name = parameter.schema, parameter.name
    match schema.get("type"):
        case "boolean":
            value = BOOLEANS.get(given.lower())
            return _wrong(name, f'"{name}" is true or false.') if value is None else value
        case "integer":
            if INTEGER.fullmatch(given) is None:
                return _wrong(name, f'"{name}" is a whole number.')
            return _bounded(name, int(given), schema)
        case _:
            choices = schema.get("enum")
            if isinstance(choices, list) and given not in choices:
                return _wrong(name, f'"{name}" is one of {", ".join(map(str, choices))}.')
            return given


def _bounded(name: str, number: int, schema: JsonObject) -> int | Reason:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(low, int) and number < low:
        return _wrong(name, f'"{name}" is at least {low}.')
    if isinstance(high, int) and number > high:
        return _wrong(name, f'"{name}" is at most {high}.')
    return number


def _wrong(name: str, message: str) -> Reason:
    return Reason("query", message, details={"parameter": name[:80]})
