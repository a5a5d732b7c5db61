"""One connection: bytes in, requests out, answers back in their order.

Theory: the parser calls back as it reads; a request is handed on when all of it is there, so that
the application never waits for a client. Requests that come before the last one is answered queue
up, and reading stops until they are done. No clock is armed per request, which would cost more than
the request: the connection notes when the phase began that it is in, and the server looks at all
connections once a second (`overdue`).

Invariants: answers leave in the order of their requests, one whole write each. What is too large,
too slow or no HTTP is answered with a problem document in its turn; then everything that still
comes is thrown away, for a moment, so that the client can read why. Nothing is kept for a client
that sends nothing or reads nothing.

Its own, not one off the shelf: decision 0008 has the measurement.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple, TypeAlias, cast

import httptools

from callboard.errors import TooLargeError
from callboard.server.config import ServerConfig
from callboard.server.messages import Request, Response, headers_of
from callboard.server.problems import problem
from callboard.server.wire import CONTINUE, encode

__all__ = ["Connection", "Peers", "Respond"]

log = logging.getLogger("callboard.server")

Respond: TypeAlias = Callable[[Request], Awaitable[Response]]

LINGER_SECONDS: Final = 2.0
"""How long what comes after a refusal is thrown away before the connection is closed."""


class Phase(Enum):
    """Where the parser is."""

    BETWEEN = "between requests"
    HEADERS = "headers"
    BODY = "body"
    DEAF = "deaf: what comes is thrown away"


class HeadersTooLargeError(Exception):
    """The headers passed their limit; the parser wraps it into its own error."""


class Turn(NamedTuple):
    """Something to answer, when its turn comes."""

    request: Request | Response
    """A response is a refusal, which needs no work."""
    keep: bool
    """Whether the connection stays open after it."""


@dataclass(slots=True)
class Peers:
    """All connections of a server, and what they share."""

    respond: Respond
    bounds: ServerConfig
    date: bytes = b""
    connections: set[Connection] = field(default_factory=set)
    orphans: set[asyncio.Task[None]] = field(default_factory=set)
    """Work whose client has gone."""
    ending: bool = False
    """Whether the server was told to end: each connection closes after its answer."""


class Connection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._bounds = peers.bounds
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._phase = Phase.BETWEEN
        self._since = self._loop.time()
        """When the phase began."""
        self._stuck_since: float | None = None
        """Since when the client does not read."""
        self._queue: deque[Turn] = deque()
        self._task: asyncio.Task[None] | None = None
        """The answer that is being worked out."""
        self._last = False
        """Whether the answers to what has arrived are the last ones."""
        self._ended = False
        """Whether the client has said that it sends no more."""
        self._paused = False
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._fields: Mapping[bytes, bytes] = {}
        self._chunks: list[bytes] = []
        self._size = 0
        """Bytes so far of the phase that is being read."""

    # The transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._peers.connections.add(self)
        if len(self._peers.connections) > self._bounds.connections:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._phase = Phase.DEAF
        self._peers.connections.discard(self)
        self._queue.clear()
        if self._task is not None:
            self._peers.orphans.add(self._task)
            self._task.add_done_callback(self._peers.orphans.discard)

    def eof_received(self) -> bool:
        """A client that has said all may still wait for its answers."""
        self._last = self._ended = True
        return self._task is not None or bool(self._queue)

    def data_received(self, data: bytes) -> None:
        if self._phase is Phase.DEAF:
            return
        if self._phase is not Phase.BODY:
            self._size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._last = True
            self._enter(Phase.DEAF)
        except httptools.HttpParserError as error:
            large = isinstance(error.__context__, HeadersTooLargeError)
            self._refuse(431 if large else 400)
        else:
            if self._size > self._bounds.header_bytes and self._phase is Phase.HEADERS:
                self._refuse(431)

    def pause_writing(self) -> None:
        self._stuck_since = self._loop.time()

    def resume_writing(self) -> None:
        self._stuck_since = None
        self._next()

    # The parser calls

    def on_message_begin(self) -> None:
        self._url = b""
        self._headers = []
        self._chunks = []
        self._enter(Phase.HEADERS)

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._phase is Phase.HEADERS:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self._size > self._bounds.header_bytes:
            size = len(self._url) + sum(len(name) + len(text) + 4 for name, text in self._headers)
            if size > self._bounds.header_bytes:
                raise HeadersTooLargeError
        self._size = 0
        if self._phase is Phase.DEAF:
            return
        self._enter(Phase.BODY)
        fields = self._fields = headers_of(self._headers)
        length, expect = fields.get(b"content-length"), fields.get(b"expect")
        if length is not None and int(length) > self._bounds.body_bytes:
            self._hand_on(_too_large)
        elif expect is not None and expect.lower() == b"100-continue" and self._task is None:
            self._transport.write(CONTINUE)

    def on_body(self, body: bytes) -> None:
        if self._phase is Phase.BODY:
            self._size += len(body)
            self._chunks.append(body)
            if self._size > self._bounds.body_bytes:
                self._hand_on(_too_large)

    def on_message_complete(self) -> None:
        self._size = 0
        if self._phase is Phase.BODY:
            chunks = self._chunks
            self._hand_on(chunks[0] if len(chunks) == 1 else b"".join(chunks))

    # Requests

    def _enter(self, phase: Phase) -> None:
        if self._phase is not Phase.DEAF:
            self._phase = phase
            self._since = self._loop.time()

    def _hand_on(self, body: bytes | Callable[[int], Awaitable[bytes]]) -> None:
        """The request has arrived, or enough of it to know that it is too large."""
        whole = isinstance(body, bytes)
        target = self._url if self._url[:1] == b"/" else _origin_form(self._url)
        path, _, query = target.partition(b"?")
        request = Request(
            self._parser.get_method().decode("latin-1"),
            path.decode("latin-1"),
            query.decode("latin-1"),
            self._fields,
            body,
        )
        self._chunks = []
        self._take_turn(Turn(request, whole and self._parser.should_keep_alive()))
        self._enter(Phase.BETWEEN if whole else Phase.DEAF)

    def _refuse(self, status: int) -> None:
        """What came is no request that could be answered."""
        if self._phase is not Phase.DEAF:
            self._enter(Phase.DEAF)
            self._take_turn(Turn(problem(status, REFUSALS[status]), keep=False))

    def _take_turn(self, turn: Turn) -> None:
        self._queue.append(turn)
        if self._task is None:
            self._next()
        elif not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def _next(self) -> None:
        """Begin with the next turn, unless an answer is under way or the client does not read."""
        if self._task is not None or self._stuck_since is not None:
            return
        if self._queue:
            turn = self._queue.popleft()
            if isinstance(turn.request, Response):
                self._write(turn.request, with_content=True, keep=False)
            else:
                self._task = self._loop.create_task(self._work(turn.request, turn.keep))
        elif self._paused:
            self._paused = False
            self._transport.resume_reading()

    async def _work(self, request: Request, keep: bool) -> None:
        try:
            response = await self._peers.respond(request)
        except Exception:
            log.exception("no answer")
            response, keep = problem(500, "This is our fault."), False
        self._task = None
        self._since = self._loop.time()
        last = self._peers.ending or (self._last and not self._queue)
        self._write(response, with_content=request.method != "HEAD", keep=keep and not last)
        self._next()

    def _write(self, response: Response, *, with_content: bool, keep: bool) -> None:
        if self._transport.is_closing():
            return
        try:
            data = encode(response, self._peers.date, with_content=with_content, keep=keep)
        except ValueError:
            log.exception("an answer cannot be written")
            self._transport.abort()
            return
        self._transport.write(data)
        if not keep:
            self._end()

    def _end(self) -> None:
        """Nothing more is answered. A client that is still sending gets time to read why: closing
        at once would make its system throw the answer away.
        """
        self._queue.clear()
        if self._phase is not Phase.DEAF or self._ended:
            self._transport.close()
            return
        self._since = self._loop.time()
        self._transport.write_eof()
        self._paused = False
        self._transport.resume_reading()

    # The server calls

    def finish(self) -> None:
        """Close now, or after the answer that is under way."""
        if self._task is None and not self._queue:
            self._transport.close()

    def abort(self) -> None:
        """Close now, whatever is under way."""
        if self._task is not None:
            self._task.cancel()
        self._transport.abort()

    def overdue(self, now: float) -> None:
        """End the connection when it has been too slow."""
        if self._stuck_since is not None:
            if now - self._stuck_since > self._bounds.write_seconds:
                self._transport.abort()
        elif self._task is None and now - self._since > self._allowed():
            if self._phase is Phase.BETWEEN:
                self._transport.close()
            elif self._phase is Phase.DEAF:
                self._transport.abort()
            else:
                self._refuse(408)

    def _allowed(self) -> float:
        match self._phase:
            case Phase.BETWEEN:
                return self._bounds.keep_alive_seconds
            case Phase.HEADERS:
                return self._bounds.header_seconds
            case Phase.BODY:
                return self._bounds.body_seconds
            case Phase.DEAF:
                return LINGER_SECONDS


REFUSALS: Final = {
    400: "This is no HTTP request that could be read.",
    408: "The request did not arrive in time.",
    431: "The headers are too large.",
}


async def _too_large(limit: int) -> bytes:
    raise TooLargeError(f"The body is too large: at most {limit} bytes are read.")


def _origin_form(target: bytes) -> bytes:
    """The path and query of a target in absolute form (RFC 9112, 3.2.2)."""
    try:
        url = httptools.parse_url(target)
    except httptools.HttpParserError:
        return target
    path = url.path or b"/"
    return path if url.query is None else path + b"?" + url.query
