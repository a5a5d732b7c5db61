"""`callboard doctor`: what it finds, and that it shows no secret and changes nothing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from callboard.auth.demo import demo_token, find_account
from callboard.auth.signing import Ed25519Signer, new_key
from callboard.ports.records import ApiKeyRecord
from callboard.ports.tokens import digest_of, hint_of, token_from
from callboard.store import open_sqlite
from tests.auth.issuer import publishing
from tests.cli.running import callboard

SECRET = "a secret that is long enough for HS256"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_SECRET", SECRET)
    return tmp_path


def wrong(*arguments: str, stdin: str = "") -> dict[str, str]:
    """What is wrong, by what was looked at; the exit code fits, and no secret is shown."""
    result = callboard("doctor", *arguments, stdin=stdin)
    lines = [line.split(maxsplit=2) for line in result.stdout.splitlines()]
    found = {what: text for mark, what, text in lines if mark == "wrong"}
    assert result.exit_code == (1 if found else 0), result.output
    assert SECRET not in result.output
    if stdin:
        assert stdin.strip() not in result.output
    return found


def signed(claims: Mapping[str, object], secret: str = SECRET, algorithm: str = "HS256") -> str:
    key = OctKey.import_key(secret)
    return jwt.encode({"alg": algorithm}, dict(claims), key, algorithms=[algorithm])


def test_all_is_well_and_nothing_is_made(tmp_path: Path) -> None:
    assert wrong() == {}
    assert list(tmp_path.iterdir()) == []


def test_settings_that_are_wrong_are_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_SERVER_BODY_BYTE", "1")
    monkeypatch.setenv("CALLBOARD_PORT", "many")
    result = callboard("doctor")
    assert result.exit_code == 1
    assert "CALLBOARD_SERVER_BODY_BYTES" in result.stdout
    assert "whole number" in result.stdout


def test_a_missing_or_weak_key_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_SECRET", "short")
    assert "too short" in wrong()["keys"]
    monkeypatch.delenv("CALLBOARD_AUTH_JWT_SECRET")
    assert "Nothing says" in wrong()["keys"]


def test_a_public_key_without_an_audience_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pem = ECKey.generate_key("P-256").as_pem(private=False).decode()
    monkeypatch.delenv("CALLBOARD_AUTH_JWT_SECRET")
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_PUBLIC_KEY", pem)
    assert "jwt_audience" in wrong()["audience"]
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_AUDIENCE", "callboard")
    assert wrong() == {}


def test_the_key_that_signs_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "by a key in the database" in callboard("doctor").stdout
    file = tmp_path / "signing.pem"
    file.write_text(new_key(), encoding="ascii")
    monkeypatch.setenv("CALLBOARD_AUTH_SIGNING_KEY", str(file))
    assert Ed25519Signer(file.read_text("ascii")).kid in callboard("doctor").stdout
    file.write_text(OctKey.generate_key().as_dict()["k"], encoding="ascii")
    result = callboard("doctor")
    assert "auth.signing_key is no private Ed25519 key" in result.stdout
    assert file.read_text("ascii") not in result.output
    assert result.exit_code == 1


def test_services_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_STOCK_PROVIDER", "webhook")
    monkeypatch.setenv("SERVICE_STOCK_URL", "http://127.0.0.1:9/?hidden")
    result = callboard("doctor")
    assert "services    stock" in result.stdout
    assert "hidden" not in result.output
    assert "not signed, for they have no secret: stock." in result.stdout
    monkeypatch.setenv("SERVICE_STOCK_SECRET", "whsec_" + "A" * 32)
    assert "not signed" not in callboard("doctor").stdout
    monkeypatch.setenv("SERVICE_STOCK_PROVIDER", "webhok")
    assert "services.stock" in wrong()["settings"]


def test_development_mode_in_public_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrong("--dev") == {}
    monkeypatch.setenv("CALLBOARD_HOST", "0.0.0.0")
    assert "need no token" in wrong("--dev")["mode"]


def test_a_database_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    assert "three slashes" in wrong("--database", "sqlite://x")["database"]
    assert "folder does not exist" in wrong("--database", "sqlite:///no/x.db")["database"]
    (tmp_path / "text.db").write_text("this is no database at all, but a text " * 50)
    assert "text.db" in wrong("--database", "sqlite:///text.db")["database"]


def test_a_database_that_an_engine_has_is_fine(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "callboard.db")
    try:
        result = callboard("doctor")
        assert result.exit_code == 0
        assert "an engine has it now" in result.stdout
    finally:
        asyncio.run(store.close())


def test_a_clock_that_went_back_is_told(tmp_path: Path) -> None:
    import os

    asyncio.run(open_sqlite(tmp_path / "callboard.db").close())
    later = time.time() + 86_400
    os.utime(tmp_path / "callboard.db", (later, later))
    assert "is past already" in wrong()["clock"]


def test_folders_are_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENARIO_STORAGE", "fs")
    monkeypatch.setenv("SCHEMA_PATH", str(tmp_path / "schemas"))
    assert wrong().keys() == {"scenarios", "schemas"}
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "schemas").mkdir()
    assert wrong() == {}
    (tmp_path / "scenarios" / "x.yaml").write_text("title: X\nstates: 5\n")
    assert "callboard validate" in wrong()["scenarios"]


GOOD = {"id": "zoe", "roles": ["admin", "clerk"], "exp": 4_000_000_000}


def test_a_good_token_is_told_what_it_is_taken_for() -> None:
    result = callboard("doctor", "--token", "-", stdin=f"Bearer {signed(GOOD)}\n")
    assert result.exit_code == 0, result.output
    assert "'zoe'" in result.stdout
    assert "'admin' gives *" in result.stdout
    assert "'clerk' gives no privileges" in result.stdout
    assert "ends: 2096-10-02T07:06:40Z" in result.stdout
    assert "(the token says nothing)" in result.stdout


def test_a_token_that_ends_beyond_the_calendar_is_told() -> None:
    result = callboard("doctor", "--token", "-", stdin=signed({**GOOD, "exp": 1e300}))
    assert result.exit_code == 0, result.output
    assert "ends: 1e+300" in result.stdout


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("x.y", {"form": "no JSON Web Token"}),
        (signed(GOOD, "another secret that is long enough"), {"signature": "another key"}),
        (signed(GOOD, algorithm="HS512"), {"algorithm": "HS512"}),
        (signed({**GOOD, "exp": 1_000_000_000}), {"time": "2001-09-09T01:46:40Z"}),
        (signed({**GOOD, "nbf": 4_000_000_000}), {"time": "not valid before"}),
        (signed({"name": "Zoe"}), {"claims": "has the claims: name"}),
    ],
)
def test_what_is_wrong_with_a_token_is_told(token: str, told: Mapping[str, str]) -> None:
    found = wrong("--token", "-", stdin=token)
    for what, text in told.items():
        assert text in found[what]


def test_several_things_that_are_wrong_are_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_ISSUER", "us")
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_AUDIENCE", "app")
    token = signed({"sub": "x", "iss": "them", "exp": 1}, "another secret that is long enough")
    found = wrong("--token", "-", stdin=token)
    assert found.keys() == {"signature", "claims", "time", "issuer", "audience"}
    assert "'them'" in found["issuer"]
    assert "'us'" in found["issuer"]


def test_a_transform_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_AUTH_JWT_TRANSFORM", "{id: abs(email)}")
    assert "jwt_transform" in wrong("--token", "-", stdin=signed({"email": "x"}))["claims"]


TOKEN = token_from(bytes(range(32)))
KEY = ApiKeyRecord(
    id="0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10",
    digest=digest_of(TOKEN),
    hint=hint_of(TOKEN),
    name="Clerk",
    issued="2026-01-01T00:00:00.000Z",
    expiration="2096-01-31T00:00:00.000Z",
    privileges=("process:read",),
    processes=({"scenario": "leave", "actors": ["manager"]},),
)


def stored(folder: Path, record: ApiKeyRecord = KEY, revoked: str | None = None) -> None:
    async def put() -> None:
        store = open_sqlite(folder / "callboard.db")
        await store.put_api_key(record)
        if revoked:
            await store.revoke_api_key(record.id, revoked)
        await store.close()

    asyncio.run(put())


def test_a_good_api_key_is_told_what_it_may_do(tmp_path: Path) -> None:
    stored(tmp_path)
    result = callboard("doctor", "--token", "-", stdin=TOKEN)
    assert result.exit_code == 0, result.output
    assert "scenario 'leave', actors manager, any action" in result.stdout
    assert "process:read" in result.stdout
    assert TOKEN not in result.output


def test_what_is_wrong_with_an_api_key_is_told(tmp_path: Path) -> None:
    assert "no key of this" in wrong("--token", "-", stdin=TOKEN)["key"]
    assert "40 characters" in wrong("--token", "-", stdin="lfl_x")["form"]
    mistyped = TOKEN[:-1] + ("1" if TOKEN[-1] == "0" else "0")
    assert "mistyped" in wrong("--token", "-", stdin=mistyped)["form"]
    stored(tmp_path, revoked="2026-02-01T00:00:00.000Z")
    assert "revoked at 2026-02-01" in wrong("--token", "-", stdin=TOKEN)["time"]


@pytest.fixture
def issuer() -> Iterator[str]:
    """The address of keys that are published meanwhile."""
    published = {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "a"}
    ready, done, address = threading.Event(), threading.Event(), []

    async def publish() -> None:
        async with publishing(published) as made:
            address.append(made.url)
            ready.set()
            while not done.is_set():
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(publish()))
    thread.start()
    ready.wait(5)
    yield address[0]
    done.set()
    thread.join()


def test_the_keys_of_the_provider_are_fetched(issuer: str, monkeypatch) -> None:
    monkeypatch.delenv("CALLBOARD_AUTH_JWT_SECRET")
    monkeypatch.setenv("CALLBOARD_AUTH_JWKS_URL", f"{issuer}/keys?secret=1")
    result = callboard("doctor", "--dev")
    assert "a (ES256)" in result.stdout
    assert "secret=1" not in result.output
    monkeypatch.setenv("CALLBOARD_AUTH_JWKS_URL", f"{issuer}/nothing")
    assert "answered 404" in wrong("--dev")["keys"]
    account = find_account("alice")
    assert account is not None
    found = wrong("--dev", "--token", "-", stdin=demo_token(account, time.time()))
    assert "cannot be had" in found["key"]


def test_what_is_found_is_said_once(installation: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "callboard", "doctor", "--dev"],
        env={**os.environ, "CALLBOARD_AUTH_JWKS_URL": "http://127.0.0.1:1/keys"}
        | {"CALLBOARD_AUTH_JWT_SECRET": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("127.0.0.1:1") == 1


def test_a_file_that_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    assert callboard("doctor", "--token", "missing").exit_code == 3
    (tmp_path / "empty").write_text("\n")
    assert callboard("doctor", "--token", "empty").exit_code == 3


def test_control_characters_of_a_token_do_not_reach_the_terminal() -> None:
    token = signed({"id": "\x1b[31mred", "roles": ["\u202eevil"]})
    result = callboard("doctor", "--token", "-", stdin=token)
    assert "\x1b[31mred" not in result.stdout
    assert "\u202e" not in result.stdout
    assert json.dumps(result.stdout)
