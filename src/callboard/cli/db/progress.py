"""How far a long command is: on a terminal one line that changes, elsewhere nothing."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final

import click

__all__ = ["Progress"]

_SECONDS: Final = 0.2
"""Between two times that something is said."""


class Progress:
    """Say how many of how many are done, on standard error."""

    def __init__(self, done: str, things: str) -> None:
        self._done, self._things = done, things
        self._shows = sys.stderr.isatty()
        self._next = 0.0

    def __enter__(self) -> Progress:
        return self

    def __call__(self, count: int, total: int | None = None) -> None:
        """So many are done."""
        now = time.monotonic()
        if self._shows and now >= self._next:
            self._next = now + _SECONDS
            of = f" of {total:,}" if total else ""
            click.echo(f"\r\x1b[K{self._done} {count:,}{of} {self._things}", nl=False, err=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shows and self._next:
            click.echo("\r\x1b[K", nl=False, err=True)
