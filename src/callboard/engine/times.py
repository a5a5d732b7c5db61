"""Times as documents hold them: UTC with milliseconds, `2026-01-01T00:00:00.000Z`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def to_text(moment: datetime) -> str:
    """A moment as a document holds it.

    >>> to_text(datetime(2026, 1, 1, 12, tzinfo=UTC))
    '2026-01-01T12:00:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def later(text: str, seconds: float) -> str:
    """The time some seconds after another.

    >>> later("2026-01-01T12:00:00.000Z", 90)
    '2026-01-01T12:01:30.000Z'
    """
    return to_text(from_text(text) + timedelta(seconds=seconds))
