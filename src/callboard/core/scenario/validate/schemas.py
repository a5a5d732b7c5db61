"""Schemas as authors write them: JSON Schema with our shorthands (specification: language, 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from callboard.core.scenario.validate.findings import Findings, nearest, pointer
from callboard.core.scenario.validate.functions import is_function
from callboard.core.values import Json, JsonObject

SCALARS: Final = ("string", "number", "integer", "boolean", "null")
TYPES: Final = (*SCALARS, "object", "array")
_DEEPEST: Final = 100
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_COUNTS = (
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minContains",
    "maxContains",
)
_TEXTS = ("$ref", "$id", "$schema", "$anchor", "$dynamicRef", "$comment", "pattern", "format")
_FLAGS = ("uniqueItems", "nullable", "deprecated", "readOnly", "writeOnly")
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)


def is_reference(text: str) -> bool:
    """Whether a text in place of a schema is a `$ref`."""
    return text.startswith(("http:", "https:", "#"))


def check_named(value: Json, path: str, findings: Findings) -> None:
    """A variable's or the result's schema: a scalar type by its name, or a schema."""
    if isinstance(value, str):
        if value not in SCALARS:
            findings.add(
                path,
                "enum",
                f"{value!r} is no scalar type ({', '.join(SCALARS)}); anything else is written as"
                f" a map.{nearest(value, SCALARS)}",
            )
        return
    if findings.need(value, "object", path, "A schema"):
        check_schema(value, path, findings, 0)


def check_response(value: Json, path: str, findings: Findings) -> None:
    """An action's response: a type, a `$ref` as a text, a schema, or a function."""
    if value is None or is_function(value):
        return
    if isinstance(value, str):
        _check_short(value, path, findings)
    elif findings.need(value, "text or object", path, "A response schema"):
        check_schema(value, path, findings, 0)


def check_schema(value: Json, path: str, findings: Findings, depth: int) -> None:
    """A schema and what is in it."""
    if depth > _DEEPEST:
        findings.add(path, "depth", "The schema is nested too deep.")
        return
    if isinstance(value, str):
        _check_short(value, path, findings)
        return
    if isinstance(value, bool) or is_function(value):
        return
    if not findings.need(value, "object or text or boolean", path, "A schema"):
        return
    if isinstance(value, dict):
        for key, item in value.items():
            check = _KEYWORDS.get(key)
            if check is not None and not is_function(item):
                check(item, pointer(path, key), findings, depth + 1)


def _check_short(text: str, path: str, findings: Findings) -> None:
    if text not in TYPES and not is_reference(text):
        findings.add(path, "enum", f"{text!r} is no type.{nearest(text, TYPES)}")


Check = Callable[[Json, str, Findings, int], None]


def _check_number(value: Json, path: str, findings: Findings, _: int) -> None:
    findings.need(value, "number", path, path.rpartition("/")[2])


def _check_count(value: Json, path: str, findings: Findings, _: int) -> None:
    name = path.rpartition("/")[2]
    if findings.need(value, "number", path, name) and (
        not isinstance(value, (int, float)) or value < 0 or value != int(value)
    ):
        findings.add(path, "minimum", f"{name} is a whole number of 0 or more.")


def _check_text(value: Json, path: str, findings: Findings, _: int) -> None:
    findings.need(value, "text", path, path.rpartition("/")[2])


def _check_flag(value: Json, path: str, findings: Findings, _: int) -> None:
    findings.need(value, "boolean", path, path.rpartition("/")[2])


def _check_type(value: Json, path: str, findings: Findings, _: int) -> None:
    names = value if isinstance(value, list) else [value]
    if isinstance(value, list) and not value:
        findings.add(path, "minItems", "The list of types is empty.")
    for name in names:
        if not isinstance(name, str) or name not in TYPES:
            hint = nearest(name, TYPES) if isinstance(name, str) else ""
            findings.add(path, "enum", f"{name!r} is no type.{hint}")


def _check_names(value: Json, path: str, findings: Findings, _: int) -> None:
    if findings.need(value, "list", path, "required") and isinstance(value, list):
        for index, item in enumerate(value):
            findings.need(item, "text", pointer(path, index), "A name")


def _check_enum(value: Json, path: str, findings: Findings, _: int) -> None:
    findings.need(value, "list", path, "enum")


def _check_map(value: Json, path: str, findings: Findings, depth: int) -> None:
    if findings.need(value, "object", path, path.rpartition("/")[2]) and isinstance(value, dict):
        for key, item in value.items():
            check_schema(item, pointer(path, key), findings, depth)


def _check_list(value: Json, path: str, findings: Findings, depth: int) -> None:
    if findings.need(value, "list", path, path.rpartition("/")[2]) and isinstance(value, list):
        for index, item in enumerate(value):
            check_schema(item, pointer(path, index), findings, depth)


_KEYWORDS: dict[str, Check] = {
    "type": _check_type,
    "required": _check_names,
    "enum": _check_enum,
    **dict.fromkeys(_NUMBERS, _check_number),
    **dict.fromkeys(_COUNTS, _check_count),
    **dict.fromkeys(_TEXTS, _check_text),
    **dict.fromkeys(_FLAGS, _check_flag),
    **dict.fromkeys(_MAPS, _check_map),
    **dict.fromkeys(_LISTS, _check_list),
    **dict.fromkeys(_SINGLE, check_schema),
}


def check_actor(value: Json, path: str, findings: Findings) -> None:
    """An actor: null, or a schema of its properties, with a title and roles."""
    if value is None or not findings.need(value, "object or null", path, "An actor"):
        return
    actor: JsonObject = value if isinstance(value, dict) else {}
    if "type" in actor and actor["type"] not in ("object", None):
        findings.add(f"{path}/type", "const", "An actor is an object; leave `type` out.")
    if "title" in actor:
        findings.need(actor["title"], "text or null", f"{path}/title", "A title")
    _check_role(actor.get("role"), f"{path}/role", findings)
    rest = {key: item for key, item in actor.items() if key not in ("type", "title", "role")}
    check_schema(rest, path, findings, 0)


def _check_role(value: Json, path: str, findings: Findings) -> None:
    if findings.need(value, "text or list or null", path, "A role") and isinstance(value, list):
        for index, item in enumerate(value):
            findings.need(item, "text", pointer(path, index), "A role")
