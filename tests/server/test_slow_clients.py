"""Slow, silent and oversized clients: answered or cut off, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from callboard.server import serve
from tests.server.sockets import Peer, connected, listening

GET = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
POST = b"POST /processes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
QUICK = {"header_seconds": 0.2, "body_seconds": 0.3, "write_seconds": 0.3, "keep_alive_seconds": 1}


@pytest.fixture(autouse=True)
def look_often(monkeypatch):
    monkeypatch.setattr(serve, "SWEEP_SECONDS", 0.05)


def talk(folder: Path, act: Callable[[Peer], Awaitable[bytes]], **bounds: object) -> bytes:
    """What `act` gives, on one connection."""

    async def main() -> bytes:
        async with listening(folder, **(QUICK | bounds)) as address, connected(address) as peer:
            return await act(peer)

    return asyncio.run(main())


def test_requests_follow_each_other_on_a_connection(tmp_path):
    async def act(peer: Peer) -> bytes:
        await peer.send(GET)
        first = await peer.answer()
        await peer.send(GET)
        return first + await peer.answer()

    assert talk(tmp_path, act).count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"\r\n\r\n"])
def test_a_connection_that_asks_nothing_is_closed(tmp_path, sent):
    async def act(peer: Peer) -> bytes:
        await peer.send(sent)
        return await peer.rest()

    assert b"200" not in talk(tmp_path, act)


def test_blank_lines_do_not_keep_a_connection(tmp_path):
    async def act(peer: Peer) -> bytes:
        await peer.send(GET)
        await peer.answer()
        await peer.send(b"\r\n")
        return b"closed" + await peer.rest()

    assert talk(tmp_path, act).startswith(b"closed")


def test_headers_that_trickle_are_late(tmp_path):
    async def act(peer: Peer) -> bytes:
        await peer.send(b"GET /healthz HTTP/1.1\r\n")
        await asyncio.sleep(0.1)
        await peer.send(b"a: b\r\n")
        return await peer.rest()

    answer = talk(tmp_path, act)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout")
    assert b"application/problem+json" in answer


def test_a_body_that_trickles_is_late(tmp_path):
    async def act(peer: Peer) -> bytes:
        await peer.send(POST + b"content-length: 1000\r\n\r\n")
        await asyncio.sleep(0.1)
        await peer.send(b"{")
        return await peer.rest()

    answer = talk(tmp_path, act)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer


def test_a_refused_body_that_goes_on_is_cut_off(tmp_path):
    async def act(peer: Peer) -> bytes:
        await peer.send(POST + b"content-length: 5000000\r\n\r\n")
        refusal = await peer.answer()
        return refusal + b"closed" + await peer.rest()

    answer = talk(tmp_path, act)
    assert answer.startswith(b"HTTP/1.1 413")
    assert answer.endswith(b"closed")


def test_an_answer_that_nobody_reads_is_given_up(tmp_path):
    async def act(peer: Peer) -> bytes:
        peer.writer.transport.pause_reading()
        await peer.send(b"GET /api-docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n" * 8)
        await asyncio.sleep(1)
        peer.writer.transport.resume_reading()
        return await peer.rest()

    assert len(talk(tmp_path, act)) < 8 * 1_700_000


@pytest.mark.parametrize("head", [b"a" * 3000 + b": b", b"a: " + b"b" * 3000, b"c: d\r\n" * 800])
def test_headers_have_a_size(tmp_path, head):
    async def act(peer: Peer) -> bytes:
        await peer.send(b"GET /healthz HTTP/1.1\r\n" + head + b"\r\n\r\n")
        return await peer.rest()

    assert talk(tmp_path, act, header_bytes=2000).startswith(b"HTTP/1.1 431")
    assert talk(tmp_path, act, header_bytes=9000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("endless", [b"1;" + b"x" * 9000, b"0\r\nTrailer: " + b"x" * 9000])
def test_what_belongs_to_a_body_but_is_none_has_a_size(tmp_path, endless):
    async def act(peer: Peer) -> bytes:
        await peer.send(POST + b"transfer-encoding: chunked\r\n\r\n")
        await asyncio.sleep(0.1)
        await peer.send(endless)
        return b"closed" + await peer.rest()

    calm = {"body_seconds": 20, "body_bytes": 100, "header_bytes": 2000}
    assert talk(tmp_path, act, **calm) == b"closed"


def test_trailers_are_passed_over(tmp_path):
    async def act(peer: Peer) -> bytes:
        await peer.send(POST + b"transfer-encoding: chunked\r\n\r\n")
        await peer.send(b"2\r\n{}\r\n0\r\nauthorization: Bearer x\r\n\r\n")
        return await peer.answer()

    assert talk(tmp_path, act).startswith(b"HTTP/1.1 400")


def test_headers_without_an_end_have_a_size(tmp_path):
    async def act(peer: Peer) -> bytes:
        await peer.send(b"GET /healthz HTTP/1.1\r\na: " + b"b" * 3000)
        return await peer.rest()

    assert talk(tmp_path, act, header_bytes=2000).startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\na b: c\r\n\r\n", b"\x16\x03"]
)
def test_what_is_no_http_is_a_problem(tmp_path, sent):
    async def act(peer: Peer) -> bytes:
        await peer.send(sent)
        return await peer.rest()

    answer = talk(tmp_path, act)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer


def test_connections_beyond_the_limit_are_closed(tmp_path):
    async def main() -> tuple[bytes, bytes]:
        async with (
            listening(tmp_path, connections=1) as address,
            connected(address) as first,
            connected(address) as second,
        ):
            refused = await second.rest()
            await first.send(GET)
            return refused, await first.answer()

    refused, answer = asyncio.run(main())
    assert refused == b""
    assert answer.startswith(b"HTTP/1.1 200")


def test_slow_clients_do_not_keep_others_waiting(tmp_path):
    async def main() -> bytes:
        async with listening(tmp_path, **QUICK) as address:
            slow = [await asyncio.open_connection(*address) for _ in range(100)]
            for _, writer in slow:
                writer.write(POST + b"content-length: 9\r\n\r\n{")
            async with connected(address) as peer:
                await peer.send(GET)
                answer = await peer.answer()
            for _, writer in slow:
                writer.close()
            return answer

    assert asyncio.run(main()).startswith(b"HTTP/1.1 200")
