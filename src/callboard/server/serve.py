"""Running the application: a listening socket, its connections, and a quiet end.

Theory: SIGTERM and SIGINT ask for a quiet end: no new connections, answers under way get their
time, and what was opened before the server (the database) is closed after it. Asked a second time,
nothing is waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate

from callboard.errors import CallboardError
from callboard.server.app import App
from callboard.server.connection import Connection, Peers

__all__ = ["ListenError", "address", "listen", "serve"]

log = logging.getLogger("callboard.server")

SWEEP_SECONDS = 1.0
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class ListenError(CallboardError):
    """The address cannot be listened on."""

    code = "listen"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes any that is free. Raises `ListenError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ListenError(f"Cannot listen on {host}, port {port}: {reason}.") from None


def address(sock: socket.socket) -> str:
    """Where a listening socket is reached."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(app: App, sock: socket.socket) -> None:
    """Answer on this socket until SIGTERM, SIGINT or cancellation; then end quietly."""
    loop = asyncio.get_running_loop()
    peers = Peers(app.respond, app.edge.config, _now())
    server = await loop.create_server(lambda: Connection(peers), sock=sock)
    sweep = asyncio.create_task(_sweep(peers))
    facts = {"url": address(sock), "environment": app.edge.environment}
    log.info("listening", extra=facts)
    with _signals(loop) as told:
        try:
            await told.wait()
        finally:
            server.close()
            peers.ending = True
            told.clear()
            await _finish(peers, told)
            sweep.cancel()
            log.info("stopped")


@contextmanager
def _signals(loop: asyncio.AbstractEventLoop) -> Iterator[asyncio.Event]:
    """An event that is set when the program is told to end."""
    told = asyncio.Event()
    for name in SIGNALS:
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels instead
            loop.add_signal_handler(name, told.set)
    try:
        yield told
    finally:
        for name in SIGNALS:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(name)


async def _finish(peers: Peers, hurry: asyncio.Event) -> None:
    """Wait until all is answered, for as long as is allowed; then cut off what is left."""
    for connection in list(peers.connections):
        connection.finish()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(peers.bounds.shutdown_seconds):
            while (peers.connections or peers.orphans) and not hurry.is_set():
                await asyncio.sleep(0.02)
    for connection in list(peers.connections):
        connection.abort()
    for task in list(peers.orphans):
        task.cancel()
    await asyncio.gather(*peers.orphans, return_exceptions=True)


async def _sweep(peers: Peers) -> None:
    """Once a second: what time it is, and which connections are too slow."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        peers.date = _now()
        now = loop.time()
        for connection in list(peers.connections):
            connection.overdue(now)


def _now() -> bytes:
    return formatdate(usegmt=True).encode()
