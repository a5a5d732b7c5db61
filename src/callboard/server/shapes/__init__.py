"""The shapes of what crosses the wire, as JSON Schemas: what is shown, and what is checked.

Theory: a body that comes in is checked against the very schema that the OpenAPI document shows, so
that the two cannot differ. `COMPONENTS` are the named schemas, a kind of thing a file; routes refer
to them with `ref`.

Specification: api, table 1 and section 3; process, "The process".
"""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes import (
    admin,
    apikeys,
    notifications,
    processes,
    proving,
    scenarios,
    seeing,
    system,
    tasks,
)
from callboard.server.shapes.headers import HEADERS
from callboard.server.shapes.parts import INTEGER, UUID, array, ref
from callboard.server.shapes.processes import ACTOR_INPUT, START

__all__ = ["ACTOR_INPUT", "COMPONENTS", "HEADERS", "INTEGER", "START", "UUID", "array", "ref"]

_KINDS: Final = (
    admin,
    apikeys,
    notifications,
    processes,
    proving,
    scenarios,
    seeing,
    system,
    tasks,
)

COMPONENTS: Final[dict[str, JsonObject]] = dict(
    sorted(item for kind in _KINDS for item in kind.COMPONENTS.items())
)
"""The named schemas of the OpenAPI document, by name."""
