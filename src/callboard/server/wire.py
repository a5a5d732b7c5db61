"""An answer as the bytes of HTTP/1.1.

Invariants: exactly one `Content-Length`, but none on 204 and 304; nothing that a header says can
begin another header.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from callboard.server.messages import Response

__all__ = ["CONTINUE", "encode"]

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

STATUS_LINES: Final = {
    int(status): f"HTTP/1.1 {int(status)} {status.phrase}\r\n".encode() for status in HTTPStatus
}
WITHOUT_CONTENT: Final = frozenset({204, 304})


def encode(response: Response, date: bytes, *, with_content: bool, keep: bool) -> bytes:
    """The whole answer. `date` is the `Date` header's value; without `keep` it says `close`.

    Raises `ValueError` for a header with a line break in it.
    """
    fields = [b"%b: %b\r\n" % field for field in response.headers]
    fields.append(b"date: %b\r\n" % date)
    if response.status not in WITHOUT_CONTENT:
        fields.append(b"content-length: %d\r\n" % len(response.body))
    if not keep:
        fields.append(b"connection: close\r\n")
    head = b"".join(fields)
    if head.count(b"\n") != len(fields) or head.count(b"\r") != len(fields):
        raise ValueError("A header holds a line break.")
    content = response.body if with_content else b""
    return b"%b%b\r\n%b" % (STATUS_LINES[response.status], head, content)
