"""Units of writing: what one caller asked for, made ready so that the writer only has to bind it.

A unit is all or nothing, and independent of the units that are committed with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from callboard.ports.records import ProcessWrite
from callboard.store import events, processes


@dataclass(frozen=True, slots=True)
class ProcessUnit:
    """One transition of one process."""

    write: ProcessWrite
    process: processes.Columns
    events: tuple[events.Columns, ...]
    size: int
    """About how many bytes it adds to the log."""


@dataclass(frozen=True, slots=True)
class CallUnit:
    """A few statements; what `run` returns is the caller's answer."""

    run: Callable[[sqlite3.Connection], object]


Unit: TypeAlias = ProcessUnit | CallUnit

_PAGE: Final = 4_096
"""What a small change costs at least: the page it is on."""


def process_unit(write: ProcessWrite) -> ProcessUnit:
    """Make a transition ready.

    Raises ValueError when its events are not those between the version it expects and its own.
    """
    record = write.record
    numbers = range(write.expected, record.version)
    if not numbers or [event.seq for event in write.events] != [*numbers]:
        raise ValueError(f"events {numbers} were to be written")
    process = processes.columns(record)
    rows = tuple(map(events.columns, write.events))
    size = _PAGE + len(process[processes.DOCUMENT]) + sum(len(row[2]) for row in rows)
    return ProcessUnit(write, process, rows, size)


def size_of(unit: Unit) -> int:
    """About how many bytes the unit adds to the log."""
    return unit.size if isinstance(unit, ProcessUnit) else _PAGE
