"""Time and chance of the machine."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["MovableClock", "SystemClock", "SystemIds"]

LATEST: Final = datetime(9999, 12, 31, tzinfo=UTC)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that can be moved forward, for development mode."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The time, in UTC."""
        return min(datetime.now(UTC) + self._ahead, LATEST)

    def move(self, seconds: int) -> datetime:
        """Let so many seconds pass; the time then."""
        self._ahead += timedelta(seconds=seconds)
        return self.now()


class SystemIds:
    """The machine's random numbers."""

    def new(self) -> str:
        """A random UUID."""
        return str(uuid.uuid4())

    def secret(self, size: int) -> bytes:
        """Random bytes that nobody can guess."""
        return secrets.token_bytes(size)
