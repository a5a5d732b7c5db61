"""Transitions that get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Finding, Subject, Way
from callboard.core.scenario.names import ANYBODY, covers


def shadowed_transition(subject: Subject) -> Iterator[Finding]:
    """Transitions that an earlier one always forestalls."""
    for ways in subject.ways.values():
        for index, way in enumerate(ways):
            if way.after is None and any(_forestalls(w, way) for w in ways[:index]):
                what = f"on {way.on!r}" if way.on is not None else "that is automatic"
                yield Finding(
                    "shadowed-transition",
                    "warning",
                    way.pointer,
                    f"This transition {what} is never taken: an earlier one always is.",
                    "Put the narrower one first, or give the earlier one an `if` or a `by`.",
                )


def _forestalls(earlier: Way, later: Way) -> bool:
    if not earlier.is_certain or earlier.on != later.on or earlier.after is not None:
        return False
    if earlier.is_automatic:
        return earlier.spec.get("goto") is not None
    return ANYBODY in earlier.by or all(
        any(covers(pattern, key) for pattern in earlier.by) for key in later.by
    )


def same_timeout(subject: Subject) -> Iterator[Finding]:
    """Two time-outs after the same time, the first of which is certain."""
    for ways in subject.ways.values():
        first: dict[int, Way] = {}
        for way in ways:
            if way.after is None:
                continue
            earlier = first.setdefault(way.after, way)
            if earlier is not way and earlier.is_certain:
                yield Finding(
                    "same-timeout",
                    "warning",
                    way.pointer,
                    f"Two time-outs are due after {way.after} s; only the first one happens.",
                    "Change one of the times, or give the first one an `if`.",
                )


def automatic_loop(subject: Subject) -> Iterator[Finding]:
    """Rings of automatic transitions. Where no expression decides, the process runs through the
    ring once and stops where it began.
    """
    seen: set[frozenset[str]] = set()
    for start in subject.states:
        ring = _ring(subject, start)
        if ring is None or frozenset(ring) in seen:
            continue
        seen.add(frozenset(ring))
        certain = all(_step(subject, key, certain=True) is not None for key in ring)
        yield Finding(
            "automatic-loop",
            "warning" if certain else "info",
            subject.state_pointer(start),
            f"Automatic transitions lead in a ring: {' -> '.join([*ring, ring[0]])}."
            + (
                ""
                if certain
                else " Whether they do at run time cannot be told: expressions decide."
            ),
            "Let one of them wait for an action or a time-out.",
        )


def _ring(subject: Subject, start: str) -> list[str] | None:
    path, key = [start], start
    while True:
        following = _step(subject, key, certain=False)
        if following is None or (following in path and following != start):
            return None
        if following == start:
            return path
        path.append(following)
        key = following


def _step(subject: Subject, key: str, *, certain: bool) -> str | None:
    """Where the first automatic transition of a state leads."""
    for way in subject.ways.get(key, []):
        if way.is_automatic and way.spec.get("goto") is not None:
            return way.target if way.is_certain or not certain else None
    return None
