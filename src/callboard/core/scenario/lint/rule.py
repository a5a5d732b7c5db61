"""What a rule of lint is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from callboard.core.scenario.lint.finding import Remark, Severity
from callboard.core.scenario.lint.subject import Subject


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of mistake: its code, how bad it is, what it is about, and how it is found."""

    code: str
    severity: Severity
    summary: str
    check: Callable[[Subject], Iterator[Remark]]
