"""States in parentheses that do not end.

The parentheses are a name like any other: what makes an end state is that there is no way out. The
ways out of `*` are merged into end states too that are declared (language, section 5.2).
"""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.normalize.wildcard import ANY_STATE
from callboard.core.scenario.places import ROOT
from callboard.core.scenario.validate.transitions import is_end_key


def check(subject: Subject) -> Iterator[Remark]:
    states = subject.written.get("states")
    for key in states if isinstance(states, dict) else ():
        if not is_end_key(key) or "transitions" not in subject.states[key]:
            continue
        ways = subject.ways[key]
        is_merged = all(
            way.place.around == (ROOT / "states" / ANY_STATE / "transitions")
            or way.place == ROOT / "states" / ANY_STATE
            for way in ways
        )
        yield Remark(
            str(ROOT / "states" / key),
            f"State {key!r} is no end state: "
            + ("`*` gives it a way out." if is_merged and ways else "it has a way out."),
            "Leave it undeclared, so that nothing is merged into it."
            if is_merged and ways
            else "Remove the way out, or the parentheses.",
            of_key=True,
        )


RULE = Rule("open-end-state", "warning", "A state in parentheses does not end.", check)
