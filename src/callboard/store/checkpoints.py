"""Checkpoints: row <-> record."""

from __future__ import annotations

from typing import Any

from callboard.ports.records import CheckpointRecord
from callboard.store.text import from_text


def columns(record: CheckpointRecord) -> tuple[str | int, ...]:
    """What is stored: every field, in the order of the record."""
    return (
        record.process,
        record.events,
        record.head,
        record.at,
        record.kid,
        record.signature,
    )


def record(row: tuple[Any, ...]) -> CheckpointRecord:
    """From all fields, in the order of the record."""
    return CheckpointRecord(*row)


def unsigned(row: tuple[Any, ...]) -> tuple[int, list[str]]:
    """From the last change that was looked at, and the ids as a JSON array."""
    last, ids = row
    return last, from_text(ids)
