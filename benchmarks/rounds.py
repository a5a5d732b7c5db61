"""Figures of several rounds: medians, the spread, and ratios between medians."""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks.load import Load
from benchmarks.serving import flush_micros

MOVED = 3.0
"""A disk whose flush got so many times slower or faster has changed its ways: see `Rounds.kept`."""


class Rounds:
    """What was found, round by round, and how quick the disk was meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[dict[str, float]] = []
        self.flushes: list[tuple[float, float]] = []

    def begin(self) -> None:
        """A round begins."""
        self.flushes.append((flush_micros(self.folder), 0.0))
        self.found.append({})

    def end(self) -> None:
        """A round has ended; says how the disk was before it and after it."""
        before, after = self.flushes[-1][0], flush_micros(self.folder)
        self.flushes[-1] = (before, after)
        print(f"round {len(self.found)}: fdatasync {before:,.0f} µs before, {after:,.0f} after")

    def note(self, name: str, value: float) -> None:
        """One figure of this round."""
        self.found[-1][name] = value

    def note_load(self, name: str, result: Load) -> None:
        """A rate, and the p99 of its requests."""
        self.note(name, result.rate)
        if result.times:
            self.note(f"{name}, p99 ms", result.p99)

    @property
    def kept(self) -> list[dict[str, float]]:
        """The rounds in which the disk stayed as it was; all, where it never did."""
        steady = [
            found
            for found, (before, after) in zip(self.found, self.flushes, strict=True)
            if max(before, after) < MOVED * min(before, after)
        ]
        return steady or self.found

    def medians(self) -> dict[str, float]:
        """The median of each figure."""
        return {
            name: statistics.median(found[name] for found in self.kept) for name in self.kept[0]
        }

    def report(self, ratios: list[tuple[str, str, str]]) -> None:
        """The table. `ratios` are a name, the figure above, and the figure below the line."""
        kept, medians = self.kept, self.medians()
        print(f"{len(kept)} of {len(self.found)} rounds kept (the disk stayed as it was)")
        print(f"{'':44} {'median':>10} {'min':>10} {'max':>10}")
        for name, median in medians.items():
            values = [found[name] for found in kept]
            print(f"{name:44} {median:10,.1f} {min(values):10,.1f} {max(values):10,.1f}")
        for name, above, below in ratios:
            print(f"{name:44} {medians[above] / medians[below]:10.2f}")
