"""The body, never more than the limit.

Theory: `connection` hands a request on when its body is there, or when it is known to be too large;
other servers (ASGI) give it in pieces, which are counted as they come. How long a body may take is
the connection's business, which sees every byte anyway. A route without a body leaves it unread.
"""

from __future__ import annotations

from callboard.errors import InvalidError, TooLargeError
from callboard.server.messages import BodySource, Receive
from callboard.server.route import Route

__all__ = ["collect", "read_body"]


async def read_body(route: Route, body: BodySource, limit: int) -> bytes:
    """The body of a request; nothing when its route takes none.

    Raises `TooLargeError`, and `InvalidError` when the client has gone.
    """
    if route.body is None:
        return b""
    if not isinstance(body, bytes):
        return await body(limit)
    if len(body) > limit:
        raise _too_large(limit)
    return body


async def collect(receive: Receive, length: bytes | None, limit: int) -> bytes:
    """A body that comes in pieces; `length` is what its `Content-Length` says."""
    if length is not None and (len(length) > 15 or not length.isdigit() or int(length) > limit):
        raise _too_large(limit)
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidError("The connection was closed before the body had arrived.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(f"The body is too large: at most {limit} bytes are read.")
