"""What goes through the edge: a `Call` in, a `Response` out.

Theory: a request becomes one immutable `Call`: first with what is plain to see, then with what the
stages have learned (the caller, the parameters, the body). The endpoint turns it into a command,
and the answer into a `Response`. Nothing here knows ASGI; `app` translates at the door.

Invariants: names of headers are lower case; a header that came several times is one, joined with
commas as RFC 9110 (5.3) allows. A `Response` is complete, unless it has `chunks`: what it holds is
what is sent.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    MutableMapping,
)
from typing import Any, Final, Protocol, TypeAlias

import msgspec
import orjson

from callboard.ports.caller import ANONYMOUS, Caller
from callboard.server.edge import Edge

__all__ = [
    "NOTHING",
    "Call",
    "Chunks",
    "Endpoint",
    "Headers",
    "QueryValue",
    "Receive",
    "Response",
    "headers_of",
    "json_response",
]

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
QueryValue: TypeAlias = "str | int | bool | tuple[str, ...]"

NOTHING: Final[Mapping[str, Any]] = {}


class Chunks(Protocol):
    """A body that goes on: the pieces come when there is something to say."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def close(self) -> None:
        """It is over, whether or not all of it was asked for; called once at least."""
        ...


class Response(msgspec.Struct, frozen=True):
    """An answer: its status, its headers, its body."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    chunks: Chunks | None = None
    """In place of the body, one that goes on."""

    def with_headers(self, more: Headers) -> Response:
        """The same answer with more headers."""
        return Response(self.status, self.headers + more, self.body, self.chunks)


class Call(msgspec.Struct, frozen=True):
    """A request that found its route, and what the stages before the endpoint have learned."""

    edge: Edge
    method: str
    path: str
    """As it was sent, still percent-encoded."""
    segments: Mapping[str, str]
    """What the places of the route's path hold, decoded."""
    headers: Mapping[bytes, bytes]
    caller: Caller = ANONYMOUS
    query: Mapping[str, QueryValue] = NOTHING
    """The declared query parameters that were given, converted."""
    body: bytes = b""

    def understood(self, caller: Caller, query: Mapping[str, QueryValue], body: bytes) -> Call:
        """The call with what the stages have learned."""
        return Call(
            *(self.edge, self.method, self.path, self.segments, self.headers),
            caller=caller,
            query=query,
            body=body,
        )

    def header(self, name: bytes) -> str | None:
        """A header's text, or None; UTF-8 where it is that, else Latin-1."""
        value = self.headers.get(name)
        if value is None:
            return None
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("latin-1")

    def flag(self, name: str) -> bool:
        """A boolean query parameter; false when it was not given."""
        return self.query.get(name) is True

    def number(self, name: str, default: int) -> int:
        """A whole number in the query; the default when it was not given."""
        value = self.query.get(name)
        return value if isinstance(value, int) else default

    def text(self, name: str) -> str | None:
        """A text in the query; None when it was not given."""
        value = self.query.get(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of a query parameter that may be given several times."""
        value = self.query.get(name)
        return value if isinstance(value, tuple) else ()


Endpoint: TypeAlias = Callable[[Call], Awaitable[Response]]


def headers_of(raw: Collection[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Headers as a mapping; several of one name are joined.

    >>> headers_of([(b"accept", b"text/html"), (b"accept", b"*/*")])
    {b'accept': b'text/html, */*'}
    """
    headers = dict(raw)
    if len(headers) != len(raw):
        headers = {}
        for name, value in raw:
            headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


JSON: Final = (b"content-type", b"application/json")


def json_response(value: object, status: int = 200, headers: Headers = ()) -> Response:
    """A JSON answer."""
    return Response(status, (JSON, *headers), orjson.dumps(value))
