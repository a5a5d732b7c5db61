"""Times as documents hold them: UTC with milliseconds, `2026-01-01T00:00:00.000Z`.

In this form times compare as texts do.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

LAST: Final = "9999-12-31T23:59:59.999Z"
"""The end of time, as far as the calendar goes."""


def to_text(moment: datetime) -> str:
    """A moment as a document holds it.

    >>> to_text(datetime(2026, 1, 1, 12, tzinfo=UTC))
    '2026-01-01T12:00:00.000Z'
    """
    text = moment.isoformat(timespec="milliseconds")
    if not text.endswith("+00:00"):
        text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text[:-6] + "Z"


def from_text(text: str) -> datetime:
    """The moment that a text in ISO 8601 means. Raises ValueError for what is none."""
    return datetime.fromisoformat(text)


def later(text: str, seconds: float) -> str:
    """The time some seconds after another; never beyond the calendar.

    >>> later("2026-01-01T12:00:00.000Z", 90), later("2026-01-01T12:00:00.000Z", 1e15)
    ('2026-01-01T12:01:30.000Z', '9999-12-31T23:59:59.999Z')
    """
    try:
        return to_text(from_text(text) + timedelta(seconds=seconds))
    except OverflowError:
        return LAST
