"""What lint says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a state machine got wrong.

    `pointer` is a place in the scenario as it was written, or where it would stand; `message` says
    what and why, `hint` what to do. `line` and `column` (from 1) are known where the text is.
    """

    code: str
    severity: Severity
    pointer: str
    message: str
    hint: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says of a place; the rule's code and severity are added."""

    pointer: str
    message: str
    hint: str
    severity: Severity | None = None
    """Another one than the rule's."""
    of_key: bool = False
    """Whether it is about the key there, not about the value."""
