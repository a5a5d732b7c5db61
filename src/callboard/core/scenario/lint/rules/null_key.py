"""Keys that are the empty text: what a null becomes as a key (language, section 5.13)."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT, Place
from callboard.core.values import Json


def check(subject: Subject) -> Iterator[Remark]:
    pending: list[tuple[Json, Place]] = [(subject.written, ROOT)]
    while pending:
        value, place = pending.pop()
        if isinstance(value, list):
            pending.extend((item, place / index) for index, item in enumerate(value))
        elif isinstance(value, dict):
            pending.extend((item, place / key) for key, item in value.items())
            if "" in value:
                yield Remark(
                    str(place / ""),
                    "This key is the empty text; a null as a key becomes that.",
                    'To select on null, write "null" in quotes.',
                    of_key=True,
                )


RULE = Rule("null-key", "warning", "A key is null.", check)
