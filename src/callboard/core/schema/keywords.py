"""The keywords of JSON Schema 2020-12 that a checker acts on, by what stands at them.

Every other keyword is an annotation: it may hold anything and decides nothing. `definitions` and
`dependencies` are older names that are still understood.
"""

from __future__ import annotations

from typing import Final

IN_PLACE_ONE: Final = ("not", "if", "then", "else")
"""One schema for the same value."""
IN_PLACE_LIST: Final = ("allOf", "anyOf", "oneOf")
"""A list of schemas for the same value."""
IN_PLACE_MAP: Final = ("dependentSchemas", "dependencies")
"""A map to schemas for the same value."""
EVERY_PROPERTY: Final = ("additionalProperties", "unevaluatedProperties", "propertyNames")
"""One schema for the values, or names, of properties."""
EVERY_ITEM: Final = ("items", "contains", "unevaluatedItems")
"""One schema for the items of a list."""
DEFINITIONS: Final = ("$defs", "definitions")
"""A map to schemas that apply only where a reference names them."""
REFERENCES: Final = ("$ref", "$dynamicRef")
"""References; a dynamic one is followed like a plain one, within one document it is the same."""

LIMITS_OF_FORMATS: Final = (
    "formatMinimum",
    "formatMaximum",
    "formatExclusiveMinimum",
    "formatExclusiveMaximum",
)

ASSERTIONS: Final = frozenset(
    (
        "type",
        "enum",
        "const",
        "multipleOf",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxContains",
        "minContains",
        "maxProperties",
        "minProperties",
        "required",
        "dependentRequired",
        "format",
        *LIMITS_OF_FORMATS,
    )
)
"""What is passed on as it is."""
