"""Units of writing: what one caller asked for, made ready so that the writer only has to bind it.

A unit is all or nothing, and independent of the units that are committed with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from callboard.ports.records import ProcessWrite
from callboard.store import events, processes


class ProcessUnit(NamedTuple):
    """One transition of one process."""

    write: ProcessWrite
    process: processes.Columns
    events: list[events.Columns]
    size: int
    """About how many bytes it adds to the log."""


class CallUnit(NamedTuple):
    """A few statements; what `run` returns is the caller's answer."""

    run: Callable[[sqlite3.Connection], object]
    moves: bool = False
    """Whether it changes where things are, so that what the writer remembers of that is void."""


Unit: TypeAlias = ProcessUnit | CallUnit

_PAGE: Final = 4_096
"""What a small change costs at least: the page it is on."""


def process_unit(write: ProcessWrite) -> ProcessUnit:
    """Make a transition ready.

    Raises ValueError when its events are not those between the version it expects and its own, or
    for a chain that replaces another, all of them.
    """
    record = write.record
    process = processes.columns(record)
    size = _PAGE + len(process[processes.DOCUMENT])
    first = 0 if write.replaces is not None else write.expected
    seq, rows = first, []
    for event in write.events:
        if event.seq != seq:
            break
        row = events.columns(event)
        rows.append(row)
        seq += 1
        size += len(row[2])
    if seq != record.version or len(rows) != len(write.events) or not rows:
        raise ValueError(f"events {first} to {record.version - 1} were to be written")
    return ProcessUnit(write, process, rows, size)


def size_of(unit: Unit) -> int:
    """About how many bytes the unit adds to the log."""
    return unit.size if isinstance(unit, ProcessUnit) else _PAGE
