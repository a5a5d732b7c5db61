"""Processes: row <-> record. Lists come as one JSON text, read by `page`."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from callboard.ports.records import ProcessRecord
from callboard.store.text import from_text, to_text

DOCUMENT: Final = -1
"""Where the document's text is in the columns."""

Columns: TypeAlias = tuple[str, str, int, str, str, str | None, str | None, int, str, str]


def columns(record: ProcessRecord) -> Columns:
    """What is stored: id, created, version, head, updated, title, state, running, tags, document.

    Title, state, running and tags are taken from the document, which has them all.
    """
    document = record.document
    title, current, tags = document.get("title"), document.get("current"), document.get("tags")
    state = current.get("key") if isinstance(current, dict) else None
    return (
        record.id,
        record.created,
        record.version,
        record.head,
        record.updated,
        title if isinstance(title, str) else None,
        state if isinstance(state, str) else None,
        int(document.get("isRunning") is not False),
        to_text(tags) if tags else "[]",
        to_text(document),
    )


def record(row: tuple[Any, ...]) -> ProcessRecord:
    """From id, scenario id, version, head, created, updated, document."""
    return ProcessRecord(row[0], row[1], from_text(row[DOCUMENT]), *row[2:DOCUMENT])


def page(text: str | None) -> list[ProcessRecord]:
    """From a JSON array of records, their fields in order; None is empty."""
    return [ProcessRecord(*fields) for fields in from_text(text or "[]")]
