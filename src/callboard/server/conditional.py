"""Conditional requests: entity tags and dates (RFC 9110, sections 8.8 and 13).

Theory: the ETag of a process is the hash of its last event, so that equal tags mean equal chains;
its Last-Modified is that event's time, cut to seconds.

Invariants: `If-None-Match` goes before `If-Modified-Since`, and compares weakly; `If-Match`
compares strongly, so a weak tag never matches. A date that cannot be read is as if it had not been
sent.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from callboard.errors import InvalidError
from callboard.server.messages import Call, Headers, Response
from callboard.server.route import Parameter

__all__ = ["CONDITIONAL", "IF_MATCH", "conditional", "if_match", "validators"]

CONDITIONAL: Final = (
    Parameter(
        "If-None-Match",
        "header",
        {"type": "string"},
        "ETags of what you have: 304 when one is still right.",
    ),
    Parameter(
        "If-Modified-Since",
        "header",
        {"type": "string"},
        "The Last-Modified of what you have: 304 when it has not changed since.",
    ),
)
IF_MATCH: Final = Parameter(
    "If-Match",
    "header",
    {"type": "string"},
    "ETag of the process as you saw it: 412, and nothing happens, when it has moved on.",
)

TAG: Final = re.compile(r'[\s,]*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,[\s,]*|$)')
"""One of a list; empty elements between are passed over (RFC 9110, 5.6.1.2)."""
NO_CACHE: Final = (b"cache-control", b"private, no-cache")


def validators(tag: str, modified: str) -> Headers:
    """`ETag` and `Last-Modified`; `modified` is an ISO text in UTC."""
    return (
        (b"etag", f'"{tag}"'.encode()),
        (b"last-modified", http_date(modified[:19])),
        NO_CACHE,
    )


@lru_cache(256)
def http_date(second: str) -> bytes:
    """An ISO time in UTC, to the second, as HTTP writes it.

    >>> http_date("2026-03-01T09:00:05")
    b'Sun, 01 Mar 2026 09:00:05 GMT'
    """
    at = datetime.fromisoformat(second)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[at.month * 3 - 3 : at.month * 3]
    clock = f"{at.hour:02}:{at.minute:02}:{at.second:02}"
    return f"{day}, {at.day:02} {month} {at.year:04} {clock} GMT".encode()


def conditional(call: Call, tag: str, modified: str) -> Response | None:
    """The 304 that answers a client which has this already; None for one that has not."""
    expected = call.header(b"if-none-match")
    if expected is not None:
        fresh = expected.strip() == "*" or tag in (value for _, value in _tags(expected))
    else:
        fresh = _unchanged_since(call.header(b"if-modified-since"), modified)
    return Response(304, validators(tag, modified)) if fresh else None


def if_match(call: Call) -> tuple[str, ...] | None:
    """The tags that `If-Match` names, `("*",)` for any, None without the header.

    Raises `InvalidError` when the header cannot be read.
    """
    text = call.header(b"if-match")
    if text is None:
        return None
    if text.strip() == "*":
        return ("*",)
    return tuple(value for weak, value in _tags(text) if not weak)


def _tags(text: str) -> list[tuple[bool, str]]:
    """All entity tags of a list, each with whether it is weak."""
    found: list[tuple[bool, str]] = []
    position = 0
    while position < len(text):
        match = TAG.match(text, position)
        if match is None:
            raise InvalidError('An entity tag is written "…", in quotes; several, with commas.')
        found.append((bool(match[1]), match[2]))
        position = match.end()
    return found


def _unchanged_since(text: str | None, modified: str) -> bool:
    if text is None:
        return False
    try:
        since = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return False
    if since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    return datetime.fromisoformat(modified[:19]).replace(tzinfo=UTC) <= since
