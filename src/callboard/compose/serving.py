"""Running the server in this process, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from typing import Final

from callboard.compose.running import running
from callboard.server.app import App
from callboard.server.scraping import scraping
from callboard.server.serve import address, listen
from callboard.server.serve import serve as serve_app
from callboard.settings import Settings
from callboard.telemetry import configure_logs

__all__ = ["serve"]

log = logging.getLogger("callboard.server")

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def serve(settings: Settings, announce: Callable[[str], None] | None = None) -> None:
    """Answer requests until SIGTERM or SIGINT. `announce` is told the URL once it can be reached.

    Raises `SettingsError`, `StoreError`, `ListenError` when it cannot begin.
    """
    configure_logs(settings.log)
    _run(_serve(settings, announce or _keep_quiet))


def _keep_quiet(url: str) -> None:
    """Announce nothing; the log says it."""


async def _serve(settings: Settings, announce: Callable[[str], None]) -> None:
    sock = listen(settings.host, settings.port)
    if settings.dev and settings.host not in LOOPBACK:
        log.warning("development mode where others can reach it: they need no token to do anything")
    try:
        async with running(settings) as app:
            announce(address(sock))
            async with _scraped(settings, app):
                await serve_app(app, sock)
    finally:
        sock.close()


@asynccontextmanager
async def _scraped(settings: Settings, app: App) -> AsyncIterator[None]:
    """Answer Prometheus on a port of its own, where one is set."""
    text = app.edge.metrics
    if not settings.metrics.port or text is None:
        yield
        return
    with closing(listen(settings.metrics.host, settings.metrics.port)) as sock:
        async with scraping(text, sock, settings.server):
            yield


def _run(main: Coroutine[object, object, None]) -> None:
    """On uvloop where it exists; it takes a third off the cost of a request."""
    if sys.platform == "win32":
        asyncio.run(main)
        return
    import uvloop

    uvloop.run(main)
