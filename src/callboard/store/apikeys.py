"""API keys: row <-> record."""

from __future__ import annotations

from typing import Any

from callboard.ports.records import ApiKeyRecord
from callboard.store.text import from_text, to_text


def columns(record: ApiKeyRecord) -> tuple[str | int | None, ...]:
    """What is stored: every field, in the order of the record."""
    return (
        record.id,
        record.digest,
        record.hint,
        record.name,
        record.issued,
        record.expiration,
        to_text(list(record.privileges)),
        to_text(list(record.processes)),
        record.description,
        record.expiration_days,
        record.service,
        record.last_used,
        record.revoked,
        record.issuer,
    )


def record(row: tuple[Any, ...]) -> ApiKeyRecord:
    """From all fields, in the order of the record."""
    fields = list(row)
    fields[6:8] = [tuple(from_text(text)) for text in row[6:8]]
    return ApiKeyRecord(*fields)
