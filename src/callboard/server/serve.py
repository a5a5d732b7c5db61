"""Running the application: a listening socket, uvicorn on it, and a quiet end.

Theory: signals are this module's, not uvicorn's, because what was opened before the server (the
database) must be closed after it, whoever asks for the end. SIGTERM and SIGINT ask once for a quiet
end: no new connections, requests under way get their time; a second one ends them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Generator

import uvicorn

from callboard.errors import CallboardError
from callboard.server.app import App
from callboard.server.config import ServerConfig
from callboard.server.protocol import Protocol, bounded
from callboard.server.streams import Streams

__all__ = ["ListenError", "listen", "serve"]

log = logging.getLogger("callboard.server")

SWEEP_SECONDS = 1.0


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


class Server(uvicorn.Server):
    """uvicorn, which leaves the signals to us, and ends streams before it waits for requests."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End quietly."""
        self._streams.end()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield

    def stop(self) -> None:
        """Ask for the end; asked again, do not wait for requests under way."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def sweep(self) -> None:
        """Look at all connections, again and again, and end those that are too slow."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = loop.time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Protocol):
                    connection.overdue(now)


async def serve(app: App, sock: socket.socket) -> None:
    """Answer on this socket until SIGTERM, SIGINT or cancellation; then end quietly."""
    server = Server(_config(app, app.edge.config), app.edge.streams)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, server.stop)
    sweep = asyncio.create_task(server.sweep())
    facts = {"url": address(sock), "environment": app.edge.environment}
    log.info("listening", extra=facts)
    try:
        await server.serve(sockets=[sock])
    finally:
        sweep.cancel()
        app.edge.streams.end()
        log.info("stopped")


def _config(app: App, config: ServerConfig) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=bounded(config),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=max(1, round(config.keep_alive_seconds)),
        timeout_graceful_shutdown=max(1, round(config.shutdown_seconds)),
    )
