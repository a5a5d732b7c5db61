"""Jobs, and tries to do them: row <-> record."""

from __future__ import annotations

from typing import Any, Final

from callboard.ports.jobs import AttemptRecord, FailedJob, HeldJob, JobClaim, JobRecord
from callboard.store.text import from_text, to_text

DUE: Final = 7
"""Where the time is in the row of a job that is taken."""


def record(row: tuple[Any, ...]) -> JobRecord:
    """From id, kind, process id, due, event, payload, service."""
    key, kind, process, due, event, payload, service = row
    return JobRecord(key, kind, process, due, event, from_text(payload), service)


def columns(record: JobRecord) -> tuple[str, str, str, str, str, str | None]:
    """What is stored beside the process: id, kind, due, event, payload, service."""
    payload = to_text(record.payload)
    return (record.id, record.kind, record.due, record.event, payload, record.service)


def held(row: tuple[Any, ...]) -> HeldJob:
    """From row, fence, attempts, refused, and a record."""
    _, fence, attempts, refused, *rest = row
    job = record(tuple(rest))
    return HeldJob(job, JobClaim(job.id, fence, job.process), attempts, bool(refused))


def failed(row: tuple[Any, ...]) -> FailedJob:
    """From attempts, failed, a record, and what came of the last try."""
    attempts, when, *rest = row
    job = record(tuple(rest[:7]))
    number, at, milliseconds, outcome, detail = rest[7:]
    last = None
    if number is not None:
        service = job.service or ""
        last = AttemptRecord(
            job.process, job.id, service, number, at, milliseconds, outcome, detail
        )
    return FailedJob(job, attempts, when, last)


def attempt_columns(record: AttemptRecord) -> tuple[str, str, str, str, int, str, str]:
    """Process id, job, service, at, milliseconds, outcome, detail; the number is counted on."""
    return (
        *(record.process, record.job, record.service, record.at, record.milliseconds),
        *(record.outcome, record.detail),
    )
