"""Who is told what happens: Prometheus, OpenTelemetry, both or nobody.

Theory: what happens is told when it does; how things stand (sizes, what waits) is looked up when
somebody asks, and every `SECONDS` for OpenTelemetry, which sends of itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from importlib.metadata import version
from typing import Final

from callboard.compose.crew import Crew
from callboard.errors import UnavailableError
from callboard.ports.clock import Clock
from callboard.ports.store import Store
from callboard.server.app import App
from callboard.settings import Settings
from callboard.telemetry import SILENT, Telemetry
from callboard.telemetry.merging import merged
from callboard.telemetry.metrics import (
    FILE,
    GIVEN_UP,
    INFO,
    JOBS,
    LAG,
    LOG,
    OTHER,
    QUEUE,
    READY,
    STREAMS,
    WORKING,
)
from callboard.telemetry.otel import OpenTelemetry, open_telemetry
from callboard.telemetry.recorder import Recorder
from callboard.telemetry.several import Several

__all__ = ["Watching", "watching"]

SECONDS: Final = 15.0


class Watching:
    """Who is told, and how things stand."""

    def __init__(
        self,
        told: Telemetry,
        *,
        recorder: Recorder | None = None,
        sender: OpenTelemetry | None = None,
        crew: Crew | None = None,
    ) -> None:
        self.telemetry = told
        self._crew = crew
        self._recorder, self._sender = recorder, sender
        self._over: tuple[Store, Clock, App] | None = None

    @property
    def keeps_numbers(self) -> bool:
        """Whether there is something for Prometheus."""
        return self._recorder is not None

    async def text(self) -> bytes:
        """All numbers, for Prometheus; those of the other workers too, where there are any."""
        assert self._recorder is not None
        await self._look()
        if self._crew is None:
            return self._recorder.text()
        told = {**await self._crew.ask(), self._crew.number: self._recorder.packed()}
        return merged(self._crew.number, told, self._crew.size)

    async def _tell(self) -> bytes:
        """What another worker wants to know of this one."""
        assert self._recorder is not None
        assert self._over is not None
        await _measure_own(self.telemetry, self._over[2])
        return self._recorder.packed()

    @asynccontextmanager
    async def over(self, store: Store, clock: Clock, app: App) -> AsyncIterator[None]:
        """Watch these meanwhile; at the end what is left is sent."""
        self._over = store, clock, app
        again = asyncio.create_task(self._repeat()) if self._sender else None
        try:
            async with AsyncExitStack() as opened:
                if self._crew is not None and self._recorder is not None:
                    await opened.enter_async_context(self._crew.answering(self._tell))
                yield
        finally:
            if again is not None:
                again.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await again
            if self._sender is not None:
                await asyncio.to_thread(self._sender.close)

    async def _repeat(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(SECONDS)

    async def _look(self) -> None:
        assert self._over is not None
        await _measure(self.telemetry, *self._over)


def watching(settings: Settings, given: Telemetry = SILENT, crew: Crew | None = None) -> Watching:
    """Those that the settings name, and the one that was given. Raises `TelemetryError`."""
    told: list[Telemetry] = [] if given is SILENT else [given]
    recorder = sender = None
    if settings.dev or settings.metrics.enabled or settings.metrics.port:
        recorder = Recorder()
        told.append(recorder)
    if settings.telemetry.otel:
        sender = open_telemetry(version("callboard"))
        told.append(sender)
    telemetry = Several(*told) if len(told) > 1 else (told or [SILENT])[0]
    return Watching(telemetry, recorder=recorder, sender=sender, crew=crew)


async def _measure(telemetry: Telemetry, store: Store, clock: Clock, app: App) -> None:
    """Tell how things stand now."""
    await _measure_own(telemetry, app)
    try:
        figures, given_up = await store.figures(), await store.jobs.given_up()
    except (UnavailableError, OSError):
        return
    telemetry.gauge(FILE, (), figures.file_bytes)
    telemetry.gauge(LOG, (), figures.log_bytes)
    telemetry.gauge(QUEUE, (), figures.waiting)
    telemetry.gauge(JOBS, (), figures.jobs)
    telemetry.gauge(LAG, (), _late(figures.oldest_job, clock))
    services = app.edge.engine.delivery.answering.services
    numbers = dict.fromkeys((*services, OTHER), 0)
    for service, count in given_up.items():
        numbers[service if service in services else OTHER] += count
    for service, count in numbers.items():
        telemetry.gauge(GIVEN_UP, (service,), count)


async def _measure_own(telemetry: Telemetry, app: App) -> None:
    """Tell how this engine is, without the database."""
    telemetry.gauge(INFO, (app.edge.version,), 1)
    telemetry.gauge(WORKING, (), app.working)
    telemetry.gauge(STREAMS, (), app.edge.streams.count)
    telemetry.gauge(READY, (), int(await app.edge.readiness.fault() is None))


def _late(due: str | None, clock: Clock) -> float:
    """Seconds since a job was due; 0 when it is not yet, or there is none."""
    if due is None:
        return 0.0
    return max(0.0, (clock.now() - datetime.fromisoformat(due)).total_seconds())
