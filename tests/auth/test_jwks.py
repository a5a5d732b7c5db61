"""The keys that an issuer publishes: which are used, when they are fetched, and how often."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from base64 import urlsafe_b64encode
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from callboard.auth import AuthConfig, Authenticator, JwtVerifier, jwks
from callboard.auth.fetch import DISCOVERY, LARGEST, discover, fetch
from callboard.auth.jwks import FetchError, JwksKeys, read_key_set
from callboard.errors import UnauthenticatedError, UnavailableError
from tests.auth.issuer import publishing
from tests.auth.test_jwt import ALICE, NOW, raw, signed


def pair(kind="EC", name="k1"):
    return made(kind, name)


@cache
def made(kind, name):
    match kind:
        case "RSA":
            return RSAKey.generate_key(2048, {"kid": name})
        case "OKP":
            return OKPKey.generate_key("Ed25519", {"kid": name})
    return ECKey.generate_key("P-256", {"kid": name})


def public(kind="EC", name="k1", **more):
    return {**pair(kind, name).as_dict(private=False), "kid": name, **more}


ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}


def token(kind="EC", name="k1", algorithm=None, claims=ALICE, **header):
    head = {"kid": name, **header}
    return signed(claims, pair(kind, name), algorithm or ALGORITHMS[kind], **head)


class Clock:
    def __init__(self):
        self.now = 5_000.0

    def __call__(self):
        return self.now


def keys_of(url, clock=None, **config):
    async def get():
        return await fetch(f"{url}/keys")

    return JwksKeys(AuthConfig(**config), get, clock or Clock())


def verifier(keys, **config):
    return JwtVerifier(AuthConfig(**config), lambda: NOW, keys)


def static(*keys, algorithm=""):
    """Keys that are there, of a set that was read."""

    async def get():
        return json.dumps({"keys": keys}).encode()

    found = JwksKeys(AuthConfig(jwt_algorithm=algorithm), get, Clock())
    found._keys = read_key_set(asyncio.run(get()), algorithm)
    found._fetched = 5_000.0
    return found


def refused(keys, given):
    with pytest.raises(UnauthenticatedError) as caught:
        verifier(keys).verify(given)
    return caught.value.message


@pytest.mark.parametrize("kind", ALGORITHMS)
def test_a_published_key_checks_what_its_owner_signed(run, kind):
    async def ask():
        async with publishing(public("EC", "other"), public(kind)) as issuer:
            return await verifier(keys_of(issuer.url)).accept(token(kind))

    assert run(ask()).user.id == "alice"


def test_an_algorithm_is_that_of_the_key():
    keys = static(public("RSA", use="sig", alg="PS256"), public("RSA", "k2"))
    assert verifier(keys).verify(token("RSA", algorithm="PS256")).user.id == "alice"
    assert "algorithm" in refused(keys, token("RSA", algorithm="RS256"))
    assert verifier(keys).verify(token("RSA", "k2")).user.id == "alice"
    assert "algorithm" in refused(keys, token("RSA", "k2", "RS512"))
    chosen = static(public("RSA"), public("RSA", "k2", alg="RS256"), algorithm="RS512")
    assert verifier(chosen).verify(token("RSA", algorithm="RS512")).user.id == "alice"
    assert "not known" in refused(chosen, token("RSA", "k2"))


def test_a_public_key_is_never_taken_for_a_secret():
    keys = static(public("RSA"))
    modulus = public("RSA")["n"]
    for secret in (modulus, json.dumps(public("RSA")), pair("RSA").as_pem(private=False).decode()):
        key = OctKey.import_key(hashlib.sha256(secret.encode()).digest())
        assert "algorithm" in refused(keys, signed(ALICE, key, "HS256", kid="k1"))
    assert "algorithm" in refused(keys, raw({"alg": "none", "kid": "k1"}))


def small():
    numbers = rsa.generate_private_key(65_537, 1_024).public_key().public_numbers()
    modulus = urlsafe_b64encode(numbers.n.to_bytes(128, "big")).rstrip(b"=").decode()
    return {"kty": "RSA", "n": modulus, "e": "AQAB"}


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "k": "c2VjcmV0LXRoYXQtaXMtbG9uZy1lbm91Z2gtZm9yLWhz", "kid": "k1"},
        public(use="enc"),
        public(key_ops=["encrypt"]),
        public(key_ops="verify"),
        public(alg="HS256"),
        public(alg="ES384"),
        public(kid=7),
        public(kid="x" * 600),
        {**pair().as_dict(private=True), "kid": "k1"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "k1"},
        {"kty": "EC", "crv": "P-256", "kid": "k1"},
        {"kty": ["RSA"]},
        {"kty": "RSA", "n": 5, "e": "AQAB"},
        *("RSA", None, [], {}),
        pytest.param({**small(), "kid": "k1"}, id="small"),
    ],
)
def test_keys_that_are_not_for_this_are_passed_over(entry):
    with pytest.raises(FetchError, match="no key by which"):
        read_key_set(json.dumps({"keys": [entry]}).encode())
    keys = static(entry, public("EC", "k2"))
    assert "not known" in refused(keys, token())
    assert verifier(keys).verify(token(name="k2")).user.id == "alice"


@pytest.mark.parametrize("text", [b"", b"[]", b'{"keys": {}}', b"\xff", b"[" * 9_000, b"{}"])
def test_what_is_no_key_set_is_refused(text):
    with pytest.raises(FetchError):
        read_key_set(text)


@pytest.mark.parametrize(
    "kid", [7, True, ["k1"], {"a": 1}, "", "K1", "k1\x00", "../k1", "' OR 1=1"]
)
def test_the_name_of_a_key_is_compared_and_nothing_else(kid):
    refused(static(public()), raw({"alg": "ES256", "kid": kid}))


def test_a_token_that_names_no_key_is_accepted_where_only_one_can_be_meant():
    unnamed = signed(ALICE, pair(), "ES256")
    assert verifier(static(public())).verify(unnamed).user.id == "alice"
    both = static(public(), public("RSA"))
    assert verifier(both).verify(unnamed).user.id == "alice"
    assert "several" in refused(static(public(), public(name="k2")), unnamed)


def test_addresses_in_a_token_are_not_followed(run):
    async def ask():
        async with publishing(public("EC", "evil")) as evil, publishing(public()) as issuer:
            given = verifier(keys_of(issuer.url))
            for name in ("jku", "x5u"):
                forged = token("EC", "evil", **{name: f"{evil.url}/keys"})
                with pytest.raises(UnauthenticatedError):
                    await given.accept(forged)
            return evil.hits

    assert run(ask()) == []


def test_a_new_key_is_fetched_when_a_token_names_it(run):
    async def ask():
        clock = Clock()
        async with publishing(public()) as issuer:
            given = verifier(keys_of(issuer.url, clock))
            await given.accept(token())
            issuer.publish(public("EC", "k2"))
            with pytest.raises(UnauthenticatedError, match="not known"):
                await given.accept(token(name="k2"))  # it is not a minute since
            clock.now += 60
            assert (await given.accept(token(name="k2"))).user.id == "alice"
            with pytest.raises(UnauthenticatedError, match="not known"):
                await given.accept(token())
            return len(issuer.hits)

    assert run(ask()) == 2


def test_a_flood_of_unknown_names_costs_one_fetch_a_minute(run):
    async def ask():
        clock = Clock()
        async with publishing(public()) as issuer:
            given = verifier(keys_of(issuer.url, clock))
            await given.accept(token())
            for _ in range(3):
                found = await asyncio.gather(
                    *(given.accept(token(kid=f"x{number}")) for number in range(500)),
                    return_exceptions=True,
                )
                assert all(isinstance(one, UnauthenticatedError) for one in found)
                assert (await given.accept(token())).user.id == "alice"
                clock.now += 59
            return len(issuer.hits)

    assert run(ask()) == 2


def test_a_flood_waits_for_a_slow_issuer_only_a_moment(run, monkeypatch):
    monkeypatch.setattr(jwks, "WAIT_SECONDS", 0.1)

    async def ask():
        clock = Clock()
        async with publishing(public()) as issuer:
            keys = keys_of(issuer.url, clock)
            given = verifier(keys)
            await given.accept(token())
            clock.now += 61
            issuer.delay = 5.0
            begin = time.perf_counter()
            await asyncio.gather(
                *(given.accept(token(kid=f"x{number}")) for number in range(500)),
                return_exceptions=True,
            )
            took = time.perf_counter() - begin
            assert (await given.accept(token())).user.id == "alice"
            await keys.close()
            return took

    assert run(ask()) < 4


def test_old_keys_serve_while_the_issuer_is_down_but_not_for_ever(run):
    async def ask():
        clock = Clock()
        async with publishing(public()) as issuer:
            keys = keys_of(issuer.url, clock, jwks_seconds=600, jwks_stale_seconds=3_600)
            given = verifier(keys)
            await given.accept(token())
            issuer.status = "500 Internal Server Error"
            for _ in range(5):
                clock.now += 700
                assert (await given.accept(token())).user.id == "alice"
                await asyncio.sleep(0.05)
            assert len(issuer.hits) == 6
            assert "500" in keys.problem
            clock.now += 700
            with pytest.raises(UnavailableError):
                await given.accept(token())
            issuer.status = "200 OK"
            clock.now += 60
            assert (await given.accept(token())).user.id == "alice"

    run(ask())


def test_fresh_keys_are_not_fetched_again(run):
    async def ask():
        clock = Clock()
        async with publishing(public()) as issuer:
            given = verifier(keys_of(issuer.url, clock, jwks_seconds=600))
            for _ in range(10):
                clock.now += 59
                await given.accept(token())
            before = len(issuer.hits)
            clock.now += 70
            await given.accept(token())
            await asyncio.sleep(0.1)
            return before, len(issuer.hits)

    assert run(ask()) == (1, 2)


def test_who_was_known_by_a_key_that_is_gone_is_known_no_more(run, store, clock):
    async def ask():
        ticks = Clock()
        async with publishing(public()) as issuer:
            keys = keys_of(issuer.url, ticks, jwks_seconds=600)
            authenticate = Authenticator(AuthConfig(), store, verifier(keys), clock.now)
            header = f"Bearer {token()}"
            assert (await authenticate(header)) is (await authenticate(header))
            issuer.publish(public("EC", "k2"))
            ticks.now += 600
            await authenticate(header)
            await asyncio.sleep(0.1)
            with pytest.raises(UnauthenticatedError, match="not known"):
                await authenticate(header)

    run(ask())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": "302 Found", "headers": "Location: /elsewhere\r\n"}, "answered 302"),
        ({"status": "203 Non-Authoritative Information"}, "answered 203"),
        ({"headers": "Content-Encoding: gzip\r\n"}, "not JSON"),
        ({"body": b"x" * (LARGEST + 1)}, "more than"),
    ],
)
def test_only_a_plain_answer_of_bounded_size_is_read(run, change, why):
    async def ask():
        async with publishing(public()) as issuer:
            issuer.status = change.get("status", issuer.status)
            issuer.headers = change.get("headers", "")
            issuer.pages["/elsewhere"] = issuer.pages["/keys"]
            packed = b"\x1f\x8b" if "Encoding" in issuer.headers else issuer.pages["/keys"]
            issuer.pages["/keys"] = change.get("body", packed)
            try:
                with pytest.raises(FetchError, match=why):
                    read_key_set(await fetch(f"{issuer.url}/keys"))
            finally:
                assert issuer.hits == ["/keys"]

    run(ask())


def test_no_proxy_of_the_environment_and_no_credential_is_used(run, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    async def ask():
        async with publishing(public()) as issuer:
            await fetch(f"{issuer.url}/keys")
            return issuer.heads[0].lower()

    head = run(ask())
    assert "authorization" not in head
    assert "cookie" not in head


def test_an_issuer_that_cannot_be_reached_is_said_without_its_query(run):
    with pytest.raises(FetchError) as caught:
        run(fetch("http://127.0.0.1:1/keys?key=secret"))
    assert "secret" not in caught.value.message


def test_the_keys_are_found_through_the_issuer(run):
    async def ask():
        async with publishing(public()) as issuer:
            told = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}
            issuer.pages[DISCOVERY] = json.dumps(told).encode()
            assert read_key_set(await discover(issuer.url))
            for wrong in (
                {**told, "issuer": "https://another.example"},
                {**told, "jwks_uri": "file:///etc/passwd"},
                {**told, "jwks_uri": 5},
                [],
            ):
                issuer.pages[DISCOVERY] = json.dumps(wrong).encode()
                with pytest.raises(FetchError):
                    await discover(issuer.url)

    run(ask())
