"""What an answer over HTTP means: a reply, none, or a failure that may pass or may not.

Theory: 2xx says that the message has arrived, and its body is the reply, unless the status says
that there is none yet (202) or none at all (204). Other statuses say whether trying again can help.
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from callboard.ports.transport import AnswerError, DeliveryError, Reply
from callboard.telemetry import printable
from callboard.transports.bodies import typed

__all__ = ["HttpAnswer", "reply_of", "wants_body"]

WITHOUT_BODY: Final = frozenset({202, 204, 205})
PASSING: Final = frozenset({408, 425, 429})
"""Statuses below 500 that may be another one next time."""
AWAY: Final = frozenset({429, 502, 503, 504})
"""Statuses that are about the service, not about the message."""
LONGEST_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer: status, headers by their names in lower case, and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def wants_body(status: int) -> bool:
    """Whether the body of an answer says anything."""
    return status not in WITHOUT_BODY


def reply_of(answer: HttpAnswer, now: Callable[[], float]) -> Reply | None:
    """The reply in an answer; None when there is none. Raises `DeliveryError`, `AnswerError`.

    >>> reply_of(HttpAnswer(200, {"content-type": "application/json"}, b'{"n": 1}'), lambda: 0)
    Reply(body={'n': 1})
    """
    if not 200 <= answer.status < 300:
        raise _failure(answer, now)
    if not wants_body(answer.status) or not answer.body:
        return None
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise AnswerError("Its answer is compressed, which was not asked for.")
    return Reply(typed(answer.body, answer.headers.get("content-type", "")))


def _failure(answer: HttpAnswer, now: Callable[[], float]) -> DeliveryError:
    status = answer.status
    if 300 <= status < 400:
        text = f"It answered {status}; redirects are not followed."
        return DeliveryError(text, final=True)
    excerpt = _excerpt(answer.body)
    text = f"It answered {status}: {excerpt}" if excerpt else f"It answered {status}."
    if status < 500 and status not in PASSING:
        return DeliveryError(text, final=True)
    wait = _wait(answer.headers.get("retry-after", ""), now)
    return DeliveryError(text, wait=wait, reached=status not in AWAY)


def _excerpt(body: bytes) -> str:
    """The beginning of a body, for people."""
    return printable(body.decode("utf-8", "replace"), LONGEST_EXCERPT).strip()


def _wait(text: str, now: Callable[[], float]) -> float:
    """The seconds that `Retry-After` says (RFC 9110, 10.2.3); 0 when it says nothing readable.

    >>> _wait("120", lambda: 0), _wait("Thu, 01 Jan 1970 00:01:00 GMT", lambda: 10), _wait("x", min)
    (120.0, 50.0, 0.0)
    """
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, at.timestamp() - now())
