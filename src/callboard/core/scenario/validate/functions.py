"""Data functions as they are written: `<ref>`, `<tpl>`, `<select>` (specification: language, 4).

Whether an expression or a template makes sense is for lint to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from callboard.core.expression.data import FUNCTION_KEYS, REF, SELECT, TPL
from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import Findings, listed, shown
from callboard.core.values import Json, JsonObject

_TPL_KEYS: Final = ("template", "view", "partials")


def check_functions(value: Json, place: Place, found: Findings) -> None:
    """Check every data function in a value, at any depth."""
    for function, path in _functions(value):
        at = place
        for key in path:
            at = at / key
        _check_function(function, at, found)


_Link: TypeAlias = "tuple[_Link, str | int] | None"


def _functions(value: Json) -> Iterator[tuple[JsonObject, list[str | int]]]:
    """The data functions in a value, those inside others too, each with the keys that lead there.

    Most values hold few functions, so the way to a value is kept as a link to the one around it.
    """
    pending: list[tuple[Json, _Link]] = [(value, None)]
    while pending:
        item, link = pending.pop()
        if isinstance(item, dict):
            if REF in item or TPL in item or SELECT in item:
                yield item, _path(link)
            parts: Iterable[tuple[str | int, Json]] = item.items()
        elif isinstance(item, list):
            parts = enumerate(item)
        else:
            continue
        inner = [(part, (link, key)) for key, part in parts if isinstance(part, _HOLDS)]
        pending.extend(reversed(inner))


_HOLDS: Final = (dict, list)


def _path(link: _Link) -> list[str | int]:
    path: list[str | int] = []
    while link is not None:
        link, key = link
        path.append(key)
    return path[::-1]


def _check_function(value: JsonObject, place: Place, found: Findings) -> None:
    """The form of one function; functions inside it are met on their own."""
    keys = [key for key in FUNCTION_KEYS if key in value]
    if len(keys) > 1:
        found.add(place, "oneOf", f"A data function has exactly one of {' and '.join(keys)}.")
    elif len(value) > 1:
        others = listed(key for key in value if key not in keys)
        message = f"A data function stands alone; beside `{keys[0]}` there is {others}."
        found.add(place, "maxProperties", message)
    if REF in value:
        hint = " An expression is never computed."
        found.need(value[REF], place / REF, "The expression", "string", hint=hint)
    if TPL in value:
        _check_template(value[TPL], place / TPL, found)
    if SELECT in value:
        options = found.as_map(value[SELECT], place / SELECT, "A `<select>`")
        if options is not None and "$" not in options:
            message = "The `<select>` has no `$`: the value that chooses among the options."
            found.add(place / SELECT, "required", message, missingProperty="$")


def _check_template(value: Json, place: Place, found: Findings) -> None:
    if isinstance(value, str) or not found.need(value, place, "A template", "string", "object"):
        return
    parts: JsonObject = value if isinstance(value, dict) else {}
    if "template" not in parts:
        message = "The map of a `<tpl>` has no `template`."
        found.add(place, "required", message, missingProperty="template")
    if "template" in parts:
        found.need(parts["template"], place / "template", "A template", "string", "function")
    partials = parts.get("partials")
    found.need(partials, place / "partials", "`partials`", "object", "function", "null")
    for key in parts:
        if key not in _TPL_KEYS:
            message = f"The map of a `<tpl>` has no place for {shown(key)}."
            found.unknown(place, "additionalProperties", message, key, _TPL_KEYS)


def check_text(value: Json, place: Place, found: Findings, what: str) -> None:
    """A text, or a function that gives one."""
    found.need(value, place, what, "string", "function", "null")


def check_condition(value: Json, place: Place, found: Findings) -> None:
    """An `if`: true, false, or a function."""
    hint = ""
    if isinstance(value, str) and value:
        hint = f" An expression is written {{'<ref>': {shown(value)}}}, in YAML with `!ref`."
    found.need(value, place, "The condition", "boolean", "function", "null", hint=hint)
