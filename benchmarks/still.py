"""A time that stands still and ids as they come: what fills a database for a benchmark."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


class StillClock:
    """Always the same time."""

    def now(self) -> datetime:
        return AT


class RandomIds:
    """Ids as they come."""

    def new(self) -> str:
        return str(uuid4())

    def secret(self, size: int) -> bytes:
        return bytes(size)


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
