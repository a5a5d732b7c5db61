"""A process that moves by what services answer over NATS, whenever they do."""

from __future__ import annotations

import asyncio
import json
import time

import nats
import pytest
from nats.js.api import RetentionPolicy

from tests.nats_server import nats_server
from tests.server.staging import SUPPLY, staged


@pytest.fixture
def server(tmp_path):
    with nats_server(tmp_path) as made:
        yield made


def opened(folder, server, **settings):
    """A server of ours whose services are at that of NATS."""
    stock = {"provider": "nats", "servers": server.url, "reply": True, "responseTimeout": 20}
    carrier = {"provider": "nats", "servers": server.url, "subject": "parcels"}
    tables = {"stock": stock | settings, "carrier": carrier}
    return staged(folder, {}, services=tables)


async def publish(server, subject, data):
    client = await nats.connect(server.url)
    await client.jetstream().publish(subject, data)
    await client.close()


class Services:
    """The services, in the loop of the server."""

    def __init__(self, stage, server):
        self.run = stage.world.run
        self.run(self._open(server))

    async def _open(self, server):
        self.client = await nats.connect(server.url)
        self.stream = self.client.jetstream()
        for name, subject in (("S", "stock"), ("P", "parcels")):
            await self.stream.add_stream(name=name, subjects=[subject])
        kept = RetentionPolicy.WORK_QUEUE
        await self.stream.add_stream(name="R", subjects=["replies.>"], retention=kept)

    def told(self, subject="stock"):
        return self.run(self._told(subject))

    async def _told(self, subject):
        reader = await self.stream.pull_subscribe(subject, durable=subject)
        (message,) = await reader.fetch(1, timeout=5)
        await message.ack()
        return message

    def answer(self, message, data):
        self.run(self.stream.publish(message.headers["Callboard-Reply-To"], data))

    def close(self):
        self.run(self.client.close())


def test_a_process_moves_by_what_is_answered(tmp_path, server):
    with opened(tmp_path, server) as stage:
        services = Services(stage, server)
        stage.world.store(SUPPLY)
        process = stage.order()
        asked = services.told()
        assert json.loads(asked.data)["process"]["id"] == process
        services.answer(asked, b'{"count": 2}')
        stage.until_state(process, "reserved")
        assert services.told("parcels").data == b"Send 2"
        stage.until(lambda: len(stage.tries(process)) == 3)
        assert [t[1] for t in stage.tries(process)] == ["sent", "answered", "delivered"]
        services.answer(asked, b'{"count": 3}')
        time.sleep(0.2)
        assert stage.shown(process)["vars"] == {"count": 2}
        services.close()


def test_an_answer_counts_that_came_while_the_engine_was_down(tmp_path, server):
    with opened(tmp_path, server) as first:
        services = Services(first, server)
        first.world.store(SUPPLY)
        process = first.order()
        asked = services.told()
        services.close()
    asyncio.run(publish(server, asked.headers["Callboard-Reply-To"], b'{"count": 2}'))
    with opened(tmp_path, server) as second:
        second.until_state(process, "reserved")


def test_one_that_cannot_be_used_is_recorded_and_changes_nothing(tmp_path, server):
    with opened(tmp_path, server) as stage:
        services = Services(stage, server)
        stage.world.store(SUPPLY)
        process = stage.order()
        services.answer(services.told(), b'{"count": "two"}')
        stage.until(lambda: stage.world.get("/admin/notifications", "admin").json())
        assert stage.tries(process)[-1][1] == "refused"
        assert stage.state(process) == "ordered"
        services.close()
