"""Server-Sent Events: news as text, and the stream of it for one client (specification: api,
section 3; WHATWG HTML, 9.2).

Theory: an event carries the id after which a client that comes back goes on. Where nothing was to
be told, a heartbeat keeps proxies from closing the connection and moves the client's id on, so that
it never comes back from further behind than it is. At each heartbeat the credential is judged
again, so that a stream ends soon after what it was opened with.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import orjson

from callboard.engine.streaming import Following, News
from callboard.server.messages import Call, Headers

__all__ = ["EVENT_STREAM", "HEADERS", "EventStream"]

EVENT_STREAM: Final = "text/event-stream"
HEADERS: Final[Headers] = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
RETRY: Final = b"retry: 2000\n"
"""Milliseconds after which a client that lost the connection comes back."""


class EventStream:
    """The body of an answer to `GET /stream`. It has a place among the streams until it closes."""

    def __init__(self, call: Call, following: Following, *, wait: bool) -> None:
        """Without `wait` it ends after what there is now."""
        self._call = call
        self._following = following
        self._wait = wait
        self._place: str | None = call.caller.credential
        call.edge.streams.enter(self._place)

    def close(self) -> None:
        """Give the place back."""
        if self._place is not None:
            self._call.edge.streams.leave(self._place)
            self._place = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces of text. Raises `CallboardError` where it ends before its time."""
        clock, config = asyncio.get_running_loop().time, self._call.edge.config
        following, heartbeat = self._following, config.stream_heartbeat_seconds
        end = clock() + config.stream_seconds
        told = following.position
        yield RETRY + _position(told)
        judged = clock()
        while (left := end - clock()) > 0:
            before = following.position
            news = await following.next(min(heartbeat, left) if self._wait else 0)
            if news:
                told = news[-1].id
                yield b"".join(map(_text, news))
            elif not self._wait and following.position == before:
                break
            if clock() - judged >= heartbeat:
                judged = clock()
                await self._judge()
                yield b":\n\n" if told == following.position else _position(following.position)
                told = following.position
        if told != following.position:
            yield _position(following.position)

    async def _judge(self) -> None:
        """Raises `UnauthenticatedError` or `ForbiddenError` when the credential is not any more
        what it was."""
        self._following.renew(
            await self._call.edge.authenticate(self._call.header(b"authorization"))
        )


def _text(news: News) -> bytes:
    data = orjson.dumps(news.data)
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (news.id.encode(), news.event.encode(), data)


def _position(position: str) -> bytes:
    """Moves the client's id on; no event comes of it."""
    return b"id: %b\n\n" % position.encode()
