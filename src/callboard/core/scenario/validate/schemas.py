"""Schemas as authors write them: JSON Schema 2020-12 with shorthands.

Where a text may stand for a schema follows from how far normalisation reaches (specification:
language, section 5.8): in `NAMED` places it is a type or a reference, in `TYPED` ones a type; in
`PLAIN` ones, which normalisation leaves as they are, there is no shorthand at all.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import Findings, shown
from callboard.core.scenario.validate.keywords import TYPES, check_keyword
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.values import Json, JsonObject

SCALARS: Final = ("string", "number", "integer", "boolean", "null")
_REFERENCES: Final = ("http:", "https:", "#")
_REFERENCE_AS_MAP: Final = "Here a reference is written as a map: {$ref: …}."


class Shorthand(Enum):
    """What a text in place of a schema may be."""

    NAMED = "a type or a reference"
    TYPED = "a type"
    PLAIN = "nothing"


MAPS: Final = {
    **dict.fromkeys(("properties", "patternProperties", "$defs", "definitions"), Shorthand.NAMED),
    "dependentSchemas": Shorthand.PLAIN,
}
LISTS: Final = {
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), Shorthand.TYPED),
    "prefixItems": Shorthand.PLAIN,
}
SINGLE: Final = {
    **dict.fromkeys(("items", "additionalProperties"), Shorthand.TYPED),
    **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames"), Shorthand.PLAIN),
    **dict.fromkeys(
        ("unevaluatedItems", "unevaluatedProperties", "contentSchema"), Shorthand.PLAIN
    ),
}


def check_variable(value: Json, place: Place, found: Findings) -> None:
    """The schema of a variable or of the result: a scalar type by its name, or a schema."""
    if not isinstance(value, str):
        check_schema(value, place, Shorthand.NAMED, found)
    elif value.startswith(_REFERENCES):
        found.add(place, "enum", _REFERENCE_AS_MAP, allowedValues=list(SCALARS))
    elif value in TYPES and value not in SCALARS:
        message = f"What {shown(value)} holds has to be said: write a map, with `type` and more."
        found.add(place, "enum", message, allowedValues=list(SCALARS))
    elif value not in TYPES:
        message = f"There is no scalar type {shown(value)}."
        found.unknown(place, "enum", message, value, SCALARS)


def check_response(value: Json, place: Place, found: Findings) -> None:
    """The schema of an action's response; a data function may give it."""
    if value is not None and not is_function(value):
        check_schema(value, place, Shorthand.NAMED, found)


def check_schema(value: Json, place: Place, shorthand: Shorthand, found: Findings) -> None:
    """A schema and all that is in it."""
    if isinstance(value, dict):
        if not is_function(value):
            check_keywords(value, place, shorthand, found)
    elif isinstance(value, str) and shorthand is not Shorthand.PLAIN:
        _check_text(value, place, shorthand, found)
    elif not isinstance(value, bool):
        hint = ""
        if isinstance(value, str):
            hint = " A type is written {type: …} here; this place knows no shorthands."
        found.need(value, place, "A schema", "object", "boolean", hint=hint)


def _check_text(text: str, place: Place, shorthand: Shorthand, found: Findings) -> None:
    if text in TYPES:
        return
    if not text.startswith(_REFERENCES):
        found.unknown(place, "enum", f"There is no type {shown(text)}.", text, TYPES)
    elif shorthand is Shorthand.TYPED:
        found.add(place, "enum", _REFERENCE_AS_MAP, allowedValues=list(TYPES))


def check_keywords(schema: JsonObject, place: Place, shorthand: Shorthand, found: Findings) -> None:
    """The keywords of one schema; those that we do not know are annotations."""
    refers = schema.get("$ref") is not None
    for key, value in schema.items():
        at = place / key
        if is_function(value):
            continue
        if key in SINGLE:
            check_schema(value, at, _below(SINGLE[key], shorthand, refers), found)
        elif key in MAPS:
            entries = found.as_map(value, at, f"`{key}`") or {}
            for name, item in entries.items():
                check_schema(item, at / name, _below(MAPS[key], shorthand, refers), found)
        elif key in LISTS:
            # Beside a `$ref` only allOf, anyOf and oneOf are still normalised.
            below = _below(LISTS[key], shorthand, refers=False)
            for index, item in enumerate(found.as_list(value, at, f"`{key}`") or ()):
                check_schema(item, at / index, below, found)
        else:
            check_keyword(key, value, at, found)


def _below(inner: Shorthand, outer: Shorthand, refers: bool) -> Shorthand:
    """What a text inside may be: nothing, once normalisation has stopped further out."""
    return Shorthand.PLAIN if refers or outer is Shorthand.PLAIN else inner


def check_actor(value: Json, place: Place, found: Findings) -> None:
    """An actor: null, or the schema of its properties, with a title and roles."""
    actor = None if value is None else found.as_map(value, place, "An actor")
    if actor is None:
        return
    found.need(actor.get("title"), place / "title", "The title", "string", "null")
    if actor.get("type") not in ("object", None):
        message = "An actor is an object; leave `type` out."
        found.add(place / "type", "const", message, allowedValue="object")
    role = actor.get("role")
    found.need(role, place / "role", "A role", "string", "array", "null")
    if isinstance(role, list):
        found.texts(role, place / "role", "A role")
    schema = {key: item for key, item in actor.items() if key not in ("type", "title", "role")}
    check_keywords(schema, place, Shorthand.NAMED, found)
