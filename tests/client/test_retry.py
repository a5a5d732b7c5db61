"""Trying again: never twice, never in vain, never for long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from callboard.client import (
    Client,
    ConflictError,
    InvalidError,
    RateLimitedError,
    Retry,
    ServerError,
    UnauthenticatedError,
    UnreachableError,
)
from callboard.client.retry import retry_after
from tests.client.conftest import Clients
from tests.client.faults import Answering, Losing, problem

QUICK = Retry(attempts=3, first=0.001, longest=5.0)
FOUND = {"name": "callboard"}


def found(**headers: str) -> httpx.Response:
    return httpx.Response(200, json=FOUND, headers=headers)


def client_of(*answers: httpx.Response | Exception, **options: Any) -> tuple[Client, Answering]:
    transport = Answering(answers)
    client = Client("http://callboard.test", transport=transport, retry=QUICK, **options)
    return client, transport


def test_a_step_whose_answer_was_lost_is_done_once(client: Clients) -> None:
    losing = Losing(answers=0)
    alice = client("alice", transport=losing, retry=QUICK)
    process = alice.start("purchase-order")
    losing.left = 2
    order = {"supplier": "Mill", "lines": [{"item": "Flour", "quantity": 1, "price": 2}]}
    after = alice.step(process, "request", order)
    assert len(losing.sent) == 4
    assert len({request.headers["idempotency-key"] for request in losing.sent[1:]}) == 1
    assert len(after.events) == len(process.events) + 1


def test_a_start_whose_answer_was_lost_starts_one(client: Clients) -> None:
    before = {item.id for item in client("claire").processes()}
    claire = client("claire", transport=Losing(), retry=QUICK)
    process = claire.start("purchase-order")
    assert {item.id for item in claire.processes()} - before == {process.id}


def test_a_refusal_is_told_again_when_it_was_lost(client: Clients) -> None:
    process = client("alice").start("purchase-order")
    losing = client("alice", transport=Losing(), retry=QUICK)
    with pytest.raises(InvalidError):
        losing.step(process, "request", {"supplier": "Mill"})
    events = client("alice").get(process).events
    assert len(events) == len(process.events) + 1


def test_the_same_key_for_something_else_is_a_conflict(client: Clients) -> None:
    alice = client("alice")
    first = alice.start("purchase-order", idempotency_key="of-my-own-1")
    assert alice.start("purchase-order", idempotency_key="of-my-own-1").id == first.id
    with pytest.raises(ConflictError) as caught:
        alice.start("expense-approval", idempotency_key="of-my-own-1")
    assert caught.value.code == "idempotency-key-reused"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_tried_again(status: int) -> None:
    client, transport = client_of(problem(status), found())
    assert client.info().name == "callboard"
    assert len(transport.sent) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 413, 500])
def test_a_refusal_is_not_tried_again(status: int) -> None:
    client, transport = client_of(problem(status))
    with pytest.raises(Exception, match="Not so"):
        client.start("a")
    assert len(transport.sent) == 1


def test_attempts_are_bounded() -> None:
    client, transport = client_of(*[httpx.ConnectError("refused")] * 9)
    with pytest.raises(UnreachableError, match="refused") as caught:
        client.info()
    assert caught.value.attempts == len(transport.sent) == QUICK.attempts


def test_what_would_be_done_twice_is_not_sent_twice() -> None:
    client, transport = client_of(httpx.ReadError("cut"))
    with pytest.raises(UnreachableError):
        client.api_keys.issue("Key", ["process:read"])
    client, transport = client_of(problem(503, "unavailable", retry_after="0"))
    with pytest.raises(ServerError):
        client.api_keys.issue("Key", ["process:read"])
    assert len(transport.sent) == 1


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), problem(429)])
def test_what_was_not_done_is_sent_again(failure: httpx.Response | Exception) -> None:
    key = httpx.Response(201, json={"id": "1", "token": "lfl_x"})
    client, transport = client_of(failure, key)
    assert client.api_keys.issue("Key", ["process:read"]).token == "lfl_x"
    assert len(transport.sent) == 2


def test_a_longer_wait_than_one_has_patience_for_is_told_at_once() -> None:
    client, transport = client_of(problem(429, "rate-limited", retry_after="60"))
    with pytest.raises(RateLimitedError):
        client.info()
    assert len(transport.sent) == 1


def test_a_fresh_token_is_asked_for_once_more() -> None:
    given: list[str] = []

    def fresh() -> str:
        given.append(f"token-{len(given)}")
        return given[-1]

    client, transport = client_of(problem(401), found(), token=fresh)
    assert client.info().name == "callboard"
    assert [item.headers["authorization"] for item in transport.sent] == [
        "Bearer token-0",
        "Bearer token-1",
    ]
    client, transport = client_of(problem(401), problem(401), token=fresh)
    with pytest.raises(UnauthenticatedError):
        client.info()


def test_what_a_proxy_says_is_told_too() -> None:
    client, _ = client_of(httpx.Response(413, text="<h1>Too much</h1>"))
    with pytest.raises(Exception, match="Too much"):
        client.info()


def test_retry_after_may_be_a_date() -> None:
    seconds = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True))
    assert seconds is not None
    assert 15 < seconds <= 20


def test_waiting_doubles_up_to_a_bound() -> None:
    retry = Retry(first=1.0, longest=6.0)
    assert [retry.delay(attempt, 1.0) for attempt in (1, 2, 3, 4, 99)] == [1, 2, 4, 6, 6]
