"""Web pages: CORS for those that are named, and nothing for foreign ones in development mode."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from callboard.compose import running
from callboard.settings import SettingsError, load_settings
from tests.server.world import world

APP = "https://app.example.com"
OWN = "http://testserver"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3000"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"},
    ],
)
def test_a_foreign_page_cannot_drive_a_developers_engine(server, headers) -> None:
    path = server.asked()
    plain = {"content-type": "text/plain", **headers}
    # With no token this would be admin; and everybody can sign a demo token.
    for who in ("", "bob"):
        answer = server.post(f"{path}/approve", who, content=b"x", headers=plain)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:callboard:problem:cross-origin"
        assert "access-control-allow-origin" not in answer.headers
    assert server.get("/demo-accounts", headers=headers).status_code == 403
    assert len(server.get(path, "bob").json()["events"]) == 2


@pytest.mark.parametrize(
    "host",
    ["rebound.example", "rebound.example:8080", "127.0.0.1.nip.io", "a@127.0.0.1", "localhost.x.y"],
)
def test_a_name_of_a_stranger_is_refused(server, host: str) -> None:
    for path in ("/scenarios", "/demo-accounts", "/apikey"):
        answer = server.get(path, headers={"host": host, "origin": f"http://{host}"})
        assert answer.status_code == 403
        assert "server.hosts" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:8080",
        "[::1]:80",
        "callboard",
        "10.1.2.3",
        "a.test",
    ],
)
def test_local_names_and_addresses_are_ours(server, host: str) -> None:
    headers = {"host": host, "origin": f"http://{host}"}
    assert server.get("/scenarios", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": OWN},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ],
)
def test_our_own_pages_and_links_are_answered(server, headers) -> None:
    assert server.get("/scenarios", headers=headers).status_code == 200


def test_a_form_of_a_foreign_page_is_refused_though_it_navigates(server) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert server.post("/processes", headers=headers, json={}).status_code == 403


def test_a_name_can_be_added(tmp_path: Path) -> None:
    with world(tmp_path, **{"server.hosts": ("dev.example.com",)}) as server:
        host = {"host": "Dev.Example.com:8080"}
        assert server.get("/scenarios", headers=host).status_code == 200


def test_production_mode_has_any_name_and_no_default_account(tmp_path: Path) -> None:
    secret = {"auth.jwt_secret": "a secret that is long enough for HS256"}
    settings = load_settings(overrides={"database": f"sqlite:///{tmp_path}/x.db", **secret})

    async def ask() -> int:
        async with running(settings) as app:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://engine.example"
            ) as client:
                answer = await client.get("/scenarios", headers={"origin": "https://evil.example"})
                return answer.status_code

    assert asyncio.run(ask()) == 401


def test_cors_is_off_unless_it_is_set(server) -> None:
    ask = {"origin": OWN, "access-control-request-method": "POST"}
    for answer in (server("OPTIONS", "/processes", headers=ask), server.get("/info", headers=ask)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_named_origins_may_use_the_api(tmp_path: Path) -> None:
    with world(tmp_path, **{"server.cors_origins": (APP,)}) as server:
        ask = {"origin": APP, "access-control-request-method": "POST"}
        allowed = server("OPTIONS", "/processes", headers=ask)
        assert allowed.status_code == 204
        assert allowed.headers["access-control-allow-origin"] == APP
        assert "POST" in allowed.headers["access-control-allow-methods"]
        sent = allowed.headers["access-control-allow-headers"].lower()
        assert all(name in sent for name in ("authorization", "if-match", "idempotency-key"))
        answer = server.get("/scenarios", "alice", headers={"origin": APP})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == APP
        assert "ETag" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        bad = server.get("/scenarios", headers={"origin": APP, "authorization": "Bearer x"})
        assert (bad.status_code, bad.headers["access-control-allow-origin"]) == (401, APP)


def test_other_origins_are_told_nothing(tmp_path: Path) -> None:
    with world(tmp_path, **{"server.cors_origins": (APP,)}) as server:
        for origin in ("https://app.example.com.evil.example", "http://app.example.com", "null"):
            ask = {"origin": origin, "access-control-request-method": "POST"}
            answer = server("OPTIONS", "/processes", headers=ask)
            assert "access-control-allow-origin" not in answer.headers
            assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin", ["*", "https://*.example.com", "https://a.example/", "app.example.com", "null"]
)
def test_what_is_no_exact_origin_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(SettingsError, match="exact origins"):
        load_settings(overrides={"server.cors_origins": (origin,)})
