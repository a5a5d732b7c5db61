"""Who asks: no credential, a bad one, not enough; development and production mode."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from callboard.auth import DEMO_SECRET
from callboard.compose import running
from callboard.settings import SettingsError, load_settings
from tests.auth.issuer import publishing
from tests.server.world import world

SECRET = "a secret that is long enough for HS256"


def token(claims: dict[str, object]) -> str:
    """An unsigned token."""
    parts = ({"alg": "none"}, claims)
    coded = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    return b".".join([*coded, b""]).decode()


def production(folder: Path, **settings: object) -> object:
    return load_settings(overrides={"database": f"sqlite:///{folder}/x.db", **settings})


def start(settings: object) -> None:
    async def once() -> None:
        async with running(settings):
            pass

    asyncio.run(once())


@pytest.mark.parametrize(
    "credential",
    ["Bearer nonsense", "Bearer a.b.c", "Basic YTpi", "Bearer", "Bearer lfl_short", "\xff", ""],
)
def test_a_bad_credential_is_401(server, credential):
    answer = server.get("/scenarios", headers={"authorization": credential.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_that_is_not_signed_is_401(server):
    forged = token({"id": "admin", "roles": ["admin"]})
    answer = server.get("/scenarios", headers={"authorization": f"Bearer {forged}"})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert answer.json()["type"] == "urn:callboard:problem:invalid-token"


def test_a_token_that_ended_is_401_also_after_it_was_good(server):
    headers = {"authorization": f"Bearer {server.token('alice')}"}
    assert server.get("/scenarios", headers=headers).status_code == 200
    server.clock.move(days=31)
    assert server.get("/scenarios", headers=headers).status_code == 401


def test_development_mode_takes_no_token_for_the_default_account(server):
    assert server.get("/apikey").status_code == 200


def test_the_default_account_can_be_another_or_none(tmp_path: Path):
    with world(tmp_path, **{"auth.default_account": "david"}) as server:
        assert server.get("/apikey").status_code == 403
    with world(tmp_path, **{"auth.default_account": ""}) as server:
        answer = server.get("/scenarios")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="callboard"'


def test_demo_accounts_are_ready_to_use(server):
    accounts = {item["id"]: item for item in server.get("/demo-accounts").json()}
    assert list(accounts) == ["alice", "bob", "claire", "david", "admin"]
    assert accounts["admin"]["name"] == accounts["admin"]["info"]["name"] == "Arnold"
    assert accounts["alice"]["roles"] == ["support"]
    headers = {"authorization": f"Bearer {accounts['alice']['token']}"}
    assert server.get("/scenarios", headers=headers).status_code == 200


def test_demo_accounts_can_be_turned_off(tmp_path: Path):
    with world(tmp_path, demo_accounts=False) as server:
        assert server.get("/demo-accounts").status_code == 403


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "Nothing says how tokens are checked"),
        ({"auth.jwt_secret": "short"}, "too short"),
        ({"auth.jwt_secret": DEMO_SECRET}, "everybody knows it"),
        ({"auth.jwt_public_key": "no key"}, "no public key in PEM"),
        ({"auth.jwt_secret": SECRET, "auth.jwt_public_key": "x"}, "Set one of"),
        ({"auth.jwt_secret": SECRET, "auth.jwt_transform": "{"}, "auth.jwt_transform"),
    ],
)
def test_production_mode_refuses_to_start_without_a_safe_key(tmp_path: Path, settings, why):
    with pytest.raises(SettingsError, match=why):
        start(production(tmp_path, **settings))
    assert not list(tmp_path.iterdir())


def test_an_unknown_default_account_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match="none of the demo accounts"):
        start(production(tmp_path, dev=True, **{"auth.default_account": "zoe"}))


def test_production_mode_with_a_public_key(tmp_path: Path):
    key = ECKey.generate_key("P-256")
    signed = jwt.encode({"alg": "ES256"}, {"sub": "zoe"}, key)
    settings = production(tmp_path, **{"auth.jwt_public_key": key.as_pem(private=False).decode()})

    async def ask(path: str, credential: str | None) -> httpx.Response:
        headers = {"authorization": f"Bearer {credential}"} if credential else {}
        async with running(settings) as app:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
                return await client.get(path, headers=headers)

    assert asyncio.run(ask("/scenarios", signed)).status_code == 200
    assert asyncio.run(ask("/apikey", signed)).status_code == 403
    assert asyncio.run(ask("/scenarios", None)).status_code == 401
    assert asyncio.run(ask("/demo-accounts", None)).status_code == 403
    assert asyncio.run(ask("/info", None)).json()["env"] == "production"


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"auth.jwks_url": "http://login.example.com/keys"}, "https address"),
        ({"auth.jwks_url": "https://user:pass@login.example.com/keys"}, "https address"),
        ({"auth.jwks_url": "file:///etc/keys"}, "https address"),
        ({"auth.jwks_url": "https://login.example.com", "auth.jwt_secret": SECRET}, "Set one of"),
        ({"auth.jwt_issuer": "http://login.example.com"}, "Nothing says"),
        ({"auth.jwt_issuer": "us"}, "Nothing says"),
    ],
)
def test_keys_come_from_one_safe_place(tmp_path: Path, settings, why):
    with pytest.raises(SettingsError, match=why):
        start(production(tmp_path, **settings))


def test_the_keys_of_an_issuer_are_fetched_while_the_server_runs(tmp_path: Path):
    key = ECKey.generate_key("P-256")
    published = {**key.as_dict(private=False), "kid": "a"}
    good = jwt.encode({"alg": "ES256", "kid": "a"}, {"sub": "zoe"}, key)
    other = jwt.encode({"alg": "ES256", "kid": "b"}, {"sub": "zoe"}, key)

    async def ask() -> list[int]:
        async with publishing(published) as issuer:
            settings = production(tmp_path, dev=True, **{"auth.jwks_url": f"{issuer.url}/keys"})
            async with running(settings) as app:
                transport = httpx.ASGITransport(app=app)
                async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
                    return [
                        (
                            await client.get("/scenarios", headers={"authorization": given})
                        ).status_code
                        for given in (f"Bearer {good}", f"Bearer {other}", "Bearer x")
                    ]

    assert asyncio.run(ask()) == [200, 401, 401]


def test_without_the_keys_of_the_issuer_tokens_cannot_be_checked_now(tmp_path: Path):
    key = ECKey.generate_key("P-256")
    token = jwt.encode({"alg": "ES256", "kid": "a"}, {"sub": "zoe"}, key)

    async def ask() -> httpx.Response:
        settings = production(tmp_path, **{"auth.jwks_url": "https://127.0.0.1:1/keys"})
        async with running(settings) as app:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
                headers = {"authorization": f"Bearer {token}"}
                return await client.get("/scenarios", headers=headers)

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
