"""Which transitions can be taken at all, and which states can be met.

Exact for the structure: states, transitions, actors, and conditions that are plainly true or
false. What an expression decides may go either way, so that a transition or state that is called
dead here is dead whatever the expressions give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
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
    why: Literal["never", "nobody", "earlier", "same time", "at once", "stays"]
    """Its `if` is false; nobody may; an earlier one always is; one after the same time is; the
    state is left before; it is automatic and stays, which counts only at the start."""
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
    for key in passed_through(ways):
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
    ordered = sorted(timeouts, key=lambda way: way.after or 0)
    for _, group in groupby(ordered, key=lambda way: way.after):
        certain: Way | None = None
        for way in group:
            if certain is not None:
                yield Dead(way, "same time", certain)
            elif leaving is not None:
                yield Dead(way, "earlier", leaving)
            elif way.decides == "always":
                certain = way
        if leaving is None and certain is not None and certain.goto is not None:
            leaving = certain


def _never_chosen(state: str, automatic: list[Way]) -> Iterator[Dead]:
    """Automatic transitions behind one that always is taken, and those that stay.

    In `initial` one that stays counts once, before any other move (process, details 3).
    """
    certain: Way | None = None
    for way in automatic:
        if way.goto is None and (state != "initial" or certain is not None):
            yield Dead(way, "stays")
        elif certain is not None:
            yield Dead(way, "earlier", certain)
        elif way.decides == "always" and way.goto is not None:
            certain = way


def _shadowed(structure: Structure, ways: list[Way]) -> Iterator[Dead]:
    """Transitions on one action, all of whose actors an earlier one always takes."""
    taken: set[str] = set()
    before: Way | None = None
    for way in ways:
        who = structure.takers(way)
        if before is not None and all(is_among(key, taken) for key in who):
            yield Dead(way, "earlier", before)
        elif way.decides == "always":
            taken |= who
            before = way if before is None or ANYBODY in way.by else before


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
