"""States from which no end state can be reached: processes that come there never end."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.graph import closure, components, turned
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.validate.findings import listed


def check(subject: Subject) -> Iterator[Remark]:
    edges = {key: {way.target for way in ways} for key, ways in subject.live.ways.items()}
    ends = [key for key, state in subject.states.items() if "transitions" not in state]
    ending = closure(ends, turned(edges))
    for group in components(edges):
        lost = [key for key in group if key not in ending and subject.reach[key] != "no"]
        if not lost:
            continue
        is_trap = all(target in group for key in group for target in edges[key])
        for key in lost:
            yield Remark(
                subject.state_pointer(key),
                _message(key, group, is_trap=is_trap),
                "Add a transition to an end state, for instance `goto: (done)`.",
                of_key=True,
            )


def _message(key: str, group: list[str], *, is_trap: bool) -> str:
    if not is_trap:
        return f"From state {key!r} every way leads to states from which no end can be reached."
    if len(group) == 1:
        return f"A process that comes to state {key!r} stays there for ever and never ends."
    return f"From state {key!r} no end can be reached: there are only ways between {listed(group)}."


RULE = Rule("no-way-out", "warning", "No end state can be reached from a state.", check)
