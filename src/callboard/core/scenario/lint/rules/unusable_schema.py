"""Schemas that cannot be used: an unknown reference, a pattern that is refused, one too large."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.schema_parts import schemas_of
from callboard.core.scenario.lint.subject import Subject
from callboard.core.schema import compile_schema


def check(subject: Subject) -> Iterator[Remark]:
    for schema, place in schemas_of(subject):
        checker = compile_schema(schema, limits=subject.limits, resources=subject.schemas)
        problem = checker.problem
        if problem is not None:
            yield Remark(
                f"{place}{problem.pointer or ''}",
                problem.message,
                "Every step that checks something by it fails until it is mended.",
            )


RULE = Rule("unusable-schema", "error", "A schema cannot be used.", check)
