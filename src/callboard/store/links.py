"""Links between processes: row <-> record."""

from __future__ import annotations

from typing import Any

from callboard.ports.links import LinkRecord


def record(row: tuple[Any, ...]) -> LinkRecord:
    """From job, kind, process, asker, service, root, depth, event, at."""
    return LinkRecord(*row)


def columns(record: LinkRecord) -> tuple[str | int, ...]:
    """The same."""
    return (
        *(record.job, record.kind, record.process, record.asker, record.service),
        *(record.root, record.depth, record.event, record.at),
    )
