"""The one exception tree.

    CallboardError
    ├── TextError                 a text is no YAML or JSON document we accept
    ├── ScenarioError             a scenario is not valid; carries every reason
    ├── EvaluationError           a data function cannot be worked out
    │   ├── ExpressionError       a JMESPath expression: does not parse, or fails
    │   │   └── BudgetError       it needs more steps, depth or output than its limits allow
    │   ├── TemplateError         a Mustache template: does not parse, or fails
    │   ├── SchemaError           a JSON Schema: a reference, pattern or size we cannot work with
    │   └── CanonicalError        a value that JSON cannot hold: NaN, half a character, too deep
    ├── StateUnknownError         a transition leads to a state that does not exist
    ├── StartRefusedError         a process cannot start with these actors
    ├── ChainError                a chain of events is broken, foreign or not admissible
    ├── PredictionError           a prediction does not end within its bound
    └── RequestError              the engine cannot do what it was asked to
        ├── InvalidError          400: malformed, or refused with reasons
        ├── UnauthenticatedError  401
        ├── ForbiddenError        403
        ├── NotFoundError         404
        ├── ConflictError         409
        ├── GoneError             410
        ├── PreconditionError     412
        ├── TooLargeError         413
        ├── UnsupportedError      415
        ├── RateError             429
        └── UnavailableError      503

An error carries data; only the edge turns it into HTTP. `Reason` is the value that says one thing
that is wrong: a refused step is a value with reasons, never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong: a code to compare, a message to read, and the place.

    `pointer` is a JSON Pointer into what was given (a response, a scenario, a process);
    `keyword` is the JSON Schema keyword that refused it; `details` holds what else the code
    promises (for `process-invalid`: `what`, `key`, `errors`, `missing` or `role`).
    """

    code: str
    message: str
    pointer: str | None = None
    keyword: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """`{code, message, pointer?, keyword?, …details}`."""
        result: dict[str, object] = {"code": self.code, "message": self.message}
        if self.pointer is not None:
            result["pointer"] = self.pointer
        if self.keyword is not None:
            result["keyword"] = self.keyword
        return result | dict(self.details)


def told(reasons: Sequence[Reason], most: int = 5) -> str:
    """The reasons in one line, each with its place; past `most`, how many there are besides. What
    is not about a place in a value but all of it is about `it`.

    >>> told([Reason("r", "must be at most 5", "/n"), Reason("r", "Not now.")])
    '/n: must be at most 5. Not now.'
    >>> told([Reason("r", "must be a text", "")])
    'It must be a text.'
    """
    lines = [f"{r.pointer}: {r.message}" if r.pointer else _whole(r) for r in reasons[:most]]
    if len(reasons) > most:
        lines.append(f"And {len(reasons) - most} more.")
    return " ".join(line if line.endswith((".", "?", "!")) else f"{line}." for line in lines)


def _whole(reason: Reason) -> str:
    begins = reason.pointer is not None and reason.message[:1].islower()
    return f"It {reason.message}" if begins else reason.message


class CallboardError(Exception):
    """The root: everything Callboard raises on purpose."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TextError(CallboardError):
    """A text is not one YAML or JSON document we accept; says where (line and column from 1)."""

    code = "text"

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        place = f" (line {line}, column {column})" if line is not None else ""
        super().__init__(message + place)
        self.text = message
        """The message without the place."""
        self.line = line
        self.column = column


class ScenarioError(CallboardError):
    """A scenario is not valid. `reasons` holds everything that is wrong with it."""

    code = "scenario-invalid"

    def __init__(self, message: str, reasons: Sequence[Reason] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class EvaluationError(CallboardError):
    """A data function cannot be worked out. `pointer` is its place in the scenario, when known."""

    code = "expression"

    def __init__(self, message: str, *, source: str = "", position: int | None = None) -> None:
        super().__init__(message)
        self.source = source
        self.position = position
        self.pointer: str | None = None


class ExpressionError(EvaluationError):
    """A JMESPath expression does not parse, or fails. `position` counts in `source`, from 0."""


class BudgetError(ExpressionError):
    """An evaluation was stopped because it passed a limit of `core.limits.Limits`."""


class TemplateError(EvaluationError):
    """A Mustache template does not parse or fails. `position` is an offset in `source`, from 0."""

    code = "template"


class SchemaError(EvaluationError):
    """A JSON Schema cannot be used: an unknown `$ref`, a pattern we refuse, or one too large."""

    code = "schema"


class CanonicalError(EvaluationError):
    """A value has no canonical JSON: no finite number, an integer of 2⁵³ or more, half a surrogate
    pair, a key that is not text, or more nesting than an encoder takes."""

    code = "canonical"


class StateUnknownError(CallboardError):
    """A transition, or the start, leads to a state that the scenario does not have."""

    code = "state-unknown"

    def __init__(self, state: str) -> None:
        super().__init__(f"The scenario has no state {state!r}.")
        self.state = state


class StartRefusedError(CallboardError):
    """A process cannot start with the actors that were given; nothing was created."""

    code = "start-refused"

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(told(reasons))
        self.reasons = tuple(reasons)


class ChainError(CallboardError):
    """A chain of events cannot be accepted. `event` is the index of the first bad one."""

    code = "chain"

    def __init__(
        self, code: str, message: str, *, event: int, reasons: Sequence[Reason] = ()
    ) -> None:
        super().__init__(message)
        self.reason = code
        self.event = event
        self.reasons = tuple(reasons)


class PredictionError(CallboardError):
    """A prediction met more states than its bound."""

    code = "prediction"


class RequestError(CallboardError):
    """The engine cannot do what it was asked to. `status` is the HTTP status the edge answers."""

    code = "request"
    status: ClassVar[int] = 400

    def __init__(self, message: str, reasons: Sequence[Reason] = (), *, code: str = "") -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)
        self.problem = code or self.code


class InvalidError(RequestError):
    """The request is malformed, or was refused; `reasons` says why."""

    code = "invalid"
    status = 400


class UnauthenticatedError(RequestError):
    """There is no credential, or it is not accepted."""

    code = "unauthenticated"
    status = 401


class ForbiddenError(RequestError):
    """The caller may not do this."""

    code = "forbidden"
    status = 403


class NotFoundError(RequestError):
    """It does not exist, or the caller may not know whether it does."""

    code = "not-found"
    status = 404


class ConflictError(RequestError):
    """It contradicts what is there."""

    code = "conflict"
    status = 409


class GoneError(RequestError):
    """It was there, and was erased on purpose."""

    code = "erased"
    status = 410


class PreconditionError(RequestError):
    """The process has moved on since the caller saw it."""

    code = "precondition-failed"
    status = 412


class TooLargeError(RequestError):
    """The body is larger than the limit."""

    code = "too-large"
    status = 413


class UnsupportedError(RequestError):
    """The body is of a kind that this endpoint does not read."""

    code = "unsupported-media-type"
    status = 415


class RateError(RequestError):
    """Too many requests; `retry_after` is in seconds."""

    code = "rate-limited"
    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnavailableError(RequestError):
    """The database, or something else the engine cannot do without, is not there now."""

    code = "unavailable"
    status = 503
