"""Whether a database is whole: what it says of itself, rows that hang together, and all chains.

Theory: all is read at one moment, in the order of ids, so that a process, its chains and what was
signed of it come together, one process at a time: memory holds one process, however many there are.

What is checked of a chain needs no scenario. That a chain leads to the document of the process is
not asked here: `GET /processes/{id}/verify` and bundles do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from callboard.core.process.checkpoints import fits
from callboard.core.process.lineage import verify_lineage
from callboard.core.values import JsonObject
from callboard.ports.store import StoreError
from callboard.store.rows import Row, Rows
from callboard.store.text import from_text

__all__ = ["Fault", "Report", "check"]

SHOWN: Final = 1_000
"""Faults that are kept; all are counted."""

_TOLD: Final = {
    "constraints": "The database does not hold to a constraint or an index of its own.",
    "strays": "There are rows of a process that is not there.",
    "buried": "The process is there, though it was erased.",
    "places": "Lists have the process in another place than its own.",
    "states": "Lists have the process in another state than its document.",
    "ended_tasks": "The process has ended, but waits for somebody.",
    "ended_timers": "The process has ended, but has a timer.",
    "waiting": "The job waits for the end of a process that has ended, or is not there.",
    "counters": "The counter of this scenario and state is not the number of its processes.",
}
_PARTS: Final = ("events", "old_events", "checkpoints")
_CHECKPOINT: Final = ("process", "events", "head")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong."""

    code: str
    about: str
    """A process, a job, a table."""
    text: str


@dataclass(slots=True)
class Report:
    """What was looked at, and what is wrong."""

    processes: int = 0
    events: int = 0
    erased: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    """How many faults of each code."""
    faults: list[Fault] = field(default_factory=list)
    """The first of them."""

    def add(self, code: str, about: object, text: str) -> None:
        """Something is wrong."""
        self.counts[code] = self.counts.get(code, 0) + 1
        if len(self.faults) < SHOWN:
            self.faults.append(Fault(code, str(about), text))


async def check(rows: Rows, report: Report, progress: Callable[[int], None]) -> None:
    """Look at everything; `progress` is told how many processes were. What cannot be read is a
    fault, too, and ends it.
    """
    try:
        for text in await rows.faults():
            report.add("database", "the database itself", text)
        for code in rows.checks:
            async for batch in rows.read("check", code):
                for (about,) in batch:
                    report.add(code, about, _TOLD[code])
        await _check_tombstones(rows, report)
        await _check_chains(rows, report, progress)
    except StoreError as error:
        report.add("unreadable", "the database itself", error.message)


async def _check_tombstones(rows: Rows, report: Report) -> None:
    async for batch in rows.read("export", "tombstones"):
        for key, _, version, head, *_, text in batch:
            report.erased += 1
            chains = _json(text)
            if not isinstance(chains, list) or not chains or not all(chains):
                report.add("chain", key, "What is left of its chains cannot be read.")
            else:
                _check_lineage(key, chains, version, head, report)


async def _check_chains(rows: Rows, report: Report, progress: Callable[[int], None]) -> None:
    parts = [_Part(rows, name) for name in _PARTS]
    async for batch in rows.read("check", "heads"):
        for key, version, head, updated in batch:
            events, old, signed = [await part.of(key) for part in parts]
            report.processes += 1
            report.events += len(events) + len(old)
            _check_process((key, version, head, updated), events, old, signed, report)
        progress(report.processes)


def _check_process(
    process: Row, events: list[Row], old: list[Row], signed: list[Row], report: Report
) -> None:
    key, version, head, updated = process
    if [row[1] for row in events] != list(range(version)):
        report.add("version", key, f"It should have {version} events, and has {len(events)}.")
        return
    chains = [[_json(row[3]) for row in chain] for _, chain in groupby(old, itemgetter(1))]
    chains.append([_json(row[2]) for row in events])
    if not all(isinstance(event, dict) for chain in chains for event in chain):
        report.add("chain", key, "An event is no JSON object.")
        return
    if not _check_lineage(key, chains, version, head, report):
        return
    if chains[-1][-1].get("timestamp") != updated:
        report.add("updated", key, f"Its last event is not of {updated}.")
    for row in signed:
        told: JsonObject = dict(zip(_CHECKPOINT, row[:3], strict=True))
        if not any(fits(told, chain) for chain in chains):
            text = f"The chain is another than the one that was signed at {row[3]}."
            report.add("checkpoint", key, text)


def _check_lineage(
    key: str, chains: Sequence[list[JsonObject]], version: int, head: str, report: Report
) -> bool:
    """Hashes and links of all chains of a process, and its head; whether they hold."""
    for number, found in enumerate(verify_lineage(chains)):
        if not found.ok:
            which = "" if number == len(chains) - 1 else f" of the chain {number}, an old one,"
            report.add("chain", key, f"Event {found.event}{which} does not hold: {found.code}.")
            return False
    if (len(chains[-1]), chains[-1][-1].get("hash")) != (version, head):
        report.add("head", key, "The chain does not end where the process says.")
        return False
    return True


class _Part:
    """Rows of a table that come in the order of processes: those of one after the other."""

    def __init__(self, rows: Rows, table: str) -> None:
        self._rows = _each(rows.read("export", table))
        self._next: Row | None = ()

    async def of(self, key: str) -> list[Row]:
        """The rows of a process. Those of processes before it that nobody asked for are passed."""
        found = []
        if self._next == ():
            self._next = await anext(self._rows, None)
        while self._next is not None and self._next[0] <= key:
            if self._next[0] == key:
                found.append(self._next)
            self._next = await anext(self._rows, None)
        return found


async def _each(batches: AsyncIterator[Sequence[Row]]) -> AsyncIterator[Row]:
    async for batch in batches:
        for row in batch:
            yield row


def _json(text: str) -> Any:
    try:
        return from_text(text)
    except ValueError:
        return None
