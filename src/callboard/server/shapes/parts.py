"""What shapes are put together from: small schemas, and the words to combine them."""

from __future__ import annotations

from typing import Final

from callboard.core.values import Json, JsonObject
from callboard.ports.caller import PRIVILEGES

TEXT: Final[JsonObject] = {"type": "string"}
TIME: Final[JsonObject] = {"type": "string", "format": "date-time"}
UUID: Final[JsonObject] = {"type": "string", "format": "uuid"}
INTEGER: Final[JsonObject] = {"type": "integer"}
NAMES: Final[JsonObject] = {"type": "array", "items": {"type": "string"}}
OBJECT: Final[JsonObject] = {"type": "object"}


def ref(name: str) -> JsonObject:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: JsonObject) -> JsonObject:
    """The schema of a list."""
    return {"type": "array", "items": items}


def record(
    properties: JsonObject, *, required: tuple[str, ...] = (), closed: bool = False, about: str = ""
) -> JsonObject:
    """The schema of an object; a closed one has no other properties."""
    schema: JsonObject = {"type": "object", "properties": properties}
    if about:
        schema["description"] = about
    if required:
        schema["required"] = list[Json](required)
    if closed:
        schema["additionalProperties"] = False
    return schema


def described(schema: JsonObject, description: str) -> JsonObject:
    """The schema with a description."""
    return {**schema, "description": description}


def nullable(schema: JsonObject) -> JsonObject:
    """The schema, or null."""
    return {**schema, "type": [schema["type"], "null"]}


PRIVILEGE: Final[JsonObject] = {"type": "string", "enum": list[Json](PRIVILEGES)}
NOT_EMPTY: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": 200}
