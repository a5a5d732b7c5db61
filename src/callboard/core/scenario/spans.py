"""Spans of time in words, as people write them in scenarios and features."""

from __future__ import annotations

from typing import Final

_UNITS: Final = ((604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def span(seconds: int) -> str:
    """A span in the largest unit that says it exactly.

    >>> span(432_000), span(60), span(90)
    ('5 days', '1 minute', '90 seconds')
    """
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    if seconds == 0:
        return "0 seconds"
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
