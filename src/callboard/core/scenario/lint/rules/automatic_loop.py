"""Automatic transitions that lead in a ring.

A state is entered at most once in a step, so a process never runs on for ever: it stops where the
ring closes, in a state that nobody chose.
"""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.graph import components
from callboard.core.scenario.lint.live import automatic_edges
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.validate.findings import listed


def check(subject: Subject) -> Iterator[Remark]:
    edges = automatic_edges(subject.live.ways)
    certain = {
        key: [w.target for w in ways if w.is_automatic and w.goto and w.decides == "always"]
        for key, ways in subject.live.ways.items()
    }
    for group in components(edges):
        first = group[0]
        if len(group) == 1 and first not in edges[first]:
            continue
        inside = {key: [t for t in certain[key] if t in group] for key in group}
        is_sure = any(len(ring) > 1 or ring[0] in inside[ring[0]] for ring in components(inside))
        doubt = "" if is_sure else " Whether they do cannot be told: expressions decide."
        yield Remark(
            subject.state_pointer(first),
            f"Automatic transitions lead in a ring through {listed(group)}: a process stops where"
            f" it has been in the same step already.{doubt}",
            "Let one of them wait for an action or a time-out.",
            None if is_sure else "info",
            of_key=True,
        )


RULE = Rule("automatic-loop", "warning", "Automatic transitions lead in a ring.", check)
