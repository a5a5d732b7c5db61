"""What was answered before, by the id of the message, within bounds.

Invariants: never more than so many answers, nor more than so many bytes in all; the oldest go
first.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, TypeAlias

from callboard.worker.answers import Answered

__all__ = ["Memory"]

BYTES: Final = 64 * 1024 * 1024
Key: TypeAlias = tuple[str, str]


class Memory:
    """Answers by service and message."""

    def __init__(self, most: int, most_bytes: int = BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[Key, Answered] = OrderedDict()

    def get(self, key: Key) -> Answered | None:
        """What was answered; None when nobody remembers."""
        return self._answers.get(key)

    def put(self, key: Key, answer: Answered) -> None:
        """Remember an answer, and forget the oldest ones for it."""
        self._forget(key)
        self._answers[key] = answer
        self._bytes += len(answer.content)
        while len(self._answers) > self._most or self._bytes > self._most_bytes:
            self._forget(next(iter(self._answers)))

    def _forget(self, key: Key) -> None:
        former = self._answers.pop(key, None)
        if former is not None:
            self._bytes -= len(former.content)
