"""An operator ends the server while services are told: that is finished, or handed back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import asynccontextmanager, closing

import httpx
import pytest

from tests.acceptance.serving import Server
from tests.transports.receiver import answer, hang, receiving

SCENARIO = """
title: Asking
name: asking
version: 1.0.0
actors: {one: {role: support}}
actions: {ask: {actor: one}, take: {actor: service:desk}}
states:
  initial: {on: ask, goto: asked}
  asked: {on: take, by: service:desk, goto: (taken)}
"""


@pytest.fixture
def asked(tmp_path):
    """A server that was ended while it told a service, which answers in this way."""

    @asynccontextmanager
    async def end_amid(default, seconds):
        async with receiving() as desk:
            desk.default = default
            table = {"desk": {"provider": "webhook", "url": desk.url, "timeout": 60}}
            server = Server(
                tmp_path / "callboard.db",
                CALLBOARD_SERVICES=json.dumps(table),
                CALLBOARD_ENGINE_SHUTDOWN_SECONDS=str(seconds),
            )
            try:
                await asyncio.to_thread(server.start)
                await ask(server)
                async with asyncio.timeout(20):
                    while not desk.told:
                        await asyncio.sleep(0.01)
                await asyncio.to_thread(server.stop)
                assert server.process.returncode == 0
                yield server, desk
            finally:
                server.kill()

    return end_amid


async def ask(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        kind = {"content-type": "application/yaml"}
        (await client.post("/scenarios", content=SCENARIO, headers=kind)).raise_for_status()
        body = {"scenario": "asking", "action": "ask"}
        made = await client.post("/processes", json=body, headers={"as-actor": "one"})
        assert made.status_code == 201, made.text


def stored(server, query):
    with closing(sqlite3.connect(server.database)) as connection:
        return connection.execute(query).fetchall()


def test_what_is_answered_in_time_still_counts(asked, run):
    async def slowly(writer):
        await asyncio.sleep(1)
        writer.write(answer("200 OK", b"yes", content_type="text/plain"))

    async def play():
        async with asked(slowly, 15) as (server, desk):
            assert len(desk.told) == 1
            states = stored(server, "SELECT document ->> '$.current.key' FROM processes")
            assert states == [("(taken)",)]
            assert stored(server, "SELECT id FROM jobs") == []

    run(play())


def test_what_takes_longer_is_handed_back_and_told_again(asked, run):
    async def play():
        async with asked(hang, 0.5) as (server, desk):
            assert stored(server, "SELECT held, attempts FROM jobs") == [(None, 0)]
            desk.default = answer("200 OK", b"yes", content_type="text/plain")
            await asyncio.to_thread(server.start)
            async with asyncio.timeout(20):
                while stored(server, "SELECT id FROM jobs"):
                    await asyncio.sleep(0.05)
            assert len({told.headers["webhook-id"] for told in desk.told}) == 1

    run(play())
