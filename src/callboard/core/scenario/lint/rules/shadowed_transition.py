"""Transitions that an earlier one always forestalls, whatever the expressions give."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.spans import span


def check(subject: Subject) -> Iterator[Remark]:
    for dead in subject.live.dead:
        if dead.why != "earlier" or dead.earlier is None:
            continue
        if dead.way.after is not None and dead.way.after == dead.earlier.after:
            continue  # that is the rule same-timeout's to say
        if dead.earlier.after is None:
            yield Remark(
                str(dead.way.place),
                "This transition is never taken: an earlier one always is.",
                "Put the narrower one first, or give the earlier one an `if` or a `by`.",
            )
        else:
            yield Remark(
                str(dead.way.place),
                "This time-out never happens: one has always left the state before, after"
                f" {span(dead.earlier.after or 0)}.",
                "Give the earlier one an `if`, or remove this one.",
            )


RULE = Rule("shadowed-transition", "warning", "An earlier transition is always taken.", check)
