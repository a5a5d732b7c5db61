"""What checking a value by a schema may cost, worked out before anything is checked.

A schema may apply many sub-schemas to one place of a value: `allOf` of two references, each to an
`allOf` of two references, and so on, doubles at every step. The native checker works all of them
out. So we count how many sub-schemas may apply to one place of a value, however deep; a reference
counts at each use, but what it leads to is worked out once. Three things follow:

- a schema that leads to itself for the same value never ends, and is refused;
- one that amounts to more than `Limits.schema_cost` sub-schemas for one place is refused or, when
  it is recursive, may only be used down to the depth where it does not;
- from the figures for work and patterns follows how large a value may be (see `guard`).

The counts are upper bounds: of the properties of a place only the dearest is counted in each
sub-schema, as if the dearest ones of all sub-schemas were the same property. In a schema that is
not recursive one pass counts for all depths at once; a recursive one is counted level by level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from callboard.core.limits import Limits
from callboard.core.schema.graph import EVERY_ITEM, EVERY_PROPERTY, Node
from callboard.core.schema.problems import schema_problem

CHAIN: Final = 64
"""How many sub-schemas may lead from one to the next for the same value (native stack)."""
_CAP: Final = 10**12
_STEPS: Final = 500_000

_Counts: TypeAlias = "dict[str, int]"


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
    order, is_recursive = _order(nodes, _all)
    if is_recursive:
        order, loops = _order(nodes, _in_place, order)
        if loops:
            raise schema_problem("The schema leads to itself for the same value.")
    _check_chains(nodes, order)
    graph = _Graph(nodes, order)
    ones = dict.fromkeys(order, 1)
    depth: int | None = None
    if is_recursive:
        depth = graph.depth_within(ones, limits)
    elif graph.peak(ones) > limits.schema_cost:
        raise _too_much(limits)

    def peak(weights: _Counts) -> int:
        if not any(weights.values()):
            return 0
        return graph.peak(weights) if depth is None else graph.peak_of_levels(weights, depth)

    return Cost(
        work=peak({key: nodes[key].work for key in order}),
        width=peak({key: nodes[key].width for key in order}),
        errors=peak({key: nodes[key].errors for key in order}),
        depth=depth,
    )


def _too_much(limits: Limits) -> Exception:
    return schema_problem(
        f"The schema amounts to more than {limits.schema_cost} sub-schemas for one value."
    )


def _in_place(node: Node) -> Iterator[str]:
    return iter(node.in_place)


def _all(node: Node) -> Iterator[str]:
    yield from node.in_place
    for _, key in node.children:
        yield key


def _order(
    nodes: Mapping[str, Node],
    following: Callable[[Node], Iterator[str]],
    starts: Iterable[str] = ("",),
) -> tuple[list[str], bool]:
    """The sub-schemas reached from `starts`, each after those it leads to; whether one loops."""
    done: dict[str, None] = {}
    open_keys: set[str] = set()
    loops = False
    for start in starts:
        path = [] if start in done else [(start, following(nodes[start]))]
        while path:
            key, rest = path[-1]
            open_keys.add(key)
            for other in rest:
                loops = loops or other in open_keys
                if other not in done and other not in open_keys:
                    path.append((other, following(nodes[other])))
                    break
            else:
                path.pop()
                open_keys.discard(key)
                done[key] = None
    return list(done), loops


def _check_chains(nodes: Mapping[str, Node], order: Sequence[str]) -> None:
    height: _Counts = {}
    for key in order:
        height[key] = 1 + max((height[other] for other in nodes[key].in_place), default=0)
        if height[key] > CHAIN:
            raise schema_problem("Too many sub-schemas lead from one to the next.", key)


class _Graph:
    """Counts what may apply to one place of a value; `order` has each sub-schema after those that
    it applies to the same value and, unless the schema is recursive, to parts of it.
    """

    def __init__(self, nodes: Mapping[str, Node], order: Sequence[str]) -> None:
        self.nodes = nodes
        self.order = order

    def peak(self, weights: _Counts) -> int:
        """The highest count at any depth, in a schema that is not recursive."""
        counts: _Counts = {}
        surveys: _Counts = {}
        for key in self.order:
            node = self.nodes[key]
            own = max(weights[key], _dearest(node, counts)) if node.children else weights[key]
            _add(key, node, own, counts, surveys)
        return counts[""]

    def depth_within(self, ones: _Counts, limits: Limits) -> int:
        """The depth to which a recursive schema stays within `Limits.schema_cost`.

        Counting stops where the counts repeat themselves, and when it takes too long.
        """
        depth = -1
        before: _Counts = {}
        for counts in self._levels(ones, limits.document_depth):
            if counts[""] > limits.schema_cost:
                break
            depth += 1
            if counts == before:
                return limits.document_depth
            if depth * len(self.order) > _STEPS:
                break
            before = counts
        if depth < 0:
            raise _too_much(limits)
        return depth

    def peak_of_levels(self, weights: _Counts, depth: int) -> int:
        """The highest count down to a depth."""
        highest = 0
        seen: list[_Counts] = []
        for counts in self._levels(weights, depth):
            highest = max(highest, counts[""])
            # What repeats itself, at once or every other level, has no new heights.
            if counts in seen[-2:]:
                break
            seen.append(counts)
        return highest

    def _levels(self, weights: _Counts, depth: int) -> Iterator[_Counts]:
        """The counts for the value itself, for its parts, for their parts, and so on."""
        counts: _Counts = {}
        for level in range(depth + 1):
            above, counts = counts, {}
            surveys: _Counts = {}
            for key in self.order:
                node = self.nodes[key]
                own = weights[key] if level == 0 else _dearest(node, above)
                _add(key, node, own, counts, surveys)
            yield counts


def _add(key: str, node: Node, own: int, counts: _Counts, surveys: _Counts) -> None:
    """Count a sub-schema after those that it applies to the same value.

    `unevaluated…` asks each of those again, and they ask theirs (measured: five- to sixfold for
    each step, where there are two).
    """
    inner = survey = 0
    for other in node.in_place:
        inner += counts[other]
        survey += surveys[other] + counts[other]
    counts[key] = min(own + inner + (survey if node.surveys else 0), _CAP)
    surveys[key] = min(own + survey, _CAP)


def _dearest(node: Node, counts: _Counts) -> int:
    """The most that one part of a value may get from a sub-schema."""
    of_properties = of_items = single = 0
    for part, key in node.children:
        count = counts[key]
        if part == EVERY_PROPERTY:
            of_properties += count
        elif part == EVERY_ITEM:
            of_items += count
        elif count > single:
            single = count
    return max(of_properties, of_items) + single
