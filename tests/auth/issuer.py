"""An issuer of tokens: a real HTTP server in this loop that publishes keys, and counts who asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class Issuer:
    """What is published may be changed at any time."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.url = ""
        self.hits: list[str] = []
        self.heads: list[str] = []
        self.status = "200 OK"
        self.headers = ""
        self.delay = 0.0
        self.pages: dict[str, bytes] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.publish(*keys)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.create_task(self.answer(reader, writer)))

    def publish(self, *keys: dict[str, Any]) -> None:
        self.pages["/keys"] = json.dumps({"keys": keys}).encode()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.write(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def write(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1].partition("?")[0]
        self.hits.append(path)
        self.heads.append(head)
        await asyncio.sleep(self.delay)
        body = self.pages.get(path)
        status = self.status if body is not None else "404 Not Found"
        text = f"HTTP/1.1 {status}\r\n{self.headers}Content-Length: {len(body or b'')}\r\n"
        writer.write(f"{text}Connection: close\r\n\r\n".encode() + (body or b""))
        await writer.drain()


@asynccontextmanager
async def publishing(*keys: dict[str, Any]) -> AsyncIterator[Issuer]:
    """An issuer at `issuer.url`."""
    issuer = Issuer(*keys)
    server = await asyncio.start_server(issuer.accept, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    issuer.url = f"http://{host}:{port}"
    try:
        yield issuer
    finally:
        server.close()
        for task in issuer.tasks:
            task.cancel()
        await asyncio.gather(*issuer.tasks, return_exceptions=True)
        await asyncio.sleep(0)
        await server.wait_closed()
