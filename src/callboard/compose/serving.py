"""Running the server in this process, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Final

from callboard.compose.running import running
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
            await serve_app(app, sock)
    finally:
        sock.close()


def _run(main: Coroutine[object, object, None]) -> None:
    """On uvloop where it exists; it takes a third off the cost of a request."""
    if sys.platform == "win32":
        asyncio.run(main)
        return
    import uvloop

    uvloop.run(main)
