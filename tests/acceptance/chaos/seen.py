"""What the clients have seen: the history of every process, and what should not have been."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from tests.acceptance.chaos.linear import Operation
from tests.acceptance.chaos.model import Act, History, Shown


@dataclass
class Process:
    """One that was acknowledged, or found in the end."""

    id: str
    start: Shown
    history: History = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    """The ETags that were seen, the last one last."""
    asked: int = 0
    """How often it was asked anything."""
    ended: bool = False

    def see(self, begun: float, ended: float, act: Act) -> None:
        """Remember what was answered, and what it shows."""
        self.history.append(Operation(begun, ended, act))
        head = act.head or (act.shown and act.shown.head)
        if head is not None:
            self.heads.append(head)
        if act.shown is not None and act.shown.key.startswith("("):
            self.ended = True


@dataclass
class Seen:
    """Everything that was seen."""

    processes: dict[str, Process] = field(default_factory=dict)
    started: dict[str, str | None] = field(default_factory=dict)
    """The note that each process was started with, and its id, where that was told."""
    taken: dict[str, tuple[str, float]] = field(default_factory=dict)
    """What the service answered to each message of a process, and when it was first told."""
    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    _notes: Iterator[int] = field(default_factory=itertools.count)

    def note(self) -> str:
        """A text that is used once."""
        return f"n{next(self._notes)}"

    def lost(self, process: Process, begun: float, act: Act) -> None:
        """Nobody knows what came of it."""
        process.see(begun, inf, act)
        self.counts["unknown"] += 1

    def complain(self, what: str) -> None:
        """Something is wrong, whatever else was seen."""
        self.wrong.append(what)
