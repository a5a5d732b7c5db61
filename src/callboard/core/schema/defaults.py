"""The default of a schema: what a variable, a result, an actor or a response is when nobody says.

Specification: process, "Instantiate". A default is taken through references inside the schema; a
reference that leads back to itself, or outside, has none. A schema that is larger than
`Limits.schema_cost` once its references are followed has no default at all; its checker refuses it
for the same reason.
"""

from __future__ import annotations

from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.schema.references import Anchors, resolve_local
from callboard.core.values import ABSENT, Absent, Json, JsonObject


def default_of(schema: Json, *, limits: Limits = DEFAULT_LIMITS) -> Json | Absent:
    """A schema's `default`, else its `const`, else the defaults of its properties, if any.

    >>> default_of({"properties": {"on": {"default": True}, "by": {"type": "string"}}})
    {'on': True}
    >>> default_of({"type": "string"}) is ABSENT
    True
    """
    search = _Search(schema, limits)
    found = search.default(schema, 0)
    return ABSENT if search.is_over() else found


class _Search:
    """One search: the references being followed, and how many schemas were looked at."""

    def __init__(self, root: Json, limits: Limits) -> None:
        self.root = root
        self.anchors = Anchors(root)
        self.limits = limits
        self.following: set[str] = set()
        self.targets: dict[str, Json | Absent] = {}
        self.seen = 0

    def is_over(self) -> bool:
        return self.seen > self.limits.schema_cost

    def default(self, schema: Json, depth: int) -> Json | Absent:
        self.seen += 1
        if not isinstance(schema, dict) or depth > self.limits.document_depth or self.is_over():
            return ABSENT
        for keyword in ("default", "const"):
            if keyword in schema:
                return schema[keyword]
        reference = schema.get("$ref")
        found = self.referred(reference, depth) if isinstance(reference, str) else ABSENT
        return self.of_properties(schema, depth) if isinstance(found, Absent) else found

    def referred(self, reference: str, depth: int) -> Json | Absent:
        if reference in self.following:
            return ABSENT
        target = self.target(reference)
        self.following.add(reference)
        found = ABSENT if isinstance(target, Absent) else self.default(target, depth + 1)
        self.following.discard(reference)
        return found

    def target(self, reference: str) -> Json | Absent:
        """Where a reference leads; looked up once."""
        if reference not in self.targets:
            self.targets[reference] = resolve_local(self.root, reference, self.anchors)
        return self.targets[reference]

    def of_properties(self, schema: JsonObject, depth: int) -> Json | Absent:
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            return ABSENT
        found = {key: self.default(inner, depth + 1) for key, inner in properties.items()}
        defaults = {key: item for key, item in found.items() if not isinstance(item, Absent)}
        return defaults or ABSENT
