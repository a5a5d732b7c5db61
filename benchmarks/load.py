"""Load over HTTP: connections that send one request after the other, and how long each took."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import httpx

from benchmarks.shape import ACTIONS, response
from callboard import verify

SAMPLE = 200
"""Chains that are verified afterwards, at most."""


@dataclass
class Load:
    """What some clients did: how many requests a second, and the seconds of each."""

    rate: float
    times: list[float] = field(default_factory=list)

    @property
    def p99(self) -> float:
        """In milliseconds."""
        return 1_000 * sorted(self.times)[int(len(self.times) * 0.99)]


class Connection:
    """One keep-alive connection that sends one request after the other."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", answer)
        content = await self.reader.readexactly(int(length[1])) if length else b""
        return int(answer[9:12]), content

    def close(self) -> None:
        self.writer.close()


Work = Callable[[Connection, list[float]], Awaitable[int]]


async def load(ports: Sequence[int], token: str, clients: int, work: Work) -> Load:
    """Some clients at once, each at one of the ports."""
    connections = [Connection(ports[at % len(ports)], token) for at in range(clients)]
    await asyncio.gather(*(connection.open() for connection in connections))
    times: list[float] = []
    start = time.perf_counter()
    counts = await asyncio.gather(*(work(connection, times) for connection in connections))
    took = time.perf_counter() - start
    for connection in connections:
        connection.close()
    return Load(sum(counts) / took, times)


async def timed(connection: Connection, path: str, body: bytes, times: list[float]) -> bytes:
    """One request. Raises RuntimeError for an answer that is an error: it makes a round void."""
    start = time.perf_counter()
    status, content = await connection.post(path, body)
    times.append(time.perf_counter() - start)
    if status >= 300:
        raise RuntimeError(f"{path} answered {status}: {content[:200]!r}")
    return content


def hello_work(seconds: float) -> Work:
    """Greeting the bare server."""

    async def work(connection: Connection, times: list[float]) -> int:
        count, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            await timed(connection, "/hello", b'{"amount":1}', times)
            count += 1
        return count

    return work


def step_work(seconds: float, scenario: str, ids: list[str]) -> Work:
    """Whole processes of the shape; the steps are counted and timed, the starts are not."""
    bodies = [json.dumps(response(number)).encode() for number in range(4)]
    start = json.dumps({"scenario": scenario}).encode()

    async def work(connection: Connection, times: list[float]) -> int:
        count, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            process = json.loads(await timed(connection, "/processes", start, []))["id"]
            ids.append(process)
            for number, (action, _) in enumerate(ACTIONS):
                await timed(connection, f"/processes/{process}/{action}", bodies[number], times)
                count += 1
        return count

    return work


def verify_all(port: int, token: str, ids: list[str]) -> int:
    """Check that the work was really done: of a sample every chain, and where it got."""
    sample = ids[:: max(1, len(ids) // SAMPLE)]
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        for process in sample:
            document = client.get(f"http://127.0.0.1:{port}/processes/{process}").json()
            assert verify(document["events"]).ok
            assert len(document["events"]) == len(ACTIONS) + 1
    return len(sample)
