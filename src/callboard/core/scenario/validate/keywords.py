"""What may stand at the keywords of JSON Schema that hold no schemas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import Findings, shown
from callboard.core.scenario.validate.kinds import is_number, is_whole
from callboard.core.values import Json

TYPES: Final = ("string", "number", "integer", "boolean", "null", "object", "array")

_NUMBERS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_COUNTS: Final = (
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minContains",
    "maxContains",
)
_TEXTS: Final = (
    "$ref",
    "$dynamicRef",
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$comment",
    "pattern",
    "format",
    "contentEncoding",
    "contentMediaType",
    "formatMinimum",
    "formatMaximum",
    "formatExclusiveMinimum",
    "formatExclusiveMaximum",
)
_PROSE: Final = ("title", "description")
_FLAGS: Final = ("uniqueItems", "nullable", "deprecated", "readOnly", "writeOnly", "!required")

Check: TypeAlias = Callable[[Json, Place, Findings], None]


def check_keyword(key: str, value: Json, place: Place, found: Findings) -> None:
    """Note what is wrong with a keyword's value; unknown keywords may hold anything."""
    check = CHECKS.get(key)
    if check is not None:
        check(value, place, found)


def _check_number(value: Json, place: Place, found: Findings) -> None:
    found.need(value, place, f"`{place.key}`", "number")


def _check_step(value: Json, place: Place, found: Findings) -> None:
    found.need(value, place, f"`{place.key}`", "number")
    if is_number(value) and value <= 0:
        found.add(place, "exclusiveMinimum", f"`{place.key}` has to be above 0.")


def _check_count(value: Json, place: Place, found: Findings) -> None:
    found.need(value, place, f"`{place.key}`", "integer")
    if is_whole(value) and value < 0:
        found.add(place, "minimum", f"`{place.key}` has to be 0 or more.")


def _check_text(value: Json, place: Place, found: Findings) -> None:
    found.need(value, place, f"`{place.key}`", "string")


def _check_prose(value: Json, place: Place, found: Findings) -> None:
    found.need(value, place, f"The {place.key}", "string", "null")


def _check_flag(value: Json, place: Place, found: Findings) -> None:
    found.need(value, place, f"`{place.key}`", "boolean", "null")


def _check_type(value: Json, place: Place, found: Findings) -> None:
    if value is None or not found.need(value, place, "A type", "string", "array", "null"):
        return
    if isinstance(value, list):
        if not value:
            found.add(place, "minItems", "The list of types is empty.")
        for index, item in enumerate(value):
            _check_type_name(item, place / index, found)
    else:
        _check_type_name(value, place, found)


def _check_type_name(value: Json, place: Place, found: Findings) -> None:
    if isinstance(value, str):
        if value not in TYPES:
            found.unknown(place, "enum", f"There is no type {shown(value)}.", value, TYPES)
    else:
        found.need(value, place, "A type", "string")


def _check_names(value: Json, place: Place, found: Findings) -> None:
    found.texts(
        found.as_list(value, place, f"`{place.key}`") or [], place, "The name of a property"
    )


def _check_dependent(value: Json, place: Place, found: Findings) -> None:
    for name, item in (found.as_map(value, place, f"`{place.key}`") or {}).items():
        _check_names(item, place / name, found)


def _check_list(value: Json, place: Place, found: Findings) -> None:
    found.as_list(value, place, f"`{place.key}`")


def _check_message(value: Json, place: Place, found: Findings) -> None:
    """`errorMessage`: a text, or a map keyword → text (specification: language, section 5.14)."""
    if found.need(value, place, "An `errorMessage`", "string", "object"):
        for key, item in value.items() if isinstance(value, dict) else ():
            found.need(item, place / key, "An `errorMessage`", "string", "object")


CHECKS: Final[Mapping[str, Check]] = {
    "type": _check_type,
    "required": _check_names,
    "dependentRequired": _check_dependent,
    "enum": _check_list,
    "examples": _check_list,
    "multipleOf": _check_step,
    "errorMessage": _check_message,
    **dict.fromkeys(_NUMBERS, _check_number),
    **dict.fromkeys(_COUNTS, _check_count),
    **dict.fromkeys(_TEXTS, _check_text),
    **dict.fromkeys(_PROSE, _check_prose),
    **dict.fromkeys(_FLAGS, _check_flag),
}
