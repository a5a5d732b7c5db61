"""A process that moves by what services answer over ZeroMQ."""

from __future__ import annotations

import asyncio
import json

import pytest
import zmq
import zmq.asyncio

from tests.server.staging import SUPPLY, free_port, staged


class Peer:
    """A service that listens, in the loop of the server."""

    def __init__(self, stage, kind, port):
        self.run = stage.world.run
        self.run(self._open(kind, port))

    async def _open(self, kind, port):
        self.context = zmq.asyncio.Context()
        self.socket = self.context.socket(kind)
        self.socket.bind(f"tcp://127.0.0.1:{port}")

    def told(self):
        return self.run(self._told())

    async def _told(self):
        return await asyncio.wait_for(self.socket.recv(), 5)

    def answer(self, frame):
        self.run(self._answer(frame))

    async def _answer(self, frame):
        await self.socket.send(frame)

    def close(self):
        self.run(self._close())

    async def _close(self):
        self.socket.close(linger=0)
        self.context.term()


@pytest.fixture
def stage(tmp_path):
    ports = {"stock": free_port(), "carrier": free_port()}
    tables = {
        name: {
            "provider": "zeromq",
            "address": f"tcp://127.0.0.1:{port}",
            "type": "request" if name == "stock" else "push",
            "timeout": 0.5,
            "receiveTimeout": 0.5,
        }
        for name, port in ports.items()
    }
    with staged(tmp_path, ports, services=tables) as made:
        made.world.store(SUPPLY)
        yield made


@pytest.fixture
def peer(stage):
    opened = []

    def open_peer(name, kind):
        opened.append(Peer(stage, kind, stage.ports[name]))
        return opened[-1]

    yield open_peer
    for each in opened:
        each.close()


def test_a_process_moves_by_the_frame_that_comes_back(stage, peer):
    stock, carrier = peer("stock", zmq.REP), peer("carrier", zmq.PULL)
    process = stage.order()
    told = json.loads(stock.told())
    stock.answer(b'{"count": 2}')
    stage.until_state(process, "reserved")
    assert told["process"]["id"] == process
    assert told["etag"] == stage.shown(process)["events"][1]["hash"]
    assert carrier.told() == b"Send 2"
    stage.until(lambda: len(stage.tries(process)) == 2)
    assert [t[1] for t in stage.tries(process)] == ["answered", "delivered"]


def test_a_service_that_comes_later_is_told_again(stage, peer):
    process = stage.order()
    stage.until(lambda: stage.tries(process))
    assert "cannot be reached" in stage.tries(process)[0][2]
    stock = peer("stock", zmq.REP)
    stock.told()
    stock.answer(b'{"count": 2}')
    stage.until_state(process, "reserved")


def test_one_that_did_not_answer_in_time_is_asked_anew(stage, peer):
    stock = peer("stock", zmq.REP)
    process = stage.order()
    first = stock.told()
    stage.until(lambda: stage.tries(process))
    assert "did not answer in time" in stage.tries(process)[0][2]
    stock.answer(b'{"count": 1}')
    assert stock.told() == first
    stock.answer(b'{"count": 2}')
    stage.until_state(process, "reserved")
    assert stage.shown(process)["vars"] == {"count": 2}
