"""Attacks on who may do what, at the HTTP edge: each is refused, and nothing has changed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from callboard.compose import running
from callboard.settings import load_settings
from tests.server.world import World, world

ABSENT = "/processes/0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10"


def events(server: World, path: str) -> int:
    """How many events a process has."""
    return len(server.get(path, "admin").json()["events"])


@pytest.mark.parametrize(
    "claimed",
    [
        *("manager", "*", "service:supplier", "admin", "bob", "Manager", "manager "),
        *("employee,manager", "__proto__", "constructor", "employee\x00", "../manager"),
        *("{{actors.manager}}", "x" * 5_000),
    ],
)
def test_a_forged_as_actor_acts_as_nobody(server: World, claimed: str) -> None:
    path = server.asked()
    headers = {"as-actor": claimed.encode()}
    answer = server.post(f"{path}/approve", "alice", headers=headers)
    assert answer.status_code in (400, 403)
    stranger = server.post(f"{path}/approve", "claire", headers=headers)
    assert stranger.status_code == 404
    assert events(server, path) == 2
    start = server.start("claire", {**headers}, action={"key": "ask", "response": {"amount": 1}})
    assert start.status_code in (400, 403)


def test_two_as_actor_headers_are_not_one_of_them(server: World) -> None:
    path = server.asked()
    token = f"Bearer {server.token('alice')}"
    headers = [("as-actor", "employee"), ("as-actor", "manager"), ("authorization", token)]
    answer = server.run(server.client.request("POST", f"{path}/note", headers=headers))
    assert answer.status_code == 403
    assert events(server, path) == 2


def coded(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def forged(header: dict[str, Any], secret: bytes | None = None) -> str:
    """A token for an administrator, signed with what everybody knows."""
    signing = f"{coded(header)}.{coded({'sub': 'mallory', 'roles': ['admin']})}"
    if secret is None:
        return f"{signing}."
    name = {"HS384": "sha384", "HS512": "sha512"}.get(str(header.get("alg")), "sha256")
    return f"{signing}.{coded(hmac.new(secret, signing.encode(), name).digest())}"


KEY = RSAKey.generate_key(2048)
PEM = KEY.as_pem(private=False)
MINE = ECKey.generate_key("P-256")


@pytest.mark.parametrize(
    "token",
    [
        *(forged({"alg": name}) for name in ("none", "None", "NONE", "nOnE", "", "RS256")),
        *(forged({"alg": name}, PEM) for name in ("HS256", "HS384", "HS512", "RS256")),
        *(forged({"alg": "HS256"}, PEM.strip()), forged({"alg": "HS256"}, b"")),
        forged({"alg": "HS256", "kid": "../../../../dev/null"}, b""),
        forged({"alg": "HS256", "kid": "x' UNION SELECT 'k"}, b"k"),
        forged({"alg": ["RS256"]}, PEM),
        forged({"alg": "HS256", "jwk": {"kty": "oct", "k": coded(b"k")}}, b"k"),
        forged({"alg": "RS256", "crit": ["exp"]}, PEM),
        jwt.encode({"alg": "ES256", "jwk": MINE.as_dict(private=False)}, {"sub": "x"}, MINE),
        jwt.encode({"alg": "ES256", "kid": "https://evil.example"}, {"sub": "x"}, MINE),
        jwt.encode({"alg": "RS256"}, {"sub": "x"}, RSAKey.generate_key(2048)),
    ],
)
def test_no_algorithm_or_key_of_the_forger_is_taken(production: Any, token: str) -> None:
    answer = production("/scenarios", token)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Asks a server in production mode, which knows one public key."""
    folder = tmp_path_factory.mktemp("production")
    settings = load_settings(
        overrides={
            "database": f"sqlite:///{folder}/x.db",
            "auth.jwt_public_key": PEM.decode(),
            "server.requests_per_minute": 0,
        }
    )
    with asyncio.Runner() as runner:
        opening = running(settings)
        app = runner.run(opening.__aenter__())

        def ask(path: str, token: str) -> httpx.Response:
            async def once() -> httpx.Response:
                transport = httpx.ASGITransport(app=app)
                async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
                    return await client.get(path, headers={"authorization": f"Bearer {token}"})

            return runner.run(once())

        yield ask
        runner.run(opening.__aexit__(None, None, None))


def test_the_owner_of_the_key_is_let_in(production: Any) -> None:
    good = jwt.encode({"alg": "RS256"}, {"sub": "x"}, KEY)
    assert production("/scenarios", good).status_code == 200


LIMITED = {
    "name": "Clerk",
    "privileges": ["process:read", "process:step", "apikey:issue"],
    "processes": [{"scenario": "approval", "actors": ["employee"], "actions": ["note"]}],
    "expirationDays": 5,
}


@pytest.mark.parametrize(
    "wider",
    [
        *({"privileges": [name]} for name in ("*", "process:super", "process:start")),
        {"processes": []},
        {"processes": [{}]},
        {"processes": [{"scenario": "approval"}]},
        {"processes": [{"scenario": "approval", "actors": ["*"], "actions": ["note"]}]},
        {"processes": [{"scenario": "approval", "actors": ["employee"]}]},
        {"processes": [{"actors": ["employee"], "actions": ["note"]}]},
        {"processes": [*LIMITED["processes"], {"scenario": "other"}]},
        {"service": "supplier"},
        {"expirationDays": 6},
        {"expiration": "2099-01-01T00:00:00Z", "expirationDays": None},
    ],
)
def test_a_key_does_not_widen_its_scope(server: World, wider: dict[str, Any]) -> None:
    token = server.post("/apikey", "admin", json=LIMITED).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    body = {name: value for name, value in {**LIMITED, **wider}.items() if value is not None}
    answer = server.post("/apikey", headers=headers, json=body)
    assert answer.status_code == 403
    assert len(server.get("/apikey", "admin").json()) == 1
    assert server.post("/apikey", headers=headers, json=LIMITED).status_code == 201


def test_a_key_cannot_be_given_what_is_not_asked_for(server: World) -> None:
    for name, value in {"id": "x", "issuer": "user:admin", "revoked": None, "token": "x"}.items():
        answer = server.post("/apikey", "admin", json={**LIMITED, name: value})
        assert answer.status_code == 400
    assert server.get("/apikey", "admin").json() == []


def test_a_limited_key_is_limited_everywhere(server: World) -> None:
    path, body = server.asked(), {**LIMITED, "privileges": ["process:read", "process:step"]}
    server.store("title: Other\nactors: {a: {}}\nstates: {initial: {on: go, goto: (end)}}\n")
    token = server.post("/apikey", "admin", json=body).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    assert server.post(f"{path}/note", headers=headers, json="x").status_code == 204
    for action in ("ask", "approve"):
        answer = server.post(f"{path}/{action}", headers=headers, json={"amount": 1})
        assert answer.status_code == 403
    assert server.get("/apikey", headers=headers).status_code == 403
    assert server.get("/processes?all=true", headers=headers).status_code == 403
    assert (
        server.post("/processes", headers=headers, json={"scenario": "approval"}).status_code == 403
    )


def test_the_key_of_another_ones_request_gives_no_answer_of_theirs(server: World) -> None:
    key = {"idempotency-key": "k-1"}
    first = server.start("alice", key)
    foreign = server.start("claire", key)
    assert foreign.status_code == 201
    assert foreign.headers["location"] != first.headers["location"]
    path = server.asked()
    server.post(f"{path}/note", "bob", json="mine", headers={"idempotency-key": "k-2"})
    stolen = server.post(f"{path}/note", "claire", json="mine", headers={"idempotency-key": "k-2"})
    assert stolen.status_code == 404
    nobody = server.post(
        f"{path}/note", json="mine", headers={"idempotency-key": "k-2", "authorization": "Bearer x"}
    )
    assert nobody.status_code == 401


def test_an_answer_is_not_given_again_to_who_may_no_longer_see_it(server: World) -> None:
    body = {**LIMITED, "privileges": ["process:read", "process:step"]}
    made, path = server.post("/apikey", "admin", json=body).json(), server.asked()
    headers = {"authorization": f"Bearer {made['token']}", "idempotency-key": "k"}
    assert server.post(f"{path}/note", headers=headers, json="x").status_code == 204
    server.delete(f"/apikey/{made['id']}", "admin")
    assert server.post(f"{path}/note", headers=headers, json="x").status_code == 401


def told(answer: httpx.Response) -> tuple[int, str, list[str]]:
    """All that an answer tells."""
    names = sorted(name for name in answer.headers if name not in ("x-request-id", "date"))
    return answer.status_code, answer.text, names


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("condition", ["if-match", "if-none-match"])
def test_a_condition_is_no_oracle(server: World, method: str, condition: str) -> None:
    path = server.asked()
    tag = server.get(path, "alice").headers["etag"]
    later = {"if-modified-since": "Sun, 01 Mar 2099 09:00:00 GMT"}
    for value in ("*", tag, '"0000"', f"W/{tag}"):
        answers = [
            told(
                server(
                    method.upper(),
                    place + ("/note" if method == "post" else ""),
                    "claire",
                    headers={condition: value, **later},
                )
            )
            for place in (path, ABSENT)
        ]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    assert events(server, path) == 2


@pytest.mark.parametrize("rest", ["", "/ask", "/approve", "/nothing", "/note"])
def test_not_there_and_not_yours_are_told_alike(server: World, rest: str) -> None:
    path = server.asked()
    method = "POST" if rest else "GET"
    assert told(server(method, path + rest, "claire")) == told(
        server(method, ABSENT + rest, "claire")
    )


@pytest.mark.parametrize("header", ["x-http-method-override", "x-http-method", "x-method-override"])
def test_another_method_cannot_be_smuggled_in(server: World, header: str) -> None:
    scenario = server.get("/scenarios", "admin").json()[0]["id"]
    server.get(f"/scenarios/{scenario}", "admin", headers={header: "DELETE"})
    assert "x-disabled" not in server.get(f"/scenarios/{scenario}", "admin").headers


def test_roles_come_from_the_token_alone(server: World) -> None:
    headers = {"x-roles": "admin", "x-user": "admin", "x-forwarded-user": "admin"}
    assert server.get("/apikey", "alice", headers=headers).status_code == 403
    answer = server.get("/processes?roles=admin", "alice")
    assert answer.status_code == 400


def test_only_demo_accounts_of_development_mode_know_the_demo_secret(production: Any) -> None:
    from callboard.auth import DEMO_SECRET

    token = forged({"alg": "HS256"}, DEMO_SECRET.encode())
    assert production("/scenarios", token).status_code == 401
    digest = hashlib.sha256(PEM).hexdigest()
    assert production("/scenarios", forged({"alg": "HS256"}, digest.encode())).status_code == 401


@pytest.fixture
def server(tmp_path: Path) -> Iterator[World]:
    """A server that knows the scenario `approval`."""
    with world(tmp_path) as made:
        made.store()
        yield made
