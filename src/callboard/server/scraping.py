"""A port of its own for Prometheus: `GET /metrics`, without a credential, and nothing else.

Whoever can reach the port may read the numbers; they hold no id and no data of users. Who that is
the network says: by default only this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import uvicorn

from callboard.server.config import ServerConfig
from callboard.server.protocol import bounded
from callboard.server.routes.metrics import CONTENT_TYPE

__all__ = ["scraping"]

Message: TypeAlias = MutableMapping[str, Any]

STOP_SECONDS: Final = 1


@asynccontextmanager
async def scraping(
    text: Callable[[], Awaitable[bytes]], sock: socket.socket, config: ServerConfig
) -> AsyncIterator[None]:
    """Answer on this socket meanwhile."""
    server = _Server(
        uvicorn.Config(
            _App(text),
            http=bounded(config),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    answering = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield
    finally:
        server.should_exit = True
        await answering


class _Server(uvicorn.Server):
    """uvicorn, which leaves the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


class _App:
    def __init__(self, text: Callable[[], Awaitable[bytes]]) -> None:
        self._text = text

    async def __call__(
        self,
        scope: Message,
        _receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """The numbers, or 404."""
        known = scope["path"] == "/metrics" and scope["method"] in ("GET", "HEAD")
        body = await self._text() if known else b"Only GET /metrics.\n"
        headers = [CONTENT_TYPE, (b"content-length", b"%d" % len(body))]
        status = 200 if known else 404
        await send({"type": "http.response.start", "status": status, "headers": headers})
        shown = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": shown})
