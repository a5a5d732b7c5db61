"""The Python client of Callboard's API: `Client`, and `AsyncClient` for asyncio.

It stands alone: nothing of the engine is imported, only httpx (`pip install 'callboard[client]'`).

    from callboard.client import Client

    with Client("http://127.0.0.1:8080", token=TOKEN) as callboard:
        process = callboard.start("expense-approval", action="submit", response={...})
        for task in callboard.tasks():
            print(task.process.title, [action.key for action in task.actions])
        process = callboard.step(process, "approve")

Theory: what is sent (`calls`), what comes back (`models`, `errors`), when to try again (`retry`)
and how a stream is read (`sse`) are plain functions and values; `_async` puts them on a connection,
and `_sync` is made from `_async` by `scripts/unasync.py`, so that both do the same.

Invariants: a step or a start is never done twice by trying again, for each call has an
`Idempotency-Key`. What the server says beyond what is declared here survives in `raw`.
"""

from __future__ import annotations

try:
    import httpx as _httpx  # noqa: F401 (is it there?)
except ModuleNotFoundError as _error:
    raise ModuleNotFoundError(
        "callboard.client needs httpx, which is an extra: pip install 'callboard[client]'",
        name=_error.name,
    ) from None

from callboard.client._async.client import AsyncClient
from callboard.client._async.stream import AsyncStream
from callboard.client._sync.client import Client
from callboard.client._sync.stream import Stream
from callboard.client.calls import ABSENT
from callboard.client.errors import (
    ClientError,
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    PreconditionFailedError,
    ProblemError,
    RateLimitedError,
    Reason,
    RefusedError,
    ServerError,
    UnauthenticatedError,
    UnreachableError,
)
from callboard.client.models import (
    Action,
    Actor,
    Answer,
    ApiKey,
    Chain,
    CheckedScenario,
    Checkpoint,
    CurrentState,
    DemoAccount,
    Document,
    Erased,
    Event,
    Explanation,
    Finding,
    Info,
    Migrated,
    OperatorProcess,
    Overview,
    Process,
    ProcessSummary,
    Proof,
    Scenario,
    ScenarioSummary,
    Task,
    TaskCount,
)
from callboard.client.retry import Retry

__all__ = [
    "ABSENT",
    "Action",
    "Actor",
    "Answer",
    "ApiKey",
    "AsyncClient",
    "AsyncStream",
    "Chain",
    "CheckedScenario",
    "Checkpoint",
    "Client",
    "ClientError",
    "ConflictError",
    "CurrentState",
    "DemoAccount",
    "Document",
    "Erased",
    "Event",
    "Explanation",
    "Finding",
    "ForbiddenError",
    "GoneError",
    "Info",
    "InvalidError",
    "Migrated",
    "NotFoundError",
    "OperatorProcess",
    "Overview",
    "PreconditionFailedError",
    "ProblemError",
    "Process",
    "ProcessSummary",
    "Proof",
    "RateLimitedError",
    "Reason",
    "RefusedError",
    "Retry",
    "Scenario",
    "ScenarioSummary",
    "ServerError",
    "Stream",
    "Task",
    "TaskCount",
    "UnauthenticatedError",
    "UnreachableError",
]
