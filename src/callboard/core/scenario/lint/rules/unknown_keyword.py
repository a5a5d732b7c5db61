"""Keywords and formats in schemas that mean nothing: they are notes, and check nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.schema_parts import Part, parts_of, schemas_of
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.spelling import Spelling
from callboard.core.scenario.validate.findings import shown
from callboard.core.scenario.validate.keywords import CHECKS
from callboard.core.scenario.validate.schemas import LISTS, MAPS, SINGLE
from callboard.core.schema import FORMAT_NAMES

_KNOWN: Final = (*CHECKS, *SINGLE, *MAPS, *LISTS, "const", "default", "dependencies", "$vocabulary")


def check(subject: Subject) -> Iterator[Remark]:
    spelling = Spelling()
    for schema, place in schemas_of(subject, computed=True):
        for part in parts_of(schema, place):
            yield from _keywords(part, spelling)
            yield from _format(part, spelling)


def _keywords(part: Part, spelling: Spelling) -> Iterator[Remark]:
    for key in part.schema:
        if key not in _KNOWN and not key.startswith("x-"):
            meant = spelling.typo(key, _KNOWN)
            yield Remark(
                str(part.place / key),
                f"JSON Schema has no keyword `{key}`: it checks nothing.",
                f"Did you mean `{meant}`?"
                if meant
                else "Call a note of your own `x-…`; put a property into `properties`.",
                "warning" if meant else None,
                of_key=True,
            )


def _format(part: Part, spelling: Spelling) -> Iterator[Remark]:
    name = part.schema.get("format")
    if isinstance(name, str) and name not in FORMAT_NAMES:
        meant = spelling.nearest(name, sorted(FORMAT_NAMES))
        yield Remark(
            str(part.place / "format"),
            f"There is no format {shown(name)}: it checks nothing.",
            f"Did you mean {shown(meant)}?" if meant else "The reference of schemas lists them.",
            "warning" if meant else None,
        )


RULE = Rule("unknown-keyword", "info", "A keyword or format of a schema means nothing.", check)
