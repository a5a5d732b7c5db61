"""The webhook: what is sent, what an answer means, and that nothing of it is without bounds."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
import tracemalloc
from contextlib import asynccontextmanager

import pytest

from callboard.ports.transport import AnswerError, DeliveryError, Message, Reply
from callboard.transports.webhook import Webhook
from callboard.transports.webhook_config import WebhookConfig
from tests.transports.receiver import (
    answer,
    break_off,
    hang,
    hang_up,
    json_answer,
    pour,
    receiving,
    trickle,
)

OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
TOLD = Message("6f0c", "stock", {"näme": [1, None]}, "0b8f", "9f86")


@asynccontextmanager
async def told(receiver, **settings):
    webhook = Webhook(WebhookConfig(url=receiver.url, **settings))
    try:
        yield webhook
    finally:
        await webhook.close()


@pytest.fixture
def deliver(run):
    """Deliver a message to a service with these answers: the reply, and what the service saw."""

    async def delivered(*answers, message=TOLD, **settings):
        async with receiving(*answers) as receiver, told(receiver, **settings) as webhook:
            try:
                return await webhook.deliver(message), receiver.told
            except DeliveryError as error:
                return error, receiver.told

    return lambda *answers, **more: run(delivered(*answers, **more))


def test_a_message_is_posted_as_json_with_its_ids(deliver):
    reply, [seen] = deliver(answer(), headers={"Authorization": "Basic eDp5"})
    assert reply is None
    assert (seen.method, seen.path) == ("POST", "/told")
    assert json.loads(seen.body) == TOLD.body
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["webhook-id"] == "6f0c"
    assert abs(int(seen.headers["webhook-timestamp"]) - time.time()) < 5
    assert seen.headers["callboard-process"] == "0b8f"
    assert seen.headers["callboard-etag"] == "9f86"
    assert seen.headers["authorization"] == "Basic eDp5"
    assert "webhook-signature" not in seen.headers
    assert seen.headers["accept-encoding"] == "identity"


def test_a_text_is_sent_as_text(deliver):
    _, [seen] = deliver(answer(), message=Message("1", "s", "grüß dich", "p", "e"), method="PUT")
    assert seen.method == "PUT"
    assert seen.body.decode() == "grüß dich"
    assert seen.headers["content-type"] == "text/plain; charset=utf-8"


def test_each_secret_signs_the_bytes_that_are_sent(deliver):
    _, [seen] = deliver(answer(), secret=(NEW, OLD))
    signed = (
        b".".join(
            (seen.headers[f"webhook-{part}"].encode() for part in ("id", "timestamp")),
        )
        + b"."
        + seen.body
    )
    expected = [
        "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        for key in (b"n" * 32, b"o" * 24)
    ]
    assert seen.headers["webhook-signature"].split(" ") == expected


def test_a_later_try_has_the_same_id_and_the_time_of_its_own(run):
    times = iter([1000.0, 2000.0])

    async def twice():
        async with receiving() as receiver:
            config = WebhookConfig(url=receiver.url, secret=(OLD,))
            webhook = Webhook(config, now=lambda: next(times))
            await webhook.deliver(TOLD)
            await webhook.deliver(TOLD)
            await webhook.close()
            return [seen.headers for seen in receiver.told]

    first, second = run(twice())
    assert first["webhook-id"] == second["webhook-id"]
    assert [h["webhook-timestamp"] for h in (first, second)] == ["1000", "2000"]
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize(
    ("sent", "reply"),
    [
        (json_answer(b'{"count": 2}'), Reply({"count": 2})),
        (json_answer(b"null"), Reply(None)),
        (json_answer(b"[1.5]", "201 Created"), Reply([1.5])),
        (answer("200 OK", b"7", content_type="application/stock+json; charset=UTF-8"), Reply(7)),
        (answer("200 OK", "schön".encode(), content_type="text/plain"), Reply("schön")),
        (answer("200 OK", b'{"a": 1}'), Reply('{"a": 1}')),
        (answer("200 OK"), None),
        (json_answer(b""), None),
        (answer("202 Accepted", b"later"), None),
        (answer("204 No Content"), None),
    ],
)
def test_a_body_is_the_reply_and_none_is_none(deliver, sent, reply):
    assert deliver(sent)[0] == reply


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"a": 1, "a": 2}', b'"\\ud800"', b"NaN", b"9007199254740993", b"[" * 500, b"\xff"],
)
def test_json_that_not_everybody_reads_alike_is_refused(deliver, body):
    assert isinstance(deliver(json_answer(body))[0], AnswerError)


@pytest.mark.parametrize(
    "sent",
    [
        answer("200 OK", b"\xff", content_type="text/plain"),
        answer("200 OK", b"a\0b", content_type="text/plain"),
        answer("200 OK", b"x", content_type="text/plain; charset=latin-1"),
        answer("200 OK", b"x", content_encoding="gzip"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(deliver, sent):
    error, _ = deliver(sent)
    assert isinstance(error, AnswerError)
    assert error.final


@pytest.mark.parametrize(
    ("status", "final"),
    [(s, True) for s in (301, 302, 307, 400, 401, 404, 410, 413, 422)]
    + [(s, False) for s in (408, 425, 429, 500, 502, 503, 504, 599)],
)
def test_what_another_try_cannot_change_is_final(deliver, status, final):
    error, _ = deliver(answer(f"{status} No", b"not\x1b [now]"))
    assert type(error) is DeliveryError
    assert error.final is final
    assert str(status) in error.message
    assert "\x1b" not in error.message


def test_what_the_service_said_is_told(deliver):
    error, _ = deliver(answer("404 Not Found", b"no such\nthing" + b"!" * 500))
    assert error.message.startswith("It answered 404: no such thing!!!")
    assert len(error.message) < 250


@pytest.mark.parametrize("status", ["429 Slow", "503 Away"])
def test_retry_after_is_honoured(deliver, status):
    assert deliver(answer(status, retry_after="120"))[0].wait == 120
    later = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 60))
    assert 50 < deliver(answer(status, retry_after=later))[0].wait <= 60
    assert deliver(answer(status, retry_after="soon"))[0].wait == 0


def test_a_redirect_is_not_followed(run):
    async def redirected():
        async with receiving() as target:
            there = answer("307 Elsewhere", location=target.url)
            async with receiving(there) as receiver, told(receiver) as webhook:
                with pytest.raises(DeliveryError, match="redirects are not followed"):
                    await webhook.deliver(TOLD)
            return target.told

    assert run(redirected()) == []


@pytest.mark.parametrize("proxy", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_the_proxy_of_the_environment_is_not_used(deliver, monkeypatch, proxy):
    monkeypatch.setenv(proxy, "http://127.0.0.1:9")
    assert deliver(answer())[0] is None


def test_cookies_are_not_kept(run):
    async def twice():
        async with receiving(answer(set_cookie="a=b")) as receiver, told(receiver) as webhook:
            await webhook.deliver(TOLD)
            await webhook.deliver(TOLD)
            return receiver.told

    assert ["cookie" in seen.headers for seen in run(twice())] == [False, False]


@pytest.mark.parametrize("behaviour", [hang_up, break_off])
def test_an_answer_that_breaks_off_may_come_next_time(deliver, behaviour):
    error, _ = deliver(behaviour)
    assert type(error) is DeliveryError
    assert not error.final


def test_what_is_not_http_is_a_failure(deliver):
    error, _ = deliver(b"SSH-2.0-x\r\n\r\n")
    assert type(error) is DeliveryError


def test_nobody_there_is_a_failure_that_tells_no_address(run):
    async def nobody():
        webhook = Webhook(WebhookConfig(url="http://127.0.0.1:9/told?token=hidden"))
        try:
            with pytest.raises(DeliveryError, match="cannot be reached") as caught:
                await webhook.deliver(TOLD)
        finally:
            await webhook.close()
        return caught.value

    error = run(nobody())
    assert not error.final
    assert "hidden" not in error.message


def took(run_it):
    begun = time.perf_counter()
    result = run_it()
    return result, time.perf_counter() - begun


@pytest.mark.parametrize("behaviour", [hang, trickle(50_000_000, 1000)])
def test_one_that_hangs_or_trickles_ends_in_time(deliver, behaviour):
    (error, _), seconds = took(lambda: deliver(behaviour, timeout=0.4))
    assert type(error) is DeliveryError
    assert "in time" in error.message
    assert 0.35 < seconds < 2


def test_a_failure_that_trickles_is_one_at_once(deliver):
    (error, _), seconds = took(lambda: deliver(trickle(50_000_000, 10, "400 No")))
    assert error.final
    assert seconds < 4


@pytest.mark.parametrize("big", [pour, json_answer(b'"' + b"x" * 2000 + b'"')])
def test_a_large_answer_is_refused_without_reading_all(deliver, big):
    tracemalloc.start()
    error, _ = deliver(big, answer_bytes=1000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(error, AnswerError)
    assert "larger than 1000 bytes" in error.message
    assert most < 8_000_000


def test_headers_without_end_are_a_failure(deliver):
    async def forever(writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(10_000_000):
            writer.write(f"x{number}: {'y' * 1000}\r\n".encode())
            await writer.drain()

    (error, _), seconds = took(lambda: deliver(forever, timeout=20))
    assert isinstance(error, DeliveryError)
    assert seconds < 10


def test_connections_are_used_again(run):
    async def several():
        async with receiving() as receiver, told(receiver) as webhook:
            for _ in range(3):
                await webhook.deliver(TOLD)
            return receiver.connections

    assert run(several()) == 1


def test_many_at_once_do_not_wait_for_each_other(run):
    async def slow(writer):
        await asyncio.sleep(0.3)
        writer.write(answer())

    async def many():
        async with receiving(*[slow] * 16) as receiver, told(receiver) as webhook:
            await asyncio.gather(*(webhook.deliver(TOLD) for _ in range(16)))

    _, seconds = took(lambda: run(many()))
    assert seconds < 2


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        *(("url", url, "url is to be") for url in ("ftp://x", "http://", "x", "http://a:b/", "")),
        ("url", "http://me:pw@x/", "without a user"),
        ("headers", {"a b": "c"}, "HTTP does not allow"),
        ("headers", {"a": "b\r\nc: d"}, "HTTP does not allow"),
        ("headers", {"Webhook-Id": "1"}, "made for each message"),
        ("headers", {"Content-Length": "1"}, "made for each message"),
        *(("timeout", seconds, "timeout is to be") for seconds in (0, -1.0, 1e9, float("nan"))),
        ("answer_bytes", -1, "answer_bytes"),
        *(("secret", (s,), "secret is to be") for s in ("x", "whsec_x", "whsec_", OLD[6:])),
    ],
)
def test_settings_that_cannot_be_used_are_refused(setting, value, said):
    with pytest.raises(ValueError, match=said):
        WebhookConfig(**{"url": "http://stock.example/", setting: value})


def test_a_record_of_settings_shows_no_secret():
    config = WebhookConfig("http://x/", headers={"Authorization": "hidden"}, secret=(OLD,))
    assert "hidden" not in repr(config)
    assert OLD not in repr(config)
