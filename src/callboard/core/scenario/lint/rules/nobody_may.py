"""Actions and transitions that nobody may perform."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.structure import is_computed
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.lint.ways import Way
from callboard.core.scenario.names import patterns_of
from callboard.core.scenario.places import ROOT


def check(subject: Subject) -> Iterator[Remark]:
    told: set[str] = set()
    for dead in subject.live.dead:
        if dead.why == "nobody" and dead.way.on is not None:
            name, action = subject.action_of(dead.way.state, dead.way.on)
            listed = action.get("actor")
            is_empty = not is_computed(listed) and not subject.cast.meant(patterns_of(listed))
            if is_empty and _is_written(subject, name):
                if name not in told:
                    told.add(name)
                    yield _action(name)
            elif all(subject.cast.exists(key) for key in dead.way.by):  # else: `unknown-actor`
                yield _transition(dead.way)


def _is_written(subject: Subject, action: str) -> bool:
    actions = subject.written.get("actions")
    return isinstance(actions, dict) and action in actions


def _action(name: str) -> Remark:
    return Remark(
        str(ROOT / "actions" / name / "actor"),
        f"Nobody may do action {name!r}: none of its actors can exist.",
        "Name an actor, a service (`service:name`), or `*` for anybody.",
    )


def _transition(way: Way) -> Remark:
    return Remark(
        str(way.place / "by"),
        f"Nobody may take this transition: `by` names none of those who may do {way.on!r}.",
        "Name one of the action's actors in `by`, or add one of these to the action's `actor`.",
    )


RULE = Rule("nobody-may", "warning", "Nobody may do an action, or take a transition.", check)
