"""A server on a real socket in this process, under bounds so small that tests need not wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from callboard.compose import running
from callboard.server import serve as serving
from callboard.settings import load_settings
from tests.databases import DATABASES


class Peer:
    """One connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def rest(self) -> bytes:
        """Everything until the server closes."""
        async with asyncio.timeout(5):
            with contextlib.suppress(ConnectionError):
                return await self.reader.read()
        return b""

    async def answer(self) -> bytes:
        """The headers of the next answer, its body read over."""
        async with asyncio.timeout(5):
            head = await self.reader.readuntil(b"\r\n\r\n")
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    await self.reader.readexactly(int(line.partition(b":")[2]))
        return head


@asynccontextmanager
async def listening(folder: Path, **bounds: object) -> AsyncIterator[tuple[str, int]]:
    """A server in development mode; its host and port."""
    settings = load_settings(
        overrides={
            "dev": True,
            "database": DATABASES.of(folder).url,
            "scenarios.examples": False,
            **{f"server.{name}": value for name, value in bounds.items()},
        }
    )
    sock = serving.listen("127.0.0.1", 0)
    async with running(settings) as app:
        server = asyncio.create_task(serving.serve(app, sock))
        try:
            yield sock.getsockname()[:2]
        finally:
            server.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await server
            sock.close()


@asynccontextmanager
async def connected(address: tuple[str, int]) -> AsyncIterator[Peer]:
    """A connection to the server."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        yield Peer(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
