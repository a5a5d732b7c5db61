"""States that no process comes to, whatever the expressions give."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.validate.findings import shown


def check(subject: Subject) -> Iterator[Remark]:
    # An end state that only a `goto` names is reached by that or not at all; that is said there.
    named = {way.target for key, ways in subject.ways.items() for way in ways if way.target != key}
    for key, reach in subject.reach.items():
        if reach == "no" and subject.is_written(key):
            why = (
                "the transitions to it are never taken, or start where nobody comes"
                if key in named
                else "no transition leads to it"
            )
            yield Remark(
                subject.state_pointer(key),
                f"No process comes to state {shown(key)}: {why}.",
                "Add a transition to it, or remove it.",
                of_key=True,
            )


RULE = Rule("unreachable-state", "warning", "No process comes to a state.", check)
