"""What can go wrong in a feature: a step that is not understood, or one that does not hold."""

from __future__ import annotations

from callboard.core.values import Json
from callboard.errors import CallboardError


class StepError(CallboardError):
    """A step cannot be run: it is unknown, or what it names does not exist."""

    code = "step"


class ExpectationError(CallboardError):
    """A step was run and does not hold. `expected` and `actual` are shown as a difference."""

    code = "expectation"

    def __init__(self, message: str, *, expected: Json = None, actual: Json = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.actual = actual
