"""What goes wrong, as exceptions.

    ClientError
    ├── UnreachableError            no answer came
    └── ProblemError                the server said no, and why
        ├── InvalidError            400
        │   └── RefusedError        400, the scenario refused the step
        ├── UnauthenticatedError    401
        ├── ForbiddenError          403
        ├── NotFoundError           404
        ├── ConflictError           409
        ├── GoneError               410
        ├── PreconditionFailedError 412
        ├── RateLimitedError        429
        └── ServerError             5xx

Theory: the server tells problems as documents (RFC 9457); the exception holds the document, and
its class is what most code decides by. A status without a class of its own is a `ProblemError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

__all__ = [
    "ClientError",
    "ConflictError",
    "ForbiddenError",
    "GoneError",
    "InvalidError",
    "NotFoundError",
    "PreconditionFailedError",
    "ProblemError",
    "RateLimitedError",
    "Reason",
    "RefusedError",
    "ServerError",
    "UnauthenticatedError",
    "UnreachableError",
    "problem",
    "reason",
]

PREFIX: Final = "urn:callboard:problem:"
REFUSED: Final = "refused"


class ClientError(Exception):
    """Anything that a call can fail with."""


class UnreachableError(ClientError):
    """No answer came, or none that can be read. `__cause__` is what httpx said.

    Whether the server did what was asked is not known, unless the connection was never made.
    """

    def __init__(self, message: str, attempts: int) -> None:
        super().__init__(message)
        self.attempts = attempts
        """How often it was tried."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong."""

    code: str
    """To compare."""
    message: str
    """To read."""
    pointer: str | None
    """JSON Pointer to the place, into what was sent."""
    raw: Mapping[str, Any]
    """Everything that the server said about it."""


class ProblemError(ClientError):
    """The server refused, and said why."""

    def __init__(self, status: int, document: Mapping[str, Any], headers: httpx.Headers) -> None:
        self.status: int = status
        """The HTTP status."""
        self.raw: Mapping[str, Any] = document
        """The problem document."""
        self.code: str = str(document.get("type", "")).removeprefix(PREFIX)
        """What kind of problem it is, to compare: `refused`, `not-found`, …"""
        self.title: str = str(document.get("title", ""))
        """What kind of problem it is, to read."""
        self.detail: str = str(document.get("detail") or self.title)
        """What is wrong this time."""
        self.errors: tuple[Reason, ...] = tuple(map(reason, document.get("errors") or ()))
        """Every single thing that is wrong."""
        self.etag: str | None = headers.get("etag")
        """The process as it is now: a refused step is recorded in its chain."""
        self.request_id: str | None = headers.get("x-request-id")
        """Under which the server's log tells more."""
        more = [error.message for error in self.errors if error.message not in self.detail]
        super().__init__("\n- ".join([f"{self.detail} ({status} {self.code})", *more]))


class InvalidError(ProblemError):
    """What was sent is not valid; `errors` lists everything that is wrong with it."""


class RefusedError(InvalidError):
    """The scenario refused the step; `errors` are the reasons. The attempt is recorded."""


class UnauthenticatedError(ProblemError):
    """No credential, or none that the server accepts."""


class ForbiddenError(ProblemError):
    """The credential may not do this."""


class NotFoundError(ProblemError):
    """It does not exist, or is not yours to see."""


class ConflictError(ProblemError):
    """It contradicts what is there; or the same `Idempotency-Key` was used for something else."""


class GoneError(ProblemError):
    """It was there, and was erased."""


class PreconditionFailedError(ProblemError):
    """The process has moved on since you saw it (`if_match`); nothing was done."""


class RateLimitedError(ProblemError):
    """Too many requests; trying again did not help within the bounds of `Retry`."""


class ServerError(ProblemError):
    """The server could not do it now."""


CLASSES: Final[dict[int, type[ProblemError]]] = {
    400: InvalidError,
    401: UnauthenticatedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    412: PreconditionFailedError,
    429: RateLimitedError,
}


def problem(response: httpx.Response) -> ProblemError:
    """The exception for an answer that is an error; its body has been read.

    >>> problem(httpx.Response(404, json={"title": "There is no such process."}))
    NotFoundError('There is no such process. (404 )')
    """
    status = response.status_code
    document = _document(response)
    kind = CLASSES.get(status, ServerError if status >= httpx.codes.INTERNAL_SERVER_ERROR else None)
    if document.get("type") == PREFIX + REFUSED:
        kind = RefusedError
    return (kind or ProblemError)(status, document, response.headers)


def _document(response: httpx.Response) -> Mapping[str, Any]:
    """The problem document; what a proxy answered instead becomes one."""
    try:
        document = response.json()
    except ValueError:
        document = None
    if isinstance(document, dict):
        return document
    return {"title": response.reason_phrase, "detail": response.text[:200].strip()}


def reason(item: Mapping[str, Any]) -> Reason:
    """A reason as the server tells it."""
    return Reason(
        str(item.get("code", "")), str(item.get("message", "")), item.get("pointer"), item
    )
