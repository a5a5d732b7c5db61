"""Transitions that are never taken because of automatic ones: a state that is always left at once
has no use for others, and an automatic one that stays counts only in `initial`, at the start.
"""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject


def check(subject: Subject) -> Iterator[Remark]:
    taken = {way.place for ways in subject.live.ways.values() for way in ways}
    for dead in subject.live.dead:
        if dead.way.place in taken:  # `*` brings it into states where it may be taken
            continue
        if dead.why == "at once":
            yield Remark(
                str(dead.way.place),
                "This transition is never taken: an automatic one always leaves the state before.",
                "Give the automatic transition an `if`.",
            )
        elif dead.why == "itself":
            yield Remark(
                str(dead.way.place),
                "This transition is never taken: an automatic one does not lead to its own state,"
                " which has just been entered.",
                "Let it lead to another state, or wait for an action or a time-out.",
            )
        elif dead.why == "stays":
            yield Remark(
                str(dead.way.place),
                "This transition is never taken: an automatic one that stays counts only once, at"
                " the start in `initial`.",
                "Give it a state to go to, or remove it.",
            )


RULE = Rule("dead-transition", "warning", "A transition is never taken.", check)
