"""Transitions made ready to be written: the texts of a process and of its events."""

from __future__ import annotations

from typing import Final, NamedTuple

from callboard.ports.records import ProcessWrite
from callboard.store import events, processes

PAGE: Final = 4_096
"""What a small change costs at least: the page it is on."""


class ProcessUnit(NamedTuple):
    """One transition of one process."""

    write: ProcessWrite
    process: processes.Columns
    events: list[events.Columns]
    size: int
    """About how many bytes it adds to the log."""


def process_unit(write: ProcessWrite) -> ProcessUnit:
    """Make a transition ready.

    Raises ValueError when its events are not those between the version it expects and its own, or
    for a chain that replaces another, all of them.
    """
    record = write.record
    process = processes.columns(record)
    size = PAGE + len(process[processes.DOCUMENT])
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
