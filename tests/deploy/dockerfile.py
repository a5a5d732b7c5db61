"""Reading the Dockerfile: its stages and instructions, and what it sets."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from tests.architecture.tree import ROOT


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, on one line; the first stage is 0."""

    stage: int
    name: str
    text: str


def instructions() -> tuple[Instruction, ...]:
    """All that the Dockerfile says, in order."""
    return tuple(_read((ROOT / "Dockerfile").read_text(encoding="utf-8")))


def _read(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    stage = -1
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        name, _, rest = line.partition(" ")
        stage += name == "FROM"
        yield Instruction(stage, name, rest)


def said(name: str) -> list[str]:
    """What the last stage says by this instruction."""
    found = instructions()
    last = max(each.stage for each in found)
    return [each.text for each in found if each.stage == last and each.name == name]


def environment() -> dict[str, str]:
    """The environment of the image."""
    pairs = (pair.partition("=") for text in said("ENV") for pair in shlex.split(text))
    return {name: value for name, _, value in pairs}
