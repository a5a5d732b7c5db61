"""One connection, with bounds that the HTTP server does not have by itself.

Theory: a request arrives in two phases, headers and body; each has a time in which it must be
complete, and the headers a size. The clock is not armed per request, which would cost more than the
request: each connection notes when its phase began, and `Server` looks at all of them once a second
(`overdue`). The same look finds clients that do not read their answer.

Invariants: what is too slow or too large is answered with a problem document when no answer has
begun, then closed; a connection is never kept for a client that sends nothing.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from callboard.server.config import ServerConfig
from callboard.server.messages import Response
from callboard.server.problems import problem

__all__ = ["Protocol", "bounded"]


class HeadersTooLargeError(Exception):
    """The headers passed their limit; the parser turns it into its own error."""


class Protocol(HttpToolsProtocol):
    """A connection under the bounds of a `ServerConfig`."""

    bounds: ClassVar[ServerConfig] = ServerConfig()

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._since: float | None = None
        """When the phase began that is not complete; None between requests."""
        self._in_body = False
        self._received = 0
        """Bytes since the phase began."""
        self._too_large = False
        self._stuck_since: float | None = None

    # Phases

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        self._since = self.loop.time()
        if len(self.connections) > self.bounds.connections:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._since is None and self._is_silent():
            self._since = self.loop.time()
        if self._since is not None:
            self._check_received()

    def _check_received(self) -> None:
        """What the parser takes in without calling back is bounded too: a header without an end,
        extensions of chunks, trailers, what is left of a body that was refused.
        """
        if not self._in_body:
            if self._received > self.bounds.header_bytes:
                self._refuse(431, "The headers are too large.")
        elif self._received > 8 * self.bounds.body_bytes + self.bounds.header_bytes:
            self.transport.abort()

    def _is_silent(self) -> bool:
        """Whether bytes came that began no request, so that nothing else watches the connection."""
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.timeout_keep_alive_task is None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._since = self.loop.time()
        self._in_body = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_body:  # else it is a trailer, which nobody reads
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._received > self.bounds.header_bytes and self._header_size() > (
            self.bounds.header_bytes
        ):
            self._too_large = True
            raise HeadersTooLargeError
        self._in_body = True
        self._received = 0
        self._since = self.loop.time()
        super().on_headers_complete()

    def _header_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def on_message_complete(self) -> None:
        self._since = None
        self._in_body = False
        self._received = 0
        super().on_message_complete()

    def pause_writing(self) -> None:
        self._stuck_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._stuck_since = None
        super().resume_writing()

    # Bounds

    def overdue(self, now: float) -> None:
        """End the connection when it has been too slow."""
        bounds = self.bounds
        if self._stuck_since is not None:
            if now - self._stuck_since > bounds.write_seconds:
                self.transport.abort()
            return
        if self._since is None or self.pipeline or self.transport.is_closing():
            return
        allowed = bounds.body_seconds if self._in_body else bounds.header_seconds
        if now - self._since > allowed:
            self._late()

    def _late(self) -> None:
        if self._in_body and self.cycle is not None and self.cycle.response_started:
            self.transport.abort()
        elif self._received or self._in_body:
            self._refuse(408, "The request did not arrive in time.")
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """What the parser could not read."""
        if self._too_large:
            self._refuse(431, "The headers are too large.")
        else:
            self._refuse(400, msg)

    def _refuse(self, status: int, detail: str) -> None:
        """Answer with a problem document and close."""
        if not self.transport.is_closing():
            self.transport.write(_bytes_of(problem(status, detail)))
            self.transport.close()


def _bytes_of(response: Response) -> bytes:
    status = HTTPStatus(response.status)
    lines = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode())]
    lines += [b"%s: %s" % header for header in response.headers]
    lines += [b"content-length: %d" % len(response.body), b"connection: close", b"", b""]
    return b"\r\n".join(lines) + response.body


def bounded(config: ServerConfig) -> type[Protocol]:
    """The protocol under these bounds."""

    class Bounded(Protocol):
        bounds = config

    return Bounded
