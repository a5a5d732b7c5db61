"""Scenario files as commands take them: a path, `-` for standard input, or an example's name."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from callboard.cli.failure import Failure

STDIN = "-"


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


def read_source(name: str) -> Source:
    """Read a file, standard input, or a shipped example. Raises `Failure` when there is none."""
    if name == STDIN:
        return Source("standard input", sys.stdin.buffer.read())
    path = Path(name)
    if not path.exists() and not path.suffix:
        return _read_example(name)
    try:
        return Source(name, path.read_bytes())
    except OSError as error:
        raise Failure(f"{name}: {error.strerror or error}") from error


def _read_example(name: str) -> Source:
    from callboard.examples import example_names, load_example

    if name not in example_names():
        known = ", ".join(example_names())
        raise Failure(f"{name}: no such file. The examples are: {known}.")
    return Source(f"{name}.yaml", load_example(name).encode())
