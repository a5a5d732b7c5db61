"""Running the application: a listening socket, uvicorn on it, and a quiet end.

Theory: signals are this module's, not uvicorn's, because what was opened before the server (the
database) must be closed after it, whoever asks for the end. SIGTERM and SIGINT ask once for a quiet
end: no new connections, requests under way get their time; a second one ends them. On SIGTERM
load balancers get a moment to notice before that: `/readyz` says that the server ends, and all else
goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Generator

import uvicorn

from callboard.errors import CallboardError
from callboard.server.app import App
from callboard.server.config import ServerConfig
from callboard.server.edge import Edge
from callboard.server.protocol import Protocol, bounded

__all__ = ["ListenError", "address", "listen", "listen_apart", "listen_beside", "serve"]

log = logging.getLogger("callboard.server")

SWEEP_SECONDS = 1.0


class ListenError(CallboardError):
    """The address cannot be listened on."""

    code = "listen"


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket that listens there; port 0 takes any that is free. Raises `ListenError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048, reuse_port=shared)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ListenError(f"Cannot listen on {host}, port {port}: {reason}.") from None


def listen_apart(host: str, port: int, count: int) -> list[socket.socket]:
    """So many sockets that listen there, between which the system spreads connections: one for each
    process that answers. Where it cannot, it is the same one each time. Raises `ListenError`.
    """
    one = listen(host, port)
    if sys.platform != "linux":
        return [one] * count
    # It was bound for nobody else, so nobody else listens there; what follows would not notice.
    with one:
        port = one.getsockname()[1]
    return [listen_beside(host, port) for _ in range(count)]


def listen_beside(host: str, port: int) -> socket.socket:
    """A socket that shares its port with others of this user. Raises `ListenError`."""
    return listen(host, port, shared=True)


def address(sock: socket.socket) -> str:
    """Where a listening socket is reached."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """uvicorn, which leaves the signals to us, and ends streams before it waits for requests."""

    def __init__(self, config: uvicorn.Config, edge: Edge) -> None:
        super().__init__(config)
        self._edge = edge
        self._asked = False

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End quietly."""
        self._edge.streams.end()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield

    def stop(self) -> None:
        """Ask for the end; asked again, do not wait for requests under way."""
        self.force_exit = self._asked
        self._asked = self.should_exit = True
        self._edge.drain()

    def stop_later(self, seconds: float) -> None:
        """Ask for the end so much later; asked again, end at once."""
        if self._asked or not seconds:
            self.stop()
            return
        self._asked = True
        self._edge.drain()
        log.info("draining", extra={"seconds": seconds})
        asyncio.get_running_loop().call_later(seconds, self._leave)

    def _leave(self) -> None:
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
    server = Server(_config(app, app.edge.config), app.edge)
    loop = asyncio.get_running_loop()
    wait = 0.0 if app.edge.environment == "development" else app.edge.config.drain_seconds
    loop.add_signal_handler(signal.SIGTERM, server.stop_later, wait)
    loop.add_signal_handler(signal.SIGINT, server.stop)
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
