"""Streams on real sockets: many, slow ones, under load, through a stop and a crash."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import threading
import time
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from callboard.server import serve
from tests.server.sockets import connected, listening
from tests.server.test_serve import YAML, served
from tests.server.world import APPROVAL

START = {"scenario": "approval"}
AS_EMPLOYEE = {"as-actor": "employee"}
WHOLE = "/stream?after=0&follow=false"


@asynccontextmanager
async def talking(folder: Path, text: str = APPROVAL, **bounds: object):
    """A client of a server that knows the approval, and the server's address."""
    async with listening(folder, streams_per_credential=1_000, **bounds) as address:
        client = httpx.AsyncClient(
            base_url="http://{}:{}".format(*address),
            limits=httpx.Limits(max_connections=None),
            timeout=20,
        )
        async with client:
            await client.post("/scenarios", content=text, headers=YAML)
            yield client, address


async def start(client: httpx.AsyncClient, notes: int = 0) -> None:
    """A process with some notes."""
    path = (await client.post("/processes", json=START)).headers["location"]
    for _ in range(notes):
        await client.post(f"{path}/note", json=1, headers=AS_EMPLOYEE)


async def hear(client: httpx.AsyncClient, most: int, last: str | None = None) -> list[str]:
    """The ids of so many events."""
    found: list[str] = []
    headers = {} if last is None else {"last-event-id": last}
    async with (
        asyncio.timeout(20),
        client.stream("GET", "/stream", headers=headers) as response,
    ):
        async for line in response.aiter_lines():
            if line.startswith("id: "):
                last = line.removeprefix("id: ")
            elif line.startswith("data: "):
                found.append(str(last))
                if len(found) == most:
                    break
    return found


def heads(text: str) -> list[str]:
    """The hashes that the events of a stream tell."""
    lines = text.splitlines()
    return [json.loads(line[6:])["head"] for line in lines if line.startswith("data: ")]


def test_many_streams_hear_the_same(tmp_path, run):
    async def story():
        async with talking(tmp_path) as (client, _):
            streams = [asyncio.create_task(hear(client, 3, "0")) for _ in range(80)]
            for _ in range(3):
                await start(client)
            return await asyncio.gather(*streams)

    first, *others = run(story())
    assert len({int(number) for number in first}) == 3
    assert others == [first] * 79


def test_a_client_that_comes_back_again_and_again_misses_nothing(tmp_path, run):
    async def story():
        async with talking(tmp_path) as (client, _):
            load = [asyncio.create_task(start(client, 60)) for _ in range(5)]
            heard, most = ["0"], 1
            while len(heard) <= 305:
                heard += await hear(client, min(most, 306 - len(heard)), heard[-1])
                most = most % 23 + 1
            await asyncio.gather(*load)
            return heard[1:], await hear(client, 305, "0")

    heard, whole = run(story())
    assert heard == whole
    assert len(set(heard)) == 305


def test_a_client_that_reads_nothing_loses_its_connection(tmp_path, run, monkeypatch):
    monkeypatch.setattr(serve, "SWEEP_SECONDS", 0.05)
    long = APPROVAL.replace("title: Approval", f"title: {'x' * 100_000}")

    async def story():
        async with talking(tmp_path, long, write_seconds=0.3) as (client, address):
            await start(client, 150)
            async with connected(address) as peer:
                await peer.send(b"GET /stream?after=0 HTTP/1.1\r\nhost: localhost\r\n\r\n")
                await asyncio.sleep(1)
                return await peer.rest()

    assert not run(story()).endswith(b"0\r\n\r\n")


def test_a_stop_does_not_wait_for_streams(tmp_path):
    with served(tmp_path, "--dev") as (client, process), ExitStack() as opened:
        streams = [opened.enter_context(client.stream("GET", "/stream")) for _ in range(10)]
        texts = [stream.iter_text() for stream in streams]
        assert all("retry" in next(text) for text in texts)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert [list(text) for text in texts] == [[]] * 10
        assert process.wait(timeout=20) == 0
        assert time.monotonic() - begun < 4


class Ear(threading.Thread):
    """Hears a stream until it breaks."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.text = ""

    def run(self) -> None:
        url = f"{self.url}/stream?after=0"
        with contextlib.suppress(httpx.HTTPError), httpx.stream("GET", url, timeout=20) as response:
            for text in response.iter_text():
                self.text += text

    @property
    def last(self) -> str:
        """The id of the last event that was heard whole."""
        whole = self.text.rpartition("\n\n")[0]
        return [line[4:] for line in whole.splitlines() if line.startswith("id: ")][-1]


@pytest.mark.parametrize("seconds", [0.3, 1.0])
def test_after_a_crash_it_goes_on_without_a_gap_or_a_repeat(tmp_path, seconds):
    answered = []
    with served(tmp_path, "--dev") as (client, process):
        client.post("/scenarios", content=APPROVAL, headers=YAML)
        path = client.post("/processes", json=START).headers["location"]
        ear = Ear(str(client.base_url).rstrip("/"))
        ear.start()
        threading.Timer(seconds, process.kill).start()
        with contextlib.suppress(httpx.HTTPError):
            while True:
                answer = client.post(f"{path}/note", json=1, headers=AS_EMPLOYEE)
                answered.append(answer.headers["etag"].strip('"'))
        ear.join(timeout=20)
    with served(tmp_path, "--dev") as (client, _):
        client.post(f"{path}/note", json=1, headers=AS_EMPLOYEE)
        came = {"last-event-id": ear.last}
        rest = client.get("/stream?follow=false", headers=came).text
        whole = heads(client.get(WHOLE).text)
    heard = heads(ear.text.rpartition("\n\n")[0])
    assert heard
    assert heard + heads(rest) == whole
    assert len(set(whole)) == len(whole)
    assert set(answered) <= set(whole)
