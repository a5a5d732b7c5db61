"""Scenario files as commands take them: a path, `-` for standard input, or an example's name."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

import click

from callboard.cli.failure import FAILED, Failure
from callboard.core.limits import DEFAULT_LIMITS
from callboard.errors import TextError

if TYPE_CHECKING:  # what reads scenarios is imported when there is one to read
    from callboard.core.values import Json

STDIN: Final = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A text and where it came from."""

    name: str
    text: bytes

    @property
    def format(self) -> Literal["yaml", "json"] | None:
        """By the ending; None where the text itself has to tell."""
        match Path(self.name).suffix.lower():
            case ".json":
                return "json"
            case ".yaml" | ".yml":
                return "yaml"
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Sources:
    """Those of several files that could be read, and why the others could not."""

    read: list[Source]
    failures: list[Failure]

    def finish(self) -> None:
        """Say which files could not be read, and end the command with that when there are any."""
        for failure in self.failures:
            failure.show()
        if self.failures:
            raise click.exceptions.Exit(FAILED)


def read_sources(names: Iterable[str]) -> Sources:
    """Read several files; one that is missing does not keep the others from being read."""
    sources = Sources([], [])
    for name in names:
        try:
            sources.read.append(read_source(name))
        except Failure as failure:
            sources.failures.append(failure)
    return sources


def read_value(source: Source, *, json: bool = False) -> Json:
    """The value of a text. Raises `Failure`, with file, line and column, when it has none."""
    from callboard.core.scenario.text import load

    try:
        return load(source.text, format="json" if json else source.format)
    except TextError as error:
        raise unreadable(source.name, error) from error


def unreadable(name: str, error: TextError) -> Failure:
    """The failure that says where in a file what is wrong."""
    place = "".join(f"{number}:" for number in (error.line, error.column) if number is not None)
    return Failure(f"{name}:{place} {error.text}")


def read_bytes(path: Path) -> bytes:
    """A file, but no more of it than shows that it is too large. Raises `Failure`."""
    try:
        with path.open("rb") as file:
            return _bounded(file)
    except OSError as error:
        raise Failure(f"{path}: {error.strerror or error}") from error


def _bounded(file: BinaryIO) -> bytes:
    return file.read(DEFAULT_LIMITS.text_bytes + 4)


def read_source(name: str) -> Source:
    """Read a file, standard input, or a shipped example. Raises `Failure` when there is none."""
    if name == STDIN:
        return Source("standard input", _bounded(sys.stdin.buffer))
    path = Path(name)
    if not path.exists() and not path.suffix:
        return _read_example(name)
    return Source(name, read_bytes(path))


def _read_example(name: str) -> Source:
    from callboard.examples import example_names, load_example

    if name not in example_names():
        known = ", ".join(example_names())
        raise Failure(f"{name}: no such file. The examples are: {known}.")
    return Source(f"{name}.yaml", load_example(name).encode())
