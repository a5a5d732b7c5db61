"""The body, read whole but never more than the limit.

Theory: a body that says it is too large is refused unread; one that does not say (chunked) is
counted as it comes and dropped at the limit. How long it may take is the connection's business
(`protocol`), which sees every byte anyway. A route that takes no body leaves it unread.
"""

from __future__ import annotations

from collections.abc import Mapping

from callboard.errors import InvalidError, TooLargeError
from callboard.server.messages import Receive
from callboard.server.route import Route

__all__ = ["read_body"]


async def read_body(
    route: Route, headers: Mapping[bytes, bytes], receive: Receive, limit: int
) -> bytes:
    """The body of a request; nothing when its route takes none.

    Raises `TooLargeError`, and `InvalidError` when the client has gone.
    """
    if route.body is None:
        return b""
    length = headers.get(b"content-length")
    if length is None:
        if b"transfer-encoding" not in headers:
            return b""
    elif length == b"0":
        return b""
    elif len(length) > 15 or not length.isdigit() or int(length) > limit:
        raise _too_large(limit)
    return await _collect(receive, limit)


async def _collect(receive: Receive, limit: int) -> bytes:
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
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(f"The body is too large: at most {limit} bytes are read.")
