"""Two time-outs of a state after the same time, the first of which is certain."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.lint.ways import Way
from callboard.core.scenario.spans import span


def check(subject: Subject) -> Iterator[Remark]:
    for ways in subject.ways.values():
        certain: dict[int, Way] = {}
        for way in ways:
            if way.after is None or way.decides == "never":
                continue
            if way.after in certain:
                yield _remark(way, certain[way.after])
            elif way.decides == "always":
                certain[way.after] = way


def _remark(way: Way, first: Way) -> Remark:
    message = f"Two time-outs are due after {span(way.after or 0)}"
    if first.goto is None:
        message += ": they happen one right after the other."
    else:
        message += ", and the first of them always happens."
    return Remark(
        str(way.place), message, "Change one of the times, or give the first one an `if`."
    )


RULE = Rule("same-timeout", "warning", "Two time-outs are due at the same time.", check)
