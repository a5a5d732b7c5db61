"""What checking a value by a schema may cost, worked out before anything is checked.

A schema may apply many sub-schemas to one place of a value: `allOf` of two references, each to an
`allOf` of two references, and so on, doubles at every level. The native checker works all of them
out. So we count, for each level of nesting in the value, how many sub-schemas may apply to one
place on that level; every reference is counted once for each use of it, but worked out once.

Three things follow:

- a schema that leads to itself for the same value never ends, and is refused;
- one that amounts to more than `Limits.schema_cost` sub-schemas for one place is refused or, when
  it is recursive, may only be used down to the depth where it does not;
- from the figures for work and patterns follows how large a value may be (see `guard`).

The counts are upper bounds: of the properties of a place only the dearest is counted in each
sub-schema, as if the dearest ones of all sub-schemas were the same property.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callboard.core.limits import Limits
from callboard.core.schema.graph import EVERY_ITEM, EVERY_PROPERTY, Node
from callboard.core.schema.problems import schema_problem

CHAIN: Final = 64
"""How many sub-schemas may lead from one to the next for the same value (native stack)."""
_CAP: Final = 10**12
_STEPS: Final = 500_000


@dataclass(frozen=True, slots=True)
class Cost:
    """The most that a schema may cost at one place of a value."""

    work: int
    width: int
    errors: int
    depth: int | None
    """How deep a value may be nested; None where the schema does not follow it without end."""


def cost_of(nodes: Mapping[str, Node], limits: Limits) -> Cost:
    """The cost of the schema whose root is at `""`. Raises SchemaError when it is too high."""
    order = _order(nodes)
    count = _Levels(nodes, order, dict.fromkeys(order, 1), limits)
    highest, reached, ends = count.run(limits.schema_cost)
    if highest > limits.schema_cost and (reached < 0 or ends):
        raise schema_problem(
            f"The schema amounts to more than {limits.schema_cost} sub-schemas for one value."
        )
    depth = None if ends else reached
    levels = limits.document_depth if depth is None else depth

    def peak(weights: dict[str, int]) -> int:
        if not any(weights.values()):
            return 0
        return _Levels(nodes, order, weights, limits).run(_CAP, levels)[0]

    return Cost(
        work=peak({key: nodes[key].work for key in order}),
        width=peak({key: nodes[key].width for key in order}),
        errors=peak({key: nodes[key].errors for key in order}),
        depth=depth,
    )


def _order(nodes: Mapping[str, Node]) -> list[str]:
    """The sub-schemas that the root leads to, each after those that it applies to the same value.

    Refuses what leads to itself for the same value, and chains longer than `CHAIN`.
    """
    height: dict[str, int] = {}
    for start in _reached(nodes):
        path = [(start, iter(nodes[start].in_place))] if start not in height else []
        open_nodes = {start}
        while path:
            pointer, rest = path[-1]
            following = next((key for key in rest if key not in height), None)
            if following is None:
                path.pop()
                open_nodes.discard(pointer)
                height[pointer] = 1 + max(
                    (height[key] for key in nodes[pointer].in_place), default=0
                )
            elif following in open_nodes:
                raise schema_problem("The schema leads to itself for the same value.", following)
            else:
                path.append((following, iter(nodes[following].in_place)))
                open_nodes.add(following)
        if height[start] > CHAIN:
            raise schema_problem("Too many sub-schemas lead from one to the next.", start)
    return list(height)


def _reached(nodes: Mapping[str, Node]) -> list[str]:
    """The sub-schemas that judge a value or a part of it, from the root."""
    found = {"": None}
    pending = [""]
    while pending:
        node = nodes[pending.pop()]
        for key in (*node.in_place, *(key for _, key in node.children)):
            if key not in found:
                found[key] = None
                pending.append(key)
    return list(found)


class _Levels:
    """Counts, level by level, what may apply to one place of a value."""

    def __init__(
        self,
        nodes: Mapping[str, Node],
        order: list[str],
        weights: Mapping[str, int],
        limits: Limits,
    ) -> None:
        self.nodes = nodes
        self.order = order
        self.weights = weights
        self.limits = limits

    def run(self, bound: int, levels: int | None = None) -> tuple[int, int, bool]:
        """The highest count, the last level within the bound, and whether the levels end.

        Counting stops where the levels end, where they repeat themselves, at `levels`, or when it
        takes too long.
        """
        most = self.limits.document_depth if levels is None else levels
        highest, reached, over = 0, -1, False
        counts: dict[str, int] = {}
        for level in range(most + 1):
            before, counts = counts, self._count(level, counts)
            highest = max(highest, counts[""])
            over = over or counts[""] > bound
            reached = reached if over else level
            if not any(counts.values()):
                return highest, reached, True
            if counts == before:
                return highest, reached if over else most, False
            if (level + 1) * len(self.order) > _STEPS:
                break
        return highest, reached, False

    def _count(self, level: int, above: Mapping[str, int]) -> dict[str, int]:
        counts: dict[str, int] = {}
        surveys: dict[str, int] = {}
        for key in self.order:
            node = self.nodes[key]
            own = self.weights[key] if level == 0 else _dearest(node, above)
            inner = sum(counts[other] for other in node.in_place)
            survey = inner + sum(surveys[other] for other in node.in_place)
            counts[key] = min(own + inner + (survey if node.surveys else 0), _CAP)
            surveys[key] = min(own + survey, _CAP)
        return counts


def _dearest(node: Node, above: Mapping[str, int]) -> int:
    """The most that the parts of a value may get from one sub-schema."""
    by_part: dict[str, int] = {}
    for part, key in node.children:
        by_part[part] = by_part.get(part, 0) + above[key]
    of_properties = by_part.pop(EVERY_PROPERTY, 0)
    of_items = by_part.pop(EVERY_ITEM, 0)
    named = max((count for part, count in by_part.items() if part[0] == "."), default=0)
    numbered = max((count for part, count in by_part.items() if part[0] == "["), default=0)
    return max(of_properties + named, of_items + numbered)
