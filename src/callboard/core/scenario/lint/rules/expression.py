"""Expressions and templates that do not parse.

A function that does not exist, or takes other arguments, is among these.
"""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.expression.data import compile_data
from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT
from callboard.errors import EvaluationError, TemplateError


def check(subject: Subject) -> Iterator[Remark]:
    for section in ("actions", "states"):
        parts = subject.written.get(section)
        for key, value in parts.items() if isinstance(parts, dict) else ():
            place = str(ROOT / section / key)
            data = compile_data(
                value, functions=subject.functions, limits=subject.limits, pointer=place
            )
            yield from (_remark(problem, place) for problem in data.problems)


def _remark(problem: EvaluationError, place: str) -> Remark:
    kind = "template" if isinstance(problem, TemplateError) else "expression"
    return Remark(
        problem.pointer or place,
        problem.message,
        f"Every step that evaluates this {kind} fails until it is mended.",
    )


RULE = Rule("expression", "error", "An expression or template is not one.", check)
