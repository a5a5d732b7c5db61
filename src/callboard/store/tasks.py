"""Tasks: record -> row."""

from __future__ import annotations

from callboard.ports.records import TaskRecord


def columns(record: TaskRecord) -> tuple[str, str | None]:
    """What is stored beside process and principal: since, due."""
    return (record.since, record.due)
