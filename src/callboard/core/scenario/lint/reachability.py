"""Which states can be met, and from which an end can be reached. Exact for the structure: what
expressions decide counts as possible.
"""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Finding, Subject


def unreachable_state(subject: Subject) -> Iterator[Finding]:
    """States that no way leads to."""
    met = _closure(["initial"], {key: _targets(subject, key) for key in subject.states})
    for key in subject.states:
        if key not in met:
            yield Finding(
                "unreachable-state",
                "warning",
                subject.state_pointer(key),
                f"No way leads from the start to state {key!r}.",
                "Add a transition to it, or remove it.",
            )


def no_way_out(subject: Subject) -> Iterator[Finding]:
    """States that no end state can be reached from."""
    back: dict[str, set[str]] = {key: set() for key in subject.states}
    for key in subject.states:
        for target in _targets(subject, key):
            back.setdefault(target, set()).add(key)
    ends = [key for key, state in subject.states.items() if "transitions" not in state]
    ending = _closure(ends, back)
    for key in subject.states:
        if key not in ending:
            yield Finding(
                "no-way-out",
                "warning",
                subject.state_pointer(key),
                f"From state {key!r} no end state can be reached: its processes never end.",
                "Add a transition to an end state, for instance `goto: (done)`.",
            )


def _targets(subject: Subject, key: str) -> set[str]:
    return {way.target for way in subject.ways[key]}


def _closure(start: list[str], edges: dict[str, set[str]]) -> set[str]:
    met, pending = set(start), list(start)
    while pending:
        for target in edges.get(pending.pop(), ()):
            if target not in met:
                met.add(target)
                pending.append(target)
    return met
