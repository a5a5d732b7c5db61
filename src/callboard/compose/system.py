"""Time and chance of the machine."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

from callboard.errors import InvalidError

__all__ = ["MovableClock", "SystemClock", "SystemIds"]

LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Far enough, and what is so many days after it still has a date."""


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
        return datetime.now(UTC) + self._ahead

    def move(self, seconds: int) -> datetime:
        """Let so many seconds pass; the time then. Raises InvalidError beyond the last that it can
        show, and stays where it is.
        """
        ahead = self._ahead + timedelta(seconds=seconds)
        if ahead > LATEST - datetime.now(UTC):
            raise InvalidError(f"The clock goes no further than the year {LATEST.year}.")
        self._ahead = ahead
        return self.now()


class SystemIds:
    """The machine's random numbers."""

    def new(self) -> str:
        """A random UUID."""
        return str(uuid.uuid4())

    def secret(self, size: int) -> bytes:
        """Random bytes that nobody can guess."""
        return secrets.token_bytes(size)
