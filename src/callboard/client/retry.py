"""When to try again, and after how long.

Theory: a request may be sent again when that cannot do it twice: reading, deleting, and what
carries an `Idempotency-Key` or is named by its content. Any other request is sent again only when
it certainly was not done: the connection was never made, or 429. Other refusals are never retried.

Waiting grows by doubling, with chance in it, so that many clients do not come back together;
`Retry-After` goes before. What would take longer than `longest` is given up at once.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from callboard.client.errors import UnreachableError, problem

__all__ = ["Course", "Retry", "retry_after"]

NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
HOPELESS: Final = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.TooManyRedirects)
BUSY: Final = 429
AWAY: Final = (502, 503, 504)
UNAUTHENTICATED: Final = 401


@dataclass(frozen=True, slots=True)
class Retry:
    """How patient the client is."""

    attempts: int = 5
    """How often a request is sent, the first time included; 1 is never again."""
    first: float = 0.25
    """Seconds before the second attempt; doubled for each one after it."""
    longest: float = 30.0
    """Seconds that are waited at most for one attempt, also when the server asks for more."""

    def delay(self, attempt: int, chance: float) -> float:
        """Seconds to wait after this attempt (from 1): half of it certain, half by chance.

        >>> Retry(first=1.0).delay(3, chance=1.0), Retry(first=1.0).delay(3, chance=0.0)
        (4.0, 2.0)
        """
        full: float = min(self.longest, self.first * 2.0 ** min(attempt - 1, 30))
        return full / 2 + full / 2 * chance


class Course:
    """The attempts of one request. Either says how long to wait, or raises what it fails with."""

    def __init__(self, retry: Retry, *, repeatable: bool, renewable: bool = False) -> None:
        self._retry = retry
        self._repeatable = repeatable
        self._renewable = renewable
        self.attempt = 1

    def after_failure(self, error: httpx.RequestError) -> float:
        """Seconds to wait after no answer came. Raises `UnreachableError`."""
        again = self._repeatable or isinstance(error, NOT_SENT)
        if not again or isinstance(error, HOPELESS) or self.attempt >= self._retry.attempts:
            text = str(error) or type(error).__name__
            raise UnreachableError(f"No answer from the server: {text}", self.attempt) from error
        return self._next(None)

    def after_answer(self, response: httpx.Response) -> float:
        """Seconds to wait after this refusal. Raises `ProblemError`."""
        status = response.status_code
        if status == UNAUTHENTICATED and self._renewable:
            self._renewable = False
            return 0.0
        asked = retry_after(response.headers.get("retry-after"))
        again = status == BUSY or (status in AWAY and self._repeatable)
        too_long = asked is not None and asked > self._retry.longest
        if not again or too_long or self.attempt >= self._retry.attempts:
            raise problem(response)
        return self._next(asked)

    def _next(self, asked: float | None) -> float:
        chance = random.random()  # noqa: S311 (no secret)
        delay = self._retry.delay(self.attempt, chance)
        self.attempt += 1
        return delay if asked is None else asked + self._retry.first * chance


def retry_after(value: str | None) -> float | None:
    """Seconds that `Retry-After` asks for, as a number or a date; None when it says nothing.

    >>> retry_after("2"), retry_after("soon"), retry_after(None)
    (2.0, None, None)
    """
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at.astimezone(UTC) - datetime.now(UTC)).total_seconds())
