"""Time and chance of the machine."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

__all__ = ["SystemClock", "SystemIds"]


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)


class SystemIds:
    """The machine's random numbers."""

    def new(self) -> str:
        """A random UUID."""
        return str(uuid.uuid4())

    def secret(self, size: int) -> bytes:
        """Random bytes that nobody can guess."""
        return secrets.token_bytes(size)
