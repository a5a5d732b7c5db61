"""The streams that are open: how many at once, and their end.

Invariants: a place that was taken is given back exactly once; after the end none is given.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from callboard.errors import RateError, UnavailableError
from callboard.server.config import ServerConfig

__all__ = ["Streams"]

LATER = 5
"""Seconds to wait where there is no room."""


class Streams:
    """The places for streams, and what is under way in them."""

    def __init__(self, config: ServerConfig) -> None:
        self._config = config
        self._places: Counter[str] = Counter()
        self._under_way: set[asyncio.Task[None]] = set()
        self._ended = False

    @property
    def count(self) -> int:
        """How many are open."""
        return self._places.total()

    def enter(self, credential: str) -> None:
        """Take a place. Raises `RateError` when the credential has its share, `UnavailableError`
        when there is none left.
        """
        if self._ended or self.count >= self._config.streams:
            raise UnavailableError("No further stream is possible now. Try again later.")
        if self._places[credential] >= self._config.streams_per_credential:
            most = self._config.streams_per_credential
            raise RateError(f"At most {most} streams at once: close another one first.", LATER)
        self._places[credential] += 1

    def leave(self, credential: str) -> None:
        """Give a place back."""
        self._places[credential] -= 1
        if not self._places[credential]:
            del self._places[credential]

    def run(self, task: asyncio.Task[None]) -> None:
        """A task that writes a stream; it is cancelled at the end."""
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        if self._ended:
            task.cancel()

    def end(self) -> None:
        """End all of them, now and for good: the server stops."""
        self._ended = True
        for task in tuple(self._under_way):
            task.cancel()
