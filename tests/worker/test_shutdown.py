"""The end of a worker, as an operator asks for it: a program of its own gets SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from contextlib import asynccontextmanager

import httpx
import pytest

PROGRAM = """
import asyncio, sys, time
from callboard.worker import Webhook, Worker

worker = Worker(grace=float(sys.argv[1]))

@worker.on("stock")
async def reserve(message):
    print("begun", flush=True)
    await asyncio.sleep(1.0)
    print("finished", flush=True)
    return {"count": 2}

@worker.on("hangs")
def hang(message):
    print("begun", flush=True)
    time.sleep(60)

worker.run(Webhook(port=0, announce=lambda url: print(url, flush=True)))
"""


@asynccontextmanager
async def program(grace):
    """The program, and where it listens."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", PROGRAM, str(grace)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        url = (await process.stdout.readline()).decode().strip()
        assert url, await process.stderr.read()
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ended(grace, signals=1, path="/stock"):
    """What a message under way was answered, what was printed, how long the end took, and how."""
    async with program(grace) as (process, url), httpx.AsyncClient() as client:
        asking = asyncio.create_task(
            client.post(url + path, json={}, headers={"webhook-id": "m-1"}, timeout=10)
        )
        assert await process.stdout.readline() == b"begun\n"
        begun = time.monotonic()
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.2)
        (answer,) = await asyncio.gather(asking, return_exceptions=True)
        out, _ = await process.communicate()
        return answer, out, time.monotonic() - begun, process.returncode


def test_what_is_under_way_is_finished_and_answered(run):
    answer, out, _, code = run(ended(30))
    assert (answer.status_code, answer.json(), out, code) == (200, {"count": 2}, b"finished\n", 0)


@pytest.mark.parametrize("path", ["/stock", "/hangs"])
@pytest.mark.parametrize(("grace", "signals"), [(0.1, 1), (30, 2)])
def test_what_takes_too_long_is_left_to_come_again(run, grace, signals, path):
    answer, out, seconds, code = run(ended(grace, signals, path))
    assert (out, code) == (b"", 0)
    assert seconds < 0.9
    assert isinstance(answer, httpx.HTTPError) or answer.status_code >= 500


def test_nothing_is_taken_any_more(run):
    async def refused():
        async with program(30) as (process, url):
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
            async with httpx.AsyncClient() as client:
                with pytest.raises(httpx.ConnectError):
                    await client.post(url, json={})

    run(refused())


def test_a_port_that_is_taken_is_said(run):
    async def taken():
        async with program(1) as (_, url):
            port = url.rpartition(":")[2]
            second = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", PROGRAM.replace("port=0", f"port={port}"), "1"),
                stderr=asyncio.subprocess.PIPE,
            )
            _, err = await second.communicate()
            assert second.returncode == 1
            assert b"Address already in use" in err

    run(taken())
