"""Running the server until it is told to stop: in this process, or in several."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Final

from callboard.compose.crew import Crew
from callboard.compose.running import running
from callboard.compose.supervising import Supervisor, Task
from callboard.errors import CallboardError
from callboard.server.app import App
from callboard.server.scraping import scraping
from callboard.server.serve import address, listen, listen_apart
from callboard.server.serve import serve as serve_app
from callboard.settings import Settings, SettingsError
from callboard.store import POSTGRES
from callboard.telemetry import configure_logs

__all__ = ["serve"]

log = logging.getLogger("callboard.server")

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
SLACK_SECONDS: Final = 15.0
"""What a worker may take to end beyond what the settings give it."""
NEEDS_POSTGRES: Final = (
    "workers: a SQLite database has one engine. To have several use PostgreSQL: "
    "database is to be postgresql://USER@HOST/NAME."
)


def serve(settings: Settings, announce: Callable[[str], None] | None = None) -> None:
    """Answer requests until SIGTERM or SIGINT. `announce` is told the URL once it can be reached.

    Raises `SettingsError`, `StoreError`, `ListenError`, `WorkerError` when it cannot begin.
    """
    _check_workers(settings)
    configure_logs(settings.log)
    if settings.dev and settings.host not in LOOPBACK:
        log.warning("development mode where others can reach it: they need no token to do anything")
    announce = announce or _keep_quiet
    with _numbers(settings) as numbers:
        if settings.workers == 1:
            with closing(listen(settings.host, settings.port)) as sock:
                _run(_serve(settings, sock, numbers, announce))
        else:
            _supervise(settings, numbers, announce)


def _check_workers(settings: Settings) -> None:
    if settings.workers < 1:
        raise SettingsError(["workers is to be 1 or more."])
    if settings.workers > 1 and not settings.database.startswith(POSTGRES):
        raise SettingsError([NEEDS_POSTGRES])
    if settings.workers > 1 and sys.platform == "win32":
        raise SettingsError(["workers: on Windows there can be one."])


def _keep_quiet(url: str) -> None:
    """Announce nothing; the log says it."""


@contextmanager
def _numbers(settings: Settings) -> Iterator[socket.socket | None]:
    """Where Prometheus asks, if that is set. Workers share it: each can tell of all."""
    if not settings.metrics.port:
        yield None
        return
    with closing(listen(settings.metrics.host, settings.metrics.port)) as sock:
        yield sock


def _supervise(
    settings: Settings, numbers: socket.socket | None, announce: Callable[[str], None]
) -> None:
    sockets = listen_apart(settings.host, settings.port, settings.workers)
    patience = settings.server.drain_seconds + settings.server.shutdown_seconds
    patience += settings.engine.shutdown_seconds + SLACK_SECONDS

    def work(task: Task) -> int:
        return _work(settings, numbers, task)

    with Supervisor(sockets, work, patience) as supervisor:
        supervisor.run(lambda: announce(address(sockets[0])))


def _work(settings: Settings, numbers: socket.socket | None, task: Task) -> int:
    """Be one of several workers; the code to exit with."""
    configure_logs(settings.log, facts={"worker": task.number})
    crew = Crew(task.folder, task.number, settings.workers)

    async def main() -> None:
        asyncio.get_running_loop().add_reader(task.lifeline, _end)
        await _serve(settings, task.sock, numbers, lambda _: task.begun(), crew)

    def _end() -> None:
        """The supervisor has died."""
        asyncio.get_running_loop().remove_reader(task.lifeline)
        os.kill(os.getpid(), signal.SIGTERM)

    try:
        _run(main())
    except CallboardError as error:
        return task.failed(error.message)
    return 0


async def _serve(
    settings: Settings,
    sock: socket.socket,
    numbers: socket.socket | None,
    announce: Callable[[str], None],
    crew: Crew | None = None,
) -> None:
    async with running(settings, crew=crew) as app:
        announce(address(sock))
        async with _scraped(settings, app, numbers):
            await serve_app(app, sock)


@asynccontextmanager
async def _scraped(settings: Settings, app: App, sock: socket.socket | None) -> AsyncIterator[None]:
    """Answer Prometheus on a port of its own, where one is set."""
    text = app.edge.metrics
    if sock is None or text is None:
        yield
        return
    async with scraping(text, sock, settings.server):
        yield


def _run(main: Coroutine[object, object, None]) -> None:
    """On uvloop where it exists; it takes a third off the cost of a request."""
    if sys.platform == "win32":
        asyncio.run(main)
        return
    import uvloop

    uvloop.run(main)
