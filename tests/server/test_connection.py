"""The bytes of HTTP/1.1: requests however they are cut; answers whole, in order, read by h11."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.server.config import ServerConfig
from callboard.server.connection import Connection, Peers
from callboard.server.messages import Request, Response

DATE = b"Sun, 01 Mar 2026 09:00:00 GMT"
GET = b"GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"PUT /%61 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n"
)


class Transport(asyncio.Transport):
    """What is written, kept."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.ended = self.closed = False

    def write(self, data: Any) -> None:
        assert not self.ended
        self.sent += data

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.ended = self.closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


async def echo(request: Request) -> Response:
    """Says what came, after a moment."""
    await asyncio.sleep(0)
    body = request.body if isinstance(request.body, bytes) else b"(too large)"
    text = f"{request.method} {request.path} {request.query} ".encode() + body
    return Response(200, ((b"content-type", b"text/plain"),), text)


def talk(
    *pieces: bytes,
    respond: Callable[[Request], Awaitable[Response]] = echo,
    act: Callable[[Connection], object] = lambda _: None,
    **bounds: Any,
) -> Transport:
    """What a connection answers to bytes that come in these pieces."""

    async def main() -> Transport:
        connection = Connection(Peers(respond, ServerConfig(**bounds), DATE))
        transport = Transport()
        connection.connection_made(transport)
        for piece in pieces:
            connection.data_received(piece)
            await asyncio.sleep(0)
        act(connection)
        for _ in range(3 * len(b"".join(pieces)) + 10):
            await asyncio.sleep(0)
        return transport

    return asyncio.run(main())


def answers(sent: bytes, *methods: str) -> list[tuple[int, dict[bytes, bytes], bytes]]:
    """What h11, a parser by others, reads in what was sent: status, headers and body of each."""
    found = []
    client = h11.Connection(h11.CLIENT)
    client.receive_data(sent)
    for method in methods:
        client.send(h11.Request(method=method, target="/", headers=[("host", "x")]))
        client.send(h11.EndOfMessage())
        head, body = client.next_event(), b""
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            assert isinstance(event, h11.Data)
            body += bytes(event.data)
        assert isinstance(head, h11.Response)
        found.append((head.status_code, dict(head.headers), body))
        if client.our_state is not h11.DONE or client.their_state is not h11.DONE:
            break
        client.start_next_cycle()
    return found


@pytest.mark.parametrize(
    ("sent", "method", "body"),
    [
        (GET, "GET", b"GET /a b=c "),
        (POST, "POST", b"POST /a  hello"),
        (CHUNKED, "PUT", b"PUT /%61  hello"),
        (b"GET http://x/a?b HTTP/1.1\r\nhost: x\r\n\r\n", "GET", b"GET /a b "),
        (b"GET http://x HTTP/1.1\r\nhost: x\r\n\r\n", "GET", b"GET /  "),
        (b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", "OPTIONS", b"OPTIONS *  "),
        (b"GET /a?b?c=%20 HTTP/1.1\r\n\r\n", "GET", b"GET /a b?c=%20 "),
    ],
)
def test_a_request_is_answered(sent, method, body):
    ((status, headers, content),) = answers(talk(sent).sent, method)
    assert (status, content, headers[b"date"]) == (200, body, DATE)


@given(st.lists(st.integers(1, 300), max_size=6), st.permutations([GET, POST, CHUNKED]))
@settings(deadline=None)
def test_how_bytes_are_cut_does_not_matter(cuts, requests):
    whole = b"".join(requests)
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    pieces = [whole[a:b] for a, b in pairwise(places)]
    assert talk(*pieces).sent == talk(*requests).sent


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_break_it(data):
    sent = talk(data, data).sent
    assert sent == b"" or sent.startswith((b"HTTP/1.1 200", b"HTTP/1.1 4"))


def test_answers_come_in_the_order_of_their_requests():
    async def respond(request: Request) -> Response:
        for _ in range({"/slow": 30}.get(request.path, 0)):
            await asyncio.sleep(0)
        return Response(200, (), request.path.encode())

    sent = b"".join(f"GET /{name} HTTP/1.1\r\n\r\n".encode() for name in ("slow", "b", "c"))
    found = answers(talk(sent, respond=respond).sent, "GET", "GET", "GET")
    assert [body for _, _, body in found] == [b"/slow", b"/b", b"/c"]


def test_head_has_the_headers_of_get_and_no_body():
    transport = talk(GET.replace(b"GET", b"HEAD") + GET)
    head, get = answers(transport.sent, "HEAD", "GET")
    assert head[1][b"content-length"] == b"12"
    assert (head[2], get[2]) == (b"", b"GET /a b=c ")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_content_has_no_length(status):
    async def respond(_: Request) -> Response:
        return Response(status)

    (answer,) = answers(talk(GET, respond=respond).sent, "GET")
    assert b"content-length" not in answer[1]


@pytest.mark.parametrize(
    ("sent", "closes"),
    [
        (GET, False),
        (GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), True),
        (b"GET /a HTTP/1.0\r\n\r\n", True),
        (b"GET /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nxyz", True),
        (b"GET /a HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", True),
    ],
)
def test_a_connection_is_closed_where_that_was_asked_for(sent, closes):
    transport = talk(sent)
    ((status, headers, _),) = answers(transport.sent, "GET")
    assert status == 200
    assert (headers.get(b"connection") == b"close") is closes
    assert transport.ended is closes


def test_who_has_said_all_still_gets_the_answer():
    transport = talk(GET, act=lambda connection: connection.eof_received())
    assert transport.sent.startswith(b"HTTP/1.1 200")
    assert transport.closed


def test_who_asks_whether_to_go_on_is_told_so():
    head, body = POST[:-5].replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"), POST[-5:]
    assert talk(head).sent == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert talk(head, body).sent.endswith(b"POST /a  hello")


def test_who_asks_to_send_too_much_is_told_at_once():
    head = b"POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n"
    transport = talk(head, body_bytes=10)
    assert transport.sent.startswith(b"HTTP/1.1 200 OK")
    assert transport.sent.endswith(b"(too large)")
    assert b"connection: close" in transport.sent
    assert transport.ended


def test_what_comes_after_a_refusal_is_thrown_away():
    transport = talk(POST, b"hello" * 100, GET, body_bytes=4)
    assert transport.sent.count(b"HTTP/1.1") == 1
    assert transport.ended
    assert not transport.closed


def test_a_chunked_body_is_read_no_further_than_the_limit():
    transport = talk(CHUNKED + GET, body_bytes=4)
    assert transport.sent.count(b"HTTP/1.1") == 1
    assert transport.sent.endswith(b"(too large)")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"GET / HTTP/3.7\r\n\r\n",
        b"GET / HTTP/1.1\r\na b: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(sent):
    ((status, headers, _),) = answers(talk(sent).sent, "GET")
    assert (status, headers[b"connection"]) == (400, b"close")


def test_a_refusal_waits_for_the_answers_before_it():
    sent = talk(GET + b"nonsense\r\n\r\n").sent
    assert [status for status, _, _ in answers(sent, "GET", "GET")] == [200, 400]


def test_an_answer_with_a_line_break_in_a_header_is_not_sent(caplog):
    async def respond(_: Request) -> Response:
        return Response(200, ((b"location", b"/a\r\nset-cookie: x"),))

    transport = talk(GET, respond=respond)
    assert (transport.sent, transport.closed) == (b"", True)
    assert "cannot be written" in caplog.text


def test_no_answer_is_an_answer_too(caplog):
    async def respond(_: Request) -> Response:
        raise KeyError

    (answer,) = answers(talk(GET, respond=respond).sent, "GET")
    assert answer[0] == 500
    assert "no answer" in caplog.text


def test_work_goes_on_when_the_client_has_gone():
    done = []

    async def respond(_: Request) -> Response:
        await asyncio.sleep(0)
        done.append(True)
        return Response(204)

    transport = talk(GET, respond=respond, act=lambda connection: connection.connection_lost(None))
    assert done
    assert transport.sent == b"" or transport.sent.startswith(b"HTTP/1.1 204")
