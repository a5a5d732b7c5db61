"""A service: a real HTTP server in this loop that keeps what it is told and answers as it is made
to, byte by byte where that matters.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What is sent, or what sends it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was told."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


def answer(status: str = "204 No Content", body: bytes = b"", **headers: str) -> bytes:
    """An answer on one line; `content_type` is `Content-Type`."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    length = [] if status.startswith("204") else [f"Content-Length: {len(body)}"]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, *length, "", ""]).encode() + body


def json_answer(body: bytes, status: str = "200 OK") -> bytes:
    return answer(status, body, content_type="application/json")


@dataclass
class Receiver:
    """What it was told is in `told`; the next of `answers` is sent, then the `default`."""

    answers: list[Answer] = field(default_factory=list)
    default: Answer = field(default_factory=lambda: answer())
    told: list[Request] = field(default_factory=list)
    url: str = ""
    connections: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.tasks.add(asyncio.create_task(self._serve(reader, writer, self.connections)))

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> None:
        try:
            while True:
                self.told.append(await self._read(reader, connection))
                following = self.answers.pop(0) if self.answers else self.default
                if isinstance(following, bytes):
                    writer.write(following)
                    await writer.drain()
                else:
                    await following(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, connection: int) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, path, _ = first.split(" ")
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Request(method, path, headers, body, connection)


@asynccontextmanager
async def receiving(*answers: Answer, port: int = 0) -> AsyncIterator[Receiver]:
    """A service at `receiver.url`, which gives these answers first."""
    receiver = Receiver(list(answers))
    server = await asyncio.start_server(receiver.accept, "127.0.0.1", port)
    host, port = server.sockets[0].getsockname()[:2]
    receiver.url = f"http://{host}:{port}/told"
    try:
        yield receiver
    finally:
        server.close()
        for task in receiver.tasks:
            task.cancel()
        await asyncio.gather(*receiver.tasks, return_exceptions=True)
        await server.wait_closed()


async def hang(writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close the connection instead of answering."""
    writer.close()


async def break_off(writer: asyncio.StreamWriter) -> None:
    """Announce more than is sent."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    writer.close()


def trickle(
    size: int, per_second: int, status: str = "200 OK"
) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """An answer of so many bytes that come slowly."""

    async def send(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n\r\n".encode())
        for _ in range(size // max(1, per_second // 10)):
            writer.write(b"x" * max(1, per_second // 10))
            await writer.drain()
            await asyncio.sleep(0.1)

    return send


async def pour(writer: asyncio.StreamWriter) -> None:
    """An answer without end, as fast as it goes."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        await writer.drain()
