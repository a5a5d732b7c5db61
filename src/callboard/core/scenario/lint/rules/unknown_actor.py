"""Names in `by` and `instructions` that mean nobody."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import Place
from callboard.core.scenario.spelling import Spelling
from callboard.core.scenario.validate.findings import listed, shown
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.values import JsonObject


def check(subject: Subject) -> Iterator[Remark]:
    spelling = Spelling()
    for _, place, state in subject.written_states():
        for name, at in _named(state, place):
            if not subject.cast.exists(name):
                yield _remark(subject, name, at, spelling)
        instructions = state.get("instructions")
        if isinstance(instructions, dict) and not is_function(instructions):
            for name in instructions:
                if not subject.cast.exists(name):
                    at = place / "instructions" / name
                    yield _remark(subject, name, at, spelling, of_key=True)


def _named(state: JsonObject, place: Place) -> Iterator[tuple[str, Place]]:
    """The names in the `by` lists of a state."""
    transitions = state.get("transitions")
    ways = [(state, place)]
    if isinstance(transitions, list):
        ways = [
            (way, place / "transitions" / index)
            for index, way in enumerate(transitions)
            if isinstance(way, dict)
        ]
    for way, at in ways:
        by = way.get("by")
        if isinstance(by, str):
            yield by, at / "by"
        for index, name in enumerate(by if isinstance(by, list) else ()):
            if isinstance(name, str):
                yield name, at / "by" / index


def _remark(
    subject: Subject, name: str, place: Place, spelling: Spelling, *, of_key: bool = False
) -> Remark:
    meant = spelling.nearest(name, subject.actors)
    hint = f"Did you mean {shown(meant)}?" if meant else f"The actors are {listed(subject.actors)}."
    return Remark(str(place), f"There is no actor {shown(name)}.", hint, of_key=of_key)


RULE = Rule("unknown-actor", "warning", "`by` or `instructions` names an unknown actor.", check)
