"""Requests per minute: a credential has its own, everybody else shares that of the address."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from callboard.engine.allowance import Allowance
from callboard.errors import RateError
from callboard.server.config import ServerConfig
from callboard.server.middleware import rate
from callboard.server.middleware.rate import RateLimiter
from tests.server.world import World, world


class Ticks:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def limiter(ticks: Ticks, requests: int = 3, proxies: tuple[str, ...] = ()) -> RateLimiter:
    return RateLimiter(ServerConfig(requests_per_minute=requests, proxies=proxies), ticks)


def spent(spend, times: int) -> int:
    """How many of some requests were let through."""
    passed = 0
    for _ in range(times):
        try:
            spend()
        except RateError:
            continue
        passed += 1
    return passed


def test_a_minute_holds_so_many_and_fills_evenly() -> None:
    ticks = Ticks()
    limits = limiter(ticks, 3)
    assert spent(lambda: limits.spend("a"), 10) == 3
    with pytest.raises(RateError) as caught:
        limits.spend("a")
    assert caught.value.retry_after == 20
    ticks.now += 20
    assert spent(lambda: limits.spend("a"), 10) == 1
    ticks.now += 3_600
    assert spent(lambda: limits.spend("a"), 10) == 3


def test_whoever_waits_as_told_is_let_in() -> None:
    ticks = Ticks()
    limits = limiter(ticks, 7)
    for _ in range(50):
        try:
            limits.spend("a")
        except RateError as error:
            ticks.now += error.retry_after
            limits.spend("a")


def test_a_refused_request_costs_nothing() -> None:
    ticks = Ticks()
    limits = limiter(ticks, 1)
    spent(lambda: limits.spend("a"), 1_000)
    ticks.now += 60
    assert spent(lambda: limits.spend("a"), 5) == 1


def test_credentials_do_not_share() -> None:
    limits = limiter(Ticks(), 2)
    assert spent(lambda: limits.spend("a"), 5) == spent(lambda: limits.spend("b"), 5) == 2


def test_zero_is_no_limit() -> None:
    limits = limiter(Ticks(), 0)
    assert spent(lambda: limits.spend("a"), 100) == 100


def test_the_memory_is_bounded_and_addresses_push_no_credential_out(monkeypatch) -> None:
    monkeypatch.setattr(rate, "Allowance", partial(Allowance, remembered=10))
    limits = limiter(Ticks(), 1)
    limits.spend("a")
    for number in range(100):
        limits.spend_address(f"10.0.0.{number}", {})
    assert len(limits._addresses) == 10
    assert spent(lambda: limits.spend("a"), 1) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("nonsense", "other nonsense"),
    ],
)
def test_addresses_of_one_customer_are_one(one: str, other: str) -> None:
    limits = limiter(Ticks(), 1)
    limits.spend_address(one, {})
    with pytest.raises(RateError):
        limits.spend_address(other, {})


def test_only_a_known_proxy_says_where_a_request_came_from() -> None:
    limits = limiter(Ticks(), 1, proxies=("10.0.0.1", "10.0.0.2"))
    limits.spend_address("192.0.2.1", {b"x-forwarded-for": b"1.1.1.1"})
    with pytest.raises(RateError):
        limits.spend_address("192.0.2.1", {b"x-forwarded-for": b"2.2.2.2"})
    limits.spend_address("10.0.0.1", {b"x-forwarded-for": b"9.9.9.9, 3.3.3.3, 10.0.0.2"})
    with pytest.raises(RateError):  # what the client wrote itself, on the left, is not believed
        limits.spend_address("10.0.0.1", {b"x-forwarded-for": b"8.8.8.8, 3.3.3.3"})
    limits.spend_address("10.0.0.1", {})


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[World]:
    settings = {"server.requests_per_minute": 3, "auth.default_account": ""}
    with world(tmp_path, **settings) as server:
        yield server


def test_one_too_many_is_429_and_says_when_to_come_again(strict: World) -> None:
    answers = [strict.get("/scenarios", "alice") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["type"] == "urn:callboard:problem:rate-limited"
    assert 1 <= int(answers[3].headers["retry-after"]) <= 20
    assert strict.get("/scenarios", "bob").status_code == 200


def test_what_is_refused_counts_too(strict: World) -> None:
    statuses = [strict.get("/apikey", "alice").status_code for _ in range(4)]
    assert statuses == [403, 403, 403, 429]


def test_guessing_credentials_ends_with_429(strict: World) -> None:
    guesses = ["Bearer a.b.c", "Bearer lfl_x", "Basic YTpi", "Bearer d.e.f"]
    found = [strict.get("/scenarios", headers={"authorization": guess}) for guess in guesses]
    assert [answer.status_code for answer in found] == [401, 401, 401, 429]
    assert strict.get("/info").status_code == 429
    assert strict.get("/scenarios", "alice").status_code == 200


def test_probes_are_always_answered(strict: World) -> None:
    for _ in range(5):
        assert strict.get("/healthz").status_code == strict.get("/readyz").status_code == 200


def test_the_body_of_one_too_many_is_not_read(strict: World) -> None:
    for _ in range(3):
        strict.get("/scenarios", "alice")
    read = 0

    async def body():
        nonlocal read
        read += 1
        yield b"{}"

    headers = {"content-type": "application/json"}
    assert strict.post("/processes", "alice", content=body(), headers=headers).status_code == 429
    assert read <= 1
