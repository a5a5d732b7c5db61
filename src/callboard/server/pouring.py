"""Sending an answer that goes on, until it is over, the client has gone, or the server stops.

Invariant: whatever ends it, no task is left behind and the answer is closed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from callboard.errors import CallboardError
from callboard.server.messages import Chunks, Receive
from callboard.server.streams import Streams

__all__ = ["pour"]

log = logging.getLogger("callboard.server")

Message: TypeAlias = MutableMapping[str, Any]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


async def pour(
    chunks: Chunks, start: Message, receive: Receive, send: Send, streams: Streams
) -> None:
    """Send the start of the answer, then what comes, piece by piece."""
    gone = asyncio.create_task(_until_gone(receive))
    writing = asyncio.create_task(_write(chunks, start, send))
    streams.run(writing)
    try:
        await asyncio.wait((gone, writing), return_when=asyncio.FIRST_COMPLETED)
        left = gone.done()
    finally:
        await _stop(gone, writing)
        chunks.close()
    if not left:
        await send({"type": "http.response.body", "body": b""})


async def _write(chunks: Chunks, start: Message, send: Send) -> None:
    await send(start)
    try:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except CallboardError as error:
        log.info("a stream ended", extra={"why": error.code})
    except Exception:
        log.exception("a stream broke")


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
