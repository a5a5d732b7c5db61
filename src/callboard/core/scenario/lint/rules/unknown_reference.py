"""Expressions and templates that read what can never exist: a variable, an actor, a state, or a
property that a closed schema does not list. They give null, or print nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.process_shape import ProcessShape
from callboard.core.scenario.lint.reading import ReadPath
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.shapes import Impossible, written
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.spelling import Spelling
from callboard.core.scenario.validate.findings import listed, shown


def check(subject: Subject) -> Iterator[Remark]:
    shape, spelling = ProcessShape(subject), Spelling()
    for text in subject.texts:
        if text.scope.has_view:
            continue
        reading = subject.reading(text)
        for path in dict.fromkeys(reading.paths):
            impossible = shape.impossible(path, text.scope)
            if impossible is not None:
                yield Remark(str(text.place), *_words(path, impossible, spelling))
        for name in dict.fromkeys(reading.states):
            if name not in subject.states:
                meant = spelling.nearest(name, subject.states)
                yield Remark(
                    str(text.place),
                    f"`current.key` is never {shown(name)}: there is no such state.",
                    f"Did you mean {shown(meant)}?" if meant else "Correct the name.",
                )


def _words(path: ReadPath, impossible: Impossible, spelling: Spelling) -> tuple[str, str]:
    name, around = str(path[impossible.index]), written(path[: impossible.index])
    meant = spelling.nearest(name, impossible.known)
    hint = f"Did you mean {shown(meant)}?" if meant else ""
    if impossible.index == 0:
        return f"A process has no {shown(name)}.", hint or f"It has {listed(impossible.known)}."
    if impossible.index == 1 and around == "vars":
        return f"There is no variable {shown(name)}.", hint or "Declare it under `vars`."
    if impossible.index == 1 and around == "actors":
        return f"There is no actor {shown(name)}.", hint or "Declare it under `actors`."
    known = listed(impossible.known)
    other = f"It has {known}." if known else "It has no properties at all."
    return f"`{around}` can have no {shown(name)}.", hint or other


RULE = Rule("unknown-reference", "warning", "An expression reads what cannot exist.", check)
