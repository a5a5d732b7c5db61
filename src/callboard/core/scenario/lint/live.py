"""Which transitions can be taken at all, and which states can be met.

Exact for the structure: states, transitions, actors, and conditions that are plainly true or
false. What an expression decides may go either way, so that a transition or state that is called
dead here is dead whatever the expressions give. One thing is not followed to the end: where
automatic transitions lead in a ring, which of them a step still takes depends on where it began;
there all of them count as live (and the rule `automatic-loop` speaks up).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from callboard.core.scenario.lint.cast import is_among
from callboard.core.scenario.lint.graph import closure, components
from callboard.core.scenario.lint.structure import Structure
from callboard.core.scenario.lint.ways import Way
from callboard.core.scenario.names import ANYBODY

Reach: TypeAlias = Literal["yes", "no", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Dead:
    """A transition that is never taken, and why."""

    way: Way
    why: Literal["never", "nobody", "earlier", "at once", "stays", "itself"]
    """Its `if` is false; nobody may; an earlier one always is; the state is left before; it is
    automatic and stays, which counts only at the start; or it is automatic and leads to itself."""
    earlier: Way | None = None


@dataclass(frozen=True, slots=True)
class Liveness:
    """The transitions that can be taken, by state, and those that cannot."""

    ways: Mapping[str, tuple[Way, ...]]
    dead: tuple[Dead, ...]


def liveness(structure: Structure) -> Liveness:
    """Sort all transitions into those that can be taken and those that cannot."""
    dead = {id(item.way): item for state in structure.states for item in _dead(structure, state)}
    ways = {
        key: tuple(way for way in listed if id(way) not in dead)
        for key, listed in structure.ways.items()
    }
    stops = {item.way.state for item in dead.values() if item.why == "itself"}
    for key in passed_through(ways):
        if key in stops:
            continue
        for way in ways[key]:
            if not way.is_automatic:
                dead[id(way)] = Dead(way, "at once", _certain(ways[key]))
        ways[key] = tuple(way for way in ways[key] if way.is_automatic)
    return Liveness(ways, tuple(dead.values()))


def reachability(structure: Structure, live: Liveness) -> dict[str, Reach]:
    """For each state whether a process can come there.

    `yes`: by transitions on which no expression decides; `cannot tell`: only by others.
    """
    ways = live.ways
    possible = {key: [way.target for way in listed] for key, listed in ways.items()}
    certain = {
        key: [way.target for way in listed if _is_certain(structure, way)]
        for key, listed in ways.items()
    }
    met, surely = closure(["initial"], possible), closure(["initial"], certain)
    return {
        key: "yes" if key in surely else "cannot tell" if key in met else "no"
        for key in structure.states
    }


def _is_certain(structure: Structure, way: Way) -> bool:
    if way.decides != "always":
        return False
    return way.on is None or (
        structure.decides(way) == "always" and structure.performers(way) is not None
    )


def _dead(structure: Structure, state: str) -> Iterator[Dead]:
    possible: list[Way] = []
    for way in structure.ways[state]:
        if way.decides == "never" or structure.decides(way) == "never":
            yield Dead(way, "never")
        elif structure.performers(way) == frozenset():
            yield Dead(way, "nobody")
        else:
            possible.append(way)
    yield from _late(way for way in possible if way.after is not None)
    yield from _never_chosen(state, [way for way in possible if way.is_automatic])
    by_action: dict[str, list[Way]] = {}
    for way in possible:
        if way.on is not None:
            by_action.setdefault(way.on, []).append(way)
    for listed in by_action.values():
        yield from _shadowed(structure, listed)


def _late(timeouts: Iterable[Way]) -> Iterator[Dead]:
    """Time-outs behind one that is sure to happen: by then the state has been left."""
    leaving: Way | None = None
    for way in sorted(timeouts, key=lambda way: way.after or 0):
        if leaving is not None:
            yield Dead(way, "earlier", leaving)
        elif way.decides == "always" and way.goto is not None:
            leaving = way


def _never_chosen(state: str, automatic: list[Way]) -> Iterator[Dead]:
    """Automatic transitions that are never taken.

    Those behind one that always is; those that lead to the state itself, which has just been
    entered; and those that stay, but for one in `initial`, which counts once, at the start.
    """
    certain: Way | None = None
    has_stayed = state != "initial"
    for way in automatic:
        if certain is not None:
            yield Dead(way, "earlier", certain)
        elif way.goto is None:
            if has_stayed:
                yield Dead(way, "stays")
            has_stayed = has_stayed or way.decides == "always"
        else:
            if way.goto == state:
                yield Dead(way, "itself")
            certain = way if way.decides == "always" else None


def _shadowed(structure: Structure, ways: list[Way]) -> Iterator[Dead]:
    """Transitions on one action, all of whose actors an earlier one always takes."""
    taken: set[str] = set()
    first: Way | None = None
    everybody: Way | None = None
    for way in ways:
        who = structure.takers(way)
        if everybody is not None:
            yield Dead(way, "earlier", everybody)
        elif first is not None and all(is_among(key, taken) for key in who):
            yield Dead(way, "earlier", first)
        elif way.decides == "always":
            taken |= who
            first = first or way
            everybody = way if ANYBODY in way.by else None


def passed_through(ways: Mapping[str, tuple[Way, ...]]) -> list[str]:
    """States in which no process ever rests: an automatic transition always leaves them.

    It does not where its target was entered in the same step already (process, details 3), which
    takes a way back by automatic transitions.
    """
    edges = automatic_edges(ways)
    group = {key: index for index, keys in enumerate(components(edges)) for key in keys}
    return [
        key
        for key, targets in edges.items()
        if _certain(ways[key]) is not None
        and not any(group.get(target) == group[key] for target in targets)
    ]


def automatic_edges(ways: Mapping[str, tuple[Way, ...]]) -> dict[str, list[str]]:
    """Where automatic transitions lead from each state."""
    return {
        key: [way.target for way in listed if way.is_automatic and way.goto is not None]
        for key, listed in ways.items()
    }


def _certain(ways: Iterable[Way]) -> Way | None:
    """The automatic transition that is taken at the latest."""
    return next(
        (way for way in ways if way.is_automatic and way.goto and way.decides == "always"), None
    )
