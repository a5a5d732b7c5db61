"""Versions that are not semantic: they cannot be put in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.validate.findings import shown

_NUMBER: Final = "(0|[1-9][0-9]*)"
_WORDS: Final = r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*"
_SEMANTIC: Final = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_WORDS})?(\+{_WORDS})?")


def check(subject: Subject) -> Iterator[Remark]:
    version = subject.written.get("version")
    if isinstance(version, str) and _SEMANTIC.fullmatch(version[:200]) is None:
        yield Remark(
            "/version",
            f"{shown(version)} is no semantic version.",
            "Write three numbers: 1.0.0.",
        )


RULE = Rule("semantic-version", "info", "The version is not a semantic one.", check)
