"""Following what happens: the event stream, over as many connections as it takes.

Theory: every event has an id, and the server goes on after the last one that it is told. So when a
connection breaks, or the server ends it, another takes over, and nothing is missed or told twice.

Invariants: a refusal ends the stream with its exception, except that a busy or absent server is
tried again. Before the first connection stands, `Retry` bounds the attempts; after that the stream
goes on until somebody ends it.
"""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from threading import Event
from types import TracebackType
from typing import Self

import httpx

from callboard.client import models
from callboard.client._async.connection import AsyncConnection
from callboard.client.calls import Call
from callboard.client.errors import ProblemError, RateLimitedError, ServerError
from callboard.client.pause import pause_async
from callboard.client.retry import Course
from callboard.client.sse import EventParser, ServerSentEvent

__all__ = ["AsyncStream"]

NAP = 0.5
"""Seconds after which a waiting stream looks whether it was ended."""


class AsyncStream:
    """Events as they happen. Iterate over it; it ends when `end` is called or its block is left.
    Entering the block connects, else the first event that is asked for does.

        async with callboard.stream() as events:
            async for event in events:
                print(event.type, event.process.title)
    """

    def __init__(
        self, connection: AsyncConnection, call: Call, last_event_id: str, silence: float
    ) -> None:
        self._connection = connection
        self._call = call
        self._silence = silence
        self._over = Event()
        self._response: httpx.Response | None = None
        self._connected = False
        self._begun = False
        self._failures = 0
        self._left_alone = 0.0
        self._last = last_event_id
        self._parser = EventParser(last_event_id)
        self._events = self._follow()

    @property
    def last_event_id(self) -> str:
        """Where another stream could go on."""
        return self._last

    def end(self) -> None:
        """End it, from wherever: whoever waits for the next event is told that there is none."""
        self._over.set()
        response = self._response
        if response is None:
            return
        network = response.extensions.get("network_stream")
        raw = network.get_extra_info("socket") if network is not None else None
        if raw is not None:
            try:
                raw.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    async def aclose(self) -> None:
        """End it, and close its connection."""
        self._over.set()
        await self._events.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> models.Event:
        event = await anext(self._events)
        return await anext(self) if event is None else event

    async def __aenter__(self) -> Self:
        """Connect: of what happens from now on nothing is missed."""
        if not self._begun:
            await anext(self._events, None)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _follow(self) -> AsyncGenerator[models.Event | None]:
        """The events; first of all None, once the server has begun to answer."""
        while not self._over.is_set():
            error: httpx.RequestError | ProblemError | None = None
            try:
                async with self._connection.open(self._resuming(), self._silence) as response:
                    self._begin(response)
                    async for chunk in response.aiter_bytes():
                        if not self._begun:
                            self._begun = True
                            yield None
                        for event in self._fed(chunk):
                            yield event
                        if self._over.is_set():
                            return
            except (httpx.RequestError, RateLimitedError, ServerError) as caught:
                error = caught
            wait = self._after(error)
            while wait > 0 and not self._over.is_set():
                await pause_async(min(wait, NAP))
                wait -= NAP

    def _resuming(self) -> Call:
        headers = dict(self._call.headers)
        if self._last:
            headers["last-event-id"] = self._last
        return replace(self._call, headers=headers)

    def _begin(self, response: httpx.Response) -> None:
        self._response = response
        self._connected = True
        self._parser = EventParser(self._last)

    def _fed(self, chunk: bytes) -> Iterator[models.Event]:
        """The events that a chunk completes; each is taken as told when it is given."""
        self._failures = 0
        for event in self._parser.feed(chunk):
            if self._over.is_set():
                return
            self._last = event.id
            yield _told(event)
        self._last = self._parser.last_id
        self._left_alone = self._parser.retry or self._left_alone

    def _after(self, error: httpx.RequestError | ProblemError | None) -> float:
        """Seconds until the next connection."""
        self._response = None
        if self._over.is_set():
            return 0.0
        self._failures += 1
        retry = self._connection.retry
        if not self._connected and error is not None:
            return self._first(error)
        delay = retry.delay(self._failures, 0.5)
        return max(delay, self._left_alone)

    def _first(self, error: httpx.RequestError | ProblemError) -> float:
        course = Course(self._connection.retry, repeatable=True)
        course.attempt = self._failures
        if isinstance(error, httpx.RequestError):
            return course.after_failure(error)
        if self._failures >= self._connection.retry.attempts:
            raise error
        return self._connection.retry.delay(self._failures, 0.5)


def _told(event: ServerSentEvent) -> models.Event:
    data = json.loads(event.data)
    raw = data if isinstance(data, dict) else {"data": data}
    return models.Event(raw, id=event.id, type=event.type)
