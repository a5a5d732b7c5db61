"""Processes: row <-> record. Lists come as one JSON text, read by `page`."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from callboard.ports.records import ProcessRecord
from callboard.store.text import from_text, to_text

DOCUMENT: Final = -1
"""Where the document's text is in the columns."""

Columns: TypeAlias = tuple[str, str, int, str, str, str]


def columns(record: ProcessRecord) -> Columns:
    """What is stored: id, created, version, head, updated, document."""
    return (
        record.id,
        record.created,
        record.version,
        record.head,
        record.updated,
        to_text(record.document),
    )


def record(row: tuple[Any, ...]) -> ProcessRecord:
    """From id, scenario id, version, head, created, updated, document."""
    return ProcessRecord(row[0], row[1], from_text(row[DOCUMENT]), *row[2:DOCUMENT])


def places(text: str | None) -> list[tuple[tuple[str, int], ProcessRecord]]:
    """From a JSON array of places and records; None is empty."""
    return [
        ((created, row), ProcessRecord(*fields)) for created, row, fields in from_text(text or "[]")
    ]


def page(text: str | None) -> dict[int, ProcessRecord]:
    """From a JSON array of rows and records, their fields in order; None is empty."""
    return {row: ProcessRecord(*fields) for row, *fields in from_text(text or "[]")}
