"""Time and chance, as the engine is given them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...


class Ids(Protocol):
    """Where new ids come from."""

    def new(self) -> str:
        """A UUID that nobody had before."""
        ...

    def secret(self, size: int) -> bytes:
        """Random bytes that nobody can guess."""
        ...
