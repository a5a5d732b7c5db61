"""Actors, variables and the result: what a scenario declares as schemas.

Specification: language, section 3. An actor's schema is a closed object that always has `id`,
`title` and `role`, whatever the author wrote for those three; one that refers to a schema by
`$ref` is left to that schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callboard.core.limits import Limits
from callboard.core.scenario.normalize.refusal import pointer_to, refuse
from callboard.core.scenario.normalize.titles import or_title
from callboard.core.schema.shorthand import normalize_schema
from callboard.core.values import Json, JsonObject
from callboard.errors import SchemaError

_TEXT: Final[JsonObject] = {"type": "string"}
_ROLE: Final[JsonObject] = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_ACTOR_PROPERTIES: Final[Mapping[str, Json]] = {"id": _TEXT, "title": _TEXT, "role": _ROLE}


def schema_at(schema: Json, pointer: str, limits: Limits) -> Json:
    """A schema written out; a SchemaError becomes the scenario's."""
    try:
        return normalize_schema(schema, limits=limits, pointer=pointer)
    except SchemaError as error:
        refuse(error.message, error.pointer or pointer)


def normalize_actors(actors: Mapping[str, Json], limits: Limits) -> JsonObject:
    return {
        key: _actor(key, schema, pointer_to("actors", key), limits)
        for key, schema in actors.items()
    }


def _actor(key: str, written: Json, pointer: str, limits: Limits) -> Json:
    schema = schema_at(written, pointer, limits) if isinstance(written, str) else written
    if schema is None:
        schema = {}
    if not isinstance(schema, dict):
        refuse("An actor is a schema: a map or a text.", pointer)
    actor = {**schema, "title": or_title(schema, key)}
    if actor.get("$ref") is None:
        properties = actor.get("properties")
        if properties is not None and not isinstance(properties, dict):
            refuse("The properties of an actor are a map.", f"{pointer}/properties")
        actor["type"] = "object" if actor.get("type") is None else actor["type"]
        actor["properties"] = {**(properties or {}), **_ACTOR_PROPERTIES}
    return schema_at(actor, pointer, limits)


def normalize_variables(variables: Mapping[str, Json], limits: Limits) -> JsonObject:
    return {
        key: _variable(key, schema, pointer_to("vars", key), limits)
        for key, schema in variables.items()
    }


def _variable(key: str, written: Json, pointer: str, limits: Limits) -> Json:
    schema = schema_at(written, pointer, limits)
    return {**schema, "title": or_title(schema, key)} if isinstance(schema, dict) else schema
