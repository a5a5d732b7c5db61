"""What operators can ask of the engine, and what it answers (specification: api, section 3).

Every command that changes something says why: `reason` is kept with what was done, and by whom.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """End a process now."""

    process: str
    reason: str
    if_match: tuple[str, ...] | None = None
    """Hashes of which the process's head must be one; `("*",)` matches any."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A process as an operator left it."""

    process: str
    head: str
    updated: str
