"""Jobs: record -> row."""

from __future__ import annotations

from callboard.ports.records import JobRecord
from callboard.store.text import to_text


def columns(record: JobRecord) -> tuple[str, str, str, str, str]:
    """What is stored beside the process: id, kind, due, event, payload."""
    return (record.id, record.kind, record.due, record.event, to_text(record.payload))
