"""Where the lines of a run come from. A reader's `line` raises EOFError when there are no more."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Protocol

import click


class Reader(Protocol):
    """Gives lines, one after the other."""

    @property
    def interactive(self) -> bool:
        """Whether somebody sits there who can be asked again."""
        ...

    def line(self, prompt: str) -> str:
        """The next line, without its end. Raises EOFError."""
        ...


class Terminal:
    """A person at a terminal, with line editing where the system has it."""

    interactive = True

    def __init__(self) -> None:
        if sys.platform != "win32":
            import readline  # noqa: F401  (importing it is what makes input() edit lines)

    def line(self, prompt: str) -> str:
        return input(prompt)


class Lines:
    """A pipe or a script. Lines that begin with `#` are comments; what is read is shown."""

    interactive = False

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[str] = iter(lines)

    def line(self, prompt: str) -> str:
        for line in self._lines:
            text = line.rstrip("\r\n")
            if not text.lstrip().startswith("#"):
                click.echo(prompt + text)
                return text
        raise EOFError
