"""Actions that no transition is on: they can never be done."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT
from callboard.core.scenario.spelling import Spelling
from callboard.core.scenario.validate.findings import shown


def check(subject: Subject) -> Iterator[Remark]:
    spelling = Spelling()
    named = [(key, way.on) for key, ways in subject.ways.items() for way in ways if way.on]
    plain = dict.fromkeys(action for _, action in named)
    used = {subject.action_of(state, action)[0] for state, action in named} | set(plain)
    actions = subject.written.get("actions")
    unknown = [action for action in plain if not isinstance(actions, dict) or action not in actions]
    for key in actions if isinstance(actions, dict) else ():
        if key not in used:
            meant = spelling.nearest(key, unknown)
            yield Remark(
                str(ROOT / "actions" / key),
                f"No transition is on action {shown(key)}: it can never be done.",
                f"There is one on {shown(meant)}; did you mean that?"
                if meant
                else "Add a transition `on` it, or remove it.",
                of_key=True,
            )


RULE = Rule("unused-action", "warning", "No transition is on an action.", check)
