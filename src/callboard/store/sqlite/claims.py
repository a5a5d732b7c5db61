"""Taking jobs and letting go of them, in the transaction that the writer has begun."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from callboard.core.values import JsonObject
from callboard.ports.records import HeldJob, JobClaim, JobKind
from callboard.store.jobs import held
from callboard.store.queries import queries
from callboard.store.text import to_text

_JOBS: Final = queries("sqlite", "jobs")
_DAY: Final = 86_400.0


def claim(
    kind: JobKind, now: str, seconds: float, limit: int, connection: sqlite3.Connection
) -> Sequence[HeldJob]:
    """Take what is due."""
    values = (seconds / _DAY, kind, now, limit)
    rows = connection.execute(_JOBS["claim"], values).fetchall()
    return sorted(map(held, rows), key=lambda item: item.job.due)


def put_off(claim: JobClaim, due: str, payload: JsonObject, connection: sqlite3.Connection) -> bool:
    """Let go of a job until another time."""
    values = (due, to_text(payload), claim.id, claim.fence)
    return connection.execute(_JOBS["put_off"], values).rowcount > 0


def finish(connection: sqlite3.Connection, claim: JobClaim) -> bool:
    """Remove a job that is done; whether the claim held."""
    return connection.execute(_JOBS["finish"], (claim.id, claim.fence)).rowcount > 0
