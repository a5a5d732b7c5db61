"""The little server for messages by HTTP: uvicorn on one socket, with a quiet end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Generator
from typing import Any, Final

import uvicorn

__all__ = ["serve"]

log: Final = logging.getLogger("callboard.worker")

CONNECTIONS: Final = 1_000
IDLE_SECONDS: Final = 30
"""Longer than the engine keeps an idle connection, so that it is never closed under a message."""


class _Server(uvicorn.Server):
    """uvicorn, which leaves the signals to the worker."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


async def serve(
    app: Any, host: str, port: int, stop: asyncio.Event, announce: Callable[[str], None] | None
) -> None:
    """Answer requests until `stop` is set; those under way get their time. Raises `OSError` when
    the port cannot be had.
    """
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
    )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=CONNECTIONS) as listening:
        server = _Server(config)
        ending = asyncio.create_task(_end(server, stop))
        try:
            log.info("listening at %s", _address(listening))
            if announce is not None:
                announce(_address(listening))
            await server.serve(sockets=[listening])
        except asyncio.CancelledError:
            server.force_exit = True
            await server.shutdown(sockets=[listening])
            raise
        finally:
            ending.cancel()


async def _end(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
