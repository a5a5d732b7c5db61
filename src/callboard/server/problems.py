"""Errors as HTTP tells them: `application/problem+json` (RFC 9457), every one of them.

Theory: below the edge an error is data (`errors`); here, and only here, it gets a status and a
form. `type` is a URN that ends in the code, to be compared; `title` says what kind of problem it
is, `detail` what is wrong this time, `errors` lists every single thing.

Invariants: nothing of the program's inside is ever shown: an error that nobody meant is answered
with 500 and the request id under which the log tells more. Specification: api, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import orjson

from callboard.core.values import JsonObject
from callboard.errors import (
    CallboardError,
    EvaluationError,
    RateError,
    Reason,
    RequestError,
    ScenarioError,
    StartRefusedError,
    TextError,
    UnauthenticatedError,
    UnavailableError,
)
from callboard.server.messages import Headers, Response

__all__ = ["PROBLEM_TYPE", "TITLES", "problem", "problem_of", "status_code_name"]

PROBLEM_TYPE: Final = "application/problem+json"

TITLES: Final[dict[str, tuple[int, str]]] = {
    "invalid": (400, "The request is not valid"),
    "refused": (400, "The step was refused"),
    "scenario-invalid": (400, "The scenario is not valid"),
    "start-refused": (400, "The process cannot start like this"),
    "text": (400, "The body cannot be read"),
    "expression": (400, "An expression cannot be worked out"),
    "template": (400, "A template cannot be worked out"),
    "schema": (400, "A schema cannot be used"),
    "state-unknown": (400, "A transition leads to a state that does not exist"),
    "prediction": (400, "The process cannot be predicted"),
    "too-many": (400, "The list is too long for this order"),
    "drawing": (400, "The diagram is too large to be drawn"),
    "read-only": (403, "Scenarios can only be read here"),
    "cross-origin": (403, "Not for this web page"),
    "key-limit": (403, "The API key is limited"),
    "action-unknown": (400, "The scenario has no such action"),
    "scenario-unknown": (400, "There is no such scenario"),
    "idempotency-key-reused": (409, "The Idempotency-Key was used before"),
    "broken-chain": (409, "The events do not lead there"),
    "ended": (409, "The process has ended"),
    "other-scenario": (409, "The process is of another scenario"),
    "same-scenario": (409, "The process has this scenario already"),
    "unfit": (409, "The process does not fit the other scenario"),
    "busy": (409, "Others are faster"),
    "unauthenticated": (401, "A credential is needed"),
    "invalid-token": (401, "The credential is not accepted"),
    "forbidden": (403, "This is not allowed"),
    "not-found": (404, "It does not exist"),
    "method-not-allowed": (405, "This method is not possible here"),
    "request-timeout": (408, "The request took too long to arrive"),
    "conflict": (409, "It contradicts what is there"),
    "stale": (409, "Somebody else was faster"),
    "erased": (410, "It was erased"),
    "precondition-failed": (412, "It has changed since you saw it"),
    "too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "This kind of body is not read here"),
    "rate-limited": (429, "Too many requests"),
    "headers-too-large": (431, "The headers are too large"),
    "internal": (500, "Something went wrong"),
    "unavailable": (503, "Not possible right now"),
}
"""Every code that a problem can have, with its status and title; the documentation lists them."""

CODES: Final[dict[int, str]] = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    409: "conflict",
    410: "erased",
    412: "precondition-failed",
    413: "too-large",
    415: "unsupported-media-type",
    429: "rate-limited",
    431: "headers-too-large",
    500: "internal",
    503: "unavailable",
}
"""The code of a status where nothing more exact is known."""


def status_code_name(status: int) -> str:
    """The code that stands for a status."""
    return CODES[status]


def problem(
    status: int,
    detail: str,
    *,
    code: str = "",
    reasons: Sequence[Reason] = (),
    headers: Headers = (),
) -> Response:
    """An answer that says what is wrong. Without a code, the one that stands for the status;
    without reasons, `errors` holds the one thing that is wrong.
    """
    code = code or CODES.get(status, "invalid")
    _, title = TITLES.get(code) or TITLES[CODES.get(status, "invalid")]
    told = reasons or (Reason(code, detail),)
    body: JsonObject = {
        "type": f"urn:callboard:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    payload: dict[str, object] = {**body, "errors": [reason.as_json() for reason in told]}
    return Response(
        status,
        ((b"content-type", PROBLEM_TYPE.encode()), *headers),
        orjson.dumps(payload, default=list),
    )


def problem_of(error: CallboardError) -> Response:
    """The answer to an error that was raised on purpose."""
    match error:
        case RequestError():
            return _request_problem(error)
        case TextError():
            place = {"line": error.line, "column": error.column}
            reason = Reason(
                error.code, error.message, details={k: v for k, v in place.items() if v is not None}
            )
            return problem(400, str(error), code=error.code, reasons=[reason])
        case ScenarioError() | StartRefusedError():
            return problem(400, error.message, code=error.code, reasons=error.reasons)
        case EvaluationError():
            return problem(400, error.message, code=error.code, reasons=[_evaluation(error)])
        case _:
            status = TITLES.get(error.code, (400, ""))[0]
            return problem(status, error.message, code=error.code)


def _request_problem(error: RequestError) -> Response:
    headers: Headers = ()
    if isinstance(error, RateError):
        headers = ((b"retry-after", str(error.retry_after).encode()),)
    elif isinstance(error, UnauthenticatedError):
        headers = ((b"www-authenticate", _challenge(error)),)
    elif isinstance(error, UnavailableError):
        headers = ((b"retry-after", b"1"),)
    return problem(
        error.status, error.message, code=error.problem, reasons=error.reasons, headers=headers
    )


def _challenge(error: UnauthenticatedError) -> bytes:
    """RFC 6750, section 3: a request without a credential is told no error code."""
    if error.problem == "invalid-token":
        return b'Bearer realm="callboard", error="invalid_token"'
    return b'Bearer realm="callboard"'


def _evaluation(error: EvaluationError) -> Reason:
    details: dict[str, object] = {}
    if error.source:
        details["source"] = error.source[:200]
    if error.position is not None:
        details["position"] = error.position
    return Reason(error.code, error.message, pointer=error.pointer, details=details)
