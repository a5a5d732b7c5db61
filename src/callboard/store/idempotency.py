"""First answers to requests with an idempotency key: row <-> record, and how long they are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from callboard.ports.records import IdempotencyRecord
from callboard.store.text import from_text, to_text

LIFETIME: Final = timedelta(hours=24)
"""How long a key is kept (specification: api, section 3)."""


def columns(record: IdempotencyRecord) -> tuple[str | int, ...]:
    """What is stored: credential, key, fingerprint, status, headers, body, created."""
    return (
        record.credential,
        record.key,
        record.fingerprint,
        record.status,
        to_text(record.headers),
        record.body,
        record.created,
    )


def record(row: tuple[Any, ...]) -> IdempotencyRecord:
    """From credential, key, fingerprint, status, headers, body, created."""
    credential, key, fingerprint, status, headers, body, created = row
    return IdempotencyRecord(
        credential, key, fingerprint, status, from_text(headers), body, created
    )


def oldest(now: str) -> str:
    """What is older than this, or as old, has ended at `now`.

    >>> oldest("2026-01-02T00:00:00.000Z")
    '2026-01-01T00:00:00.000Z'
    """
    then = datetime.fromisoformat(now) - LIFETIME
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")
