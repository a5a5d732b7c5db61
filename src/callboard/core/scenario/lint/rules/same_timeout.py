"""Two time-outs of a state after the same time, the first of which is certain."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject


def check(subject: Subject) -> Iterator[Remark]:
    for dead in subject.live.dead:
        if dead.why == "same time":
            yield Remark(
                str(dead.way.place),
                f"Two time-outs are due after {dead.way.after} s, and the first always happens.",
                "Change one of the times, or give the first one an `if`.",
            )


RULE = Rule("same-timeout", "warning", "Two time-outs are due at the same time.", check)
