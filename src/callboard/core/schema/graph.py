"""A schema as a graph: its sub-schemas, and which of them judge the same value or a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from callboard.core.values import JsonObject

EVERY_PROPERTY: Final = "{}"
EVERY_ITEM: Final = "[]"


@dataclass(frozen=True, slots=True)
class Node:
    """One sub-schema. The lists grow while the graph is built, and not afterwards.

    `in_place` are the sub-schemas that judge the same value, `children` those that judge a part
    of it, each with the part: `{}` and `[]` for every property and item, `.name` and `[0]` for one.
    """

    in_place: list[str] = field(default_factory=list)
    children: list[tuple[str, str]] = field(default_factory=list)
    work: int = 1
    """What judging a value by this sub-schema alone costs, about 70 nanoseconds a unit."""
    width: int = 0
    """The states of its patterns, to be followed for each character."""
    errors: int = 1
    """How many errors it may give by itself."""
    surveys: bool = False
    """Whether it asks which parts of the value others have judged (`unevaluated…`)."""


Message: TypeAlias = "str | JsonObject"
"""An `errorMessage`: a text, or texts by keyword."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A schema in one document, ready for the native checker, and what we know about it.

    Sub-schemas are named by their JSON Pointer in `schema`.
    """

    schema: JsonObject | bool
    nodes: Mapping[str, Node]
    references: Mapping[str, str]
    """Where the `$ref` of a sub-schema leads."""
    messages: Mapping[str, Message]
    formats: Mapping[str, str]
    """Sub-schemas that stand for a `format` of numbers, and which."""
    limits: frozenset[str]
    """Which of `formatMinimum` and its kin are used."""
