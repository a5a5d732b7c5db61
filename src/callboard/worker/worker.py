"""The worker: handlers by the names of their services, and running them until SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from callboard.worker.desk import Desk, Handler
from callboard.worker.ways import Way
from callboard.worker.webhook import Application, Webhook, WebhookApp

__all__ = ["Worker"]

log: Final = logging.getLogger("callboard.worker")

LAST_SECONDS: Final = 1.0
"""What the ways get to say that the worker ends."""

H = TypeVar("H", bound=Callable[..., Any])


class Worker:
    """Handlers of one service or several, and what runs them.

        worker = Worker()

        @worker.on("inventory")
        async def reserve(message: Message) -> dict[str, int]:
            return {"count": 2}

        worker.run(port=8090, secret=os.environ["INVENTORY_SECRET"])

    `concurrency` is how many messages are handled at once; `remembered`, how many answers are kept,
    to be said again when a message comes again; `grace`, how many seconds whatever is under way is
    given at the end.
    """

    def __init__(
        self, *, concurrency: int = 16, remembered: int = 10_000, grace: float = 30.0
    ) -> None:
        if concurrency < 1 or remembered < 0 or grace < 0:
            raise ValueError("concurrency is to be 1 or more, remembered and grace 0 or more")
        self._handlers: dict[str, Handler] = {}
        self._concurrency = concurrency
        self._remembered = remembered
        self._grace = grace

    def on(self, service: str) -> Callable[[H], H]:
        """Let a function handle the messages to a service. It gets a `Message`, and returns the
        answer: what JSON can say, a text, or None for no answer. It may be `async`; one that is not
        runs in a thread. It may raise `Retry` or `Refused`; any other exception is logged, and the
        message comes again.
        """
        if not service or service.startswith("service:"):
            raise ValueError('a service is named without "service:"')
        if service in self._handlers:
            raise ValueError(f"there is a handler for {service!r} already")

        def register(handler: H) -> H:
            self._handlers[service] = handler
            return handler

        return register

    def app(
        self,
        *,
        secret: str | Sequence[str] | None,
        tolerance: float = 300.0,
        body_bytes: int = 1_048_576,
    ) -> Application:
        """An ASGI application that receives webhooks, for a server of your own. With None for
        `secret` whatever comes is believed.
        """
        return WebhookApp(self._desk(), secret=secret, tolerance=tolerance, body_bytes=body_bytes)

    def run(
        self,
        *ways: Way,
        port: int | None = None,
        host: str = "127.0.0.1",
        secret: str | Sequence[str] | None = None,
    ) -> None:
        """Receive in all these ways until SIGTERM or SIGINT; then finish what is under way. A
        `port` is short for a `Webhook`. A second signal ends it at once.
        """
        if port is not None:
            ways = (*ways, Webhook(port=port, host=host, secret=secret))
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        logging.getLogger("httpx").setLevel(logging.WARNING)  # It tells of every request.
        asyncio.run(self._run(ways))

    async def serve(self, *ways: Way, stop: asyncio.Event) -> None:
        """Receive in all these ways until `stop` is set; then finish what is under way. Raises what
        one of them could not begin or go on with, after all have ended.
        """
        if not ways:
            raise ValueError("there is no way to receive: give a port, or a way")
        desk = self._desk()
        receiving = [asyncio.create_task(_received(way, desk, stop)) for way in ways]
        try:
            await stop.wait()
            await self._finish(receiving, desk)
        finally:
            for task in receiving:
                task.cancel()
            await asyncio.gather(*receiving, desk.finish(0.0), return_exceptions=True)
        for task in receiving:
            if not task.cancelled():
                task.result()

    async def _finish(self, receiving: Sequence[asyncio.Task[None]], desk: Desk) -> None:
        """Let all ways come to their end, and what nobody waits for any more."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._grace
        await asyncio.wait(receiving, timeout=self._grace)
        await desk.finish(max(0.0, end - loop.time()))
        await asyncio.wait(receiving, timeout=LAST_SECONDS)

    def _desk(self) -> Desk:
        if not self._handlers:
            raise ValueError("there is no handler: @worker.on(SERVICE)")
        return Desk(self._handlers, concurrency=self._concurrency, remembered=self._remembered)

    async def _run(self, ways: Sequence[Way]) -> None:
        stop = asyncio.Event()
        main = asyncio.current_task()
        loop = asyncio.get_running_loop()

        def end() -> None:
            if stop.is_set() and main is not None:
                main.cancel()
            stop.set()

        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, end)
        try:
            await self.serve(*ways, stop=stop)
        except asyncio.CancelledError:
            log.warning("ended before everything under way was finished")


async def _received(way: Way, desk: Desk, stop: asyncio.Event) -> None:
    """Receive in one way; whatever its end, the others end too."""
    try:
        await way.receive(desk, stop)
    finally:
        stop.set()
