"""Jobs: row <-> record."""

from __future__ import annotations

from typing import Any

from callboard.ports.records import HeldJob, JobClaim, JobRecord
from callboard.store.text import from_text, to_text


def record(row: tuple[Any, ...]) -> JobRecord:
    """From id, kind, process id, due, event, payload."""
    key, kind, process, due, event, payload = row
    return JobRecord(key, kind, process, due, event, from_text(payload))


def columns(record: JobRecord) -> tuple[str, str, str, str, str]:
    """What is stored beside the process: id, kind, due, event, payload."""
    return (record.id, record.kind, record.due, record.event, to_text(record.payload))


def held(row: tuple[Any, ...]) -> HeldJob:
    """From id, fence, kind, process, due, event, payload."""
    key, fence, kind, process, due, event, payload = row
    job = JobRecord(key, kind, process, due, event, from_text(payload))
    return HeldJob(job, JobClaim(key, fence))
