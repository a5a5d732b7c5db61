"""API keys over HTTP: issued once, used, masked, revoked."""

from __future__ import annotations

import pytest

READING = {"name": "Reports", "privileges": ["scenario:read", "process:read"]}


def issued(server, **more):
    answer = server.post("/apikey", "admin", json={**READING, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def bearer(token):
    return {"authorization": f"Bearer {token}"}


def test_a_key_opens_what_it_is_for_and_nothing_else(server):
    token = issued(server)["token"]
    assert server.get("/scenarios", headers=bearer(token)).status_code == 200
    assert server.post("/processes", headers=bearer(token), json={}).status_code == 403


def test_an_issued_key_says_everything(server):
    key = issued(server, description="Weekly")
    assert key["token"].startswith("lfl_")
    assert key | {"id": "-", "token": "-"} == {
        "id": "-",
        "token": "-",
        "name": "Reports",
        "description": "Weekly",
        "issued": "2026-03-01T09:00:00.000Z",
        "expirationDays": 30,
        "expiration": "2026-03-31T09:00:00.000Z",
        "lastUsed": None,
        "revoked": None,
        "privileges": ["scenario:read", "process:read"],
        "processes": [],
        "service": None,
    }


def test_a_list_masks_tokens(server):
    key = issued(server)
    (shown,) = server.get("/apikey", "admin").json()
    assert shown == {**key, "token": key["token"][:8] + "…"}


def test_the_last_use_is_shown(server):
    token = issued(server)["token"]
    server.clock.move(hours=1)
    server.get("/scenarios", headers=bearer(token))
    assert server.get("/apikey", "admin").json()[0]["lastUsed"] == "2026-03-01T10:00:00.000Z"


def test_a_revoked_key_is_worth_nothing_at_once(server):
    key = issued(server)
    assert server.get("/scenarios", headers=bearer(key["token"])).status_code == 200
    for _ in range(2):
        assert server.delete(f"/apikey/{key['id']}", "admin").status_code == 204
    assert server.get("/scenarios", headers=bearer(key["token"])).status_code == 401
    assert server.get("/apikey", "admin").json()[0]["revoked"] is not None


def test_an_expired_key_is_refused(server):
    token = issued(server, expirationDays=1)["token"]
    server.clock.move(days=1)
    assert server.get("/scenarios", headers=bearer(token)).status_code == 401


def test_an_unknown_key_cannot_be_revoked(server):
    assert server.delete("/apikey/nothing", "admin").status_code == 404


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"privileges": ["process:fly"]}, "/privileges/0"),
        ({"expirationDays": 0}, "/expirationDays"),
        ({"expirationDays": 3, "expiration": "2027-01-01T00:00:00Z"}, "/expiration"),
        ({"expiration": "tomorrow"}, "/expiration"),
        ({"expiration": "2020-01-01T00:00:00Z"}, "/expiration"),
        ({"expiration": "9999-12-31T23:59:59-23:59"}, "/expiration"),
        ({"processes": [{"scenarios": "x"}]}, "/processes/0"),
        ({"nmae": "x"}, ""),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(server, more, pointer):
    answer = server.post("/apikey", "admin", json={**READING, **more})
    assert answer.status_code == 400
    assert pointer in {error.get("pointer") for error in answer.json()["errors"]}


def test_days_may_be_written_as_a_number_with_a_point(server):
    assert issued(server, expirationDays=2.0)["expirationDays"] == 2


def test_keys_are_for_those_who_may(server):
    assert server.get("/apikey", "alice").status_code == 403
    assert server.post("/apikey", "alice", json=READING).status_code == 403
    assert server.delete("/apikey/x", "alice").status_code == 403


@pytest.mark.parametrize("privilege", ["apikey:issue", "apikey:revoke"])
def test_either_privilege_lets_one_list(server, privilege):
    token = issued(server, privileges=[privilege])["token"]
    assert server.get("/apikey", headers=bearer(token)).status_code == 200


def test_a_key_issues_no_more_than_it_has(server):
    token = issued(server, privileges=["apikey:issue"])["token"]
    answer = server.post("/apikey", headers=bearer(token), json=READING)
    assert answer.status_code == 403


def test_a_key_acts_as_its_service(server):
    token = issued(server, privileges=["process:read", "process:step"], service="bot")["token"]
    path = server.asked()
    assert server.get(path, headers=bearer(token)).status_code == 404
