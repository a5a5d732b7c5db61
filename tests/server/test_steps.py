"""Steps over HTTP: the response, who acts, conditions, repeats."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise

import pytest

TEXT = {"content-type": "text/plain"}
JSON = {"content-type": "application/json"}
ACTOR = {"as-actor": "employee"}


def events(server, path):
    return server.get(path, "admin").json()["events"]


def test_a_step_has_no_content_and_a_new_etag(server):
    path = server.asked()
    before = server.get(path, "bob").headers["etag"]
    answer = server.post(f"{path}/approve", "bob")
    assert answer.status_code == 204
    assert answer.headers["etag"] == server.get(path, "bob").headers["etag"] != before
    assert server.get(path, "bob").json()["isRunning"] is False


def test_an_empty_body_is_no_response(server):
    path = server.asked()
    server.post(f"{path}/note", "bob", headers=JSON)
    assert "response" not in events(server, path)[-1]


@pytest.mark.parametrize("body", ["{}", "null", "false", "0", '""', '"text"', "[1, {}]", "1.5"])
def test_any_json_value_is_a_response(server, body):
    path = server.asked()
    assert server.post(f"{path}/note", "bob", content=body, headers=JSON).status_code == 204
    assert events(server, path)[-1]["response"] == json.loads(body)


def test_plain_text_is_a_string(server):
    path = server.asked()
    server.post(f"{path}/reject", "bob", content="zu teuer: 5 €".encode(), headers=TEXT)
    assert events(server, path)[-1]["response"] == "zu teuer: 5 €"


def test_a_body_without_a_type_is_json(server):
    path = server.asked()
    server.post(f"{path}/note", "bob", content=b'{"a": 1}')
    assert events(server, path)[-1]["response"] == {"a": 1}


def test_the_process_is_answered_where_it_is_preferred(server):
    path = server.asked()
    answer = server.post(f"{path}/approve", "bob", headers={"prefer": "return=representation"})
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "return=representation"
    assert answer.json() == server.get(path, "bob").json()


def test_a_refusal_lists_its_reasons_and_is_recorded(server):
    path = server.start(headers=ACTOR).headers["location"]
    answer = server.post(f"{path}/ask", "alice", json={"amount": 0, "more": 1})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:callboard:problem:refused"
    assert {error["code"] for error in answer.json()["errors"]} == {"response-invalid"}
    assert answer.headers["etag"] == server.get(path, "admin").headers["etag"]
    assert events(server, path)[-1]["skipped"] is True


def test_an_action_that_the_scenario_lacks_is_404(server):
    path = server.asked()
    for action in ("aprove", "a%2Fb", "%00", "..%2f"):
        assert server.post(f"{path}/{action}", "bob").status_code == 404
    assert len(events(server, path)) == 2


def test_a_stranger_cannot_step(server):
    path = server.asked("alice")
    assert server.post(f"{path}/approve", "david").status_code == 404
    assert len(events(server, path)) == 2


def test_an_actor_who_may_not_is_told_so_and_it_is_recorded(server):
    path = server.asked("alice")
    answer = server.post(f"{path}/approve", "alice")
    assert answer.status_code == 400
    assert "actor-not-allowed" in {error["code"] for error in answer.json()["errors"]}
    assert events(server, path)[-1]["skipped"] is True


def test_as_actor_must_be_ones_own(server):
    path = server.asked("alice")
    answer = server.post(f"{path}/approve", "alice", headers={"as-actor": "manager"})
    assert answer.status_code == 403
    assert len(events(server, path)) == 2


def test_an_operator_acts_as_anyone_and_is_recorded(server):
    path = server.asked("alice")
    assert server.post(f"{path}/approve", "admin", headers={"as-actor": "manager"}).is_success
    actor = events(server, path)[-1]["actor"]
    assert (actor["key"], actor["by"], "id" in actor) == ("manager", "admin", False)


def test_if_match_lets_only_those_step_who_know_the_process(server):
    path = server.asked()
    known = server.get(path, "bob").headers["etag"]
    assert server.post(f"{path}/note", "bob", headers={"if-match": known}).is_success
    stale = server.post(f"{path}/approve", "bob", headers={"if-match": known})
    assert stale.status_code == 412
    assert len(events(server, path)) == 3
    several = {"if-match": f'{known}, "x", {server.get(path, "bob").headers["etag"]}'}
    assert server.post(f"{path}/approve", "bob", headers=several).is_success


@pytest.mark.parametrize(("tag", "status"), [("*", 204), ('W/"{}"', 412), ("{}", 400), ("", 412)])
def test_if_match_is_strong_and_quoted(server, tag, status):
    path = server.asked()
    head = server.get(path, "bob").headers["etag"].strip('"')
    answer = server.post(f"{path}/note", "bob", headers={"if-match": tag.format(head)})
    assert answer.status_code == status


def test_a_repeated_step_is_done_once(server):
    path = server.asked()
    key = {"idempotency-key": "once"}
    first = server.post(f"{path}/note", "bob", json=1, headers=key)
    server.post(f"{path}/note", "bob", json=2)
    again = server.post(f"{path}/note", "bob", json=1, headers=key)
    assert again.headers["etag"] == first.headers["etag"]
    assert len(events(server, path)) == 4


def test_a_repeated_refusal_is_refused_as_before(server):
    path = server.start(headers=ACTOR).headers["location"]
    options = {"json": {"amount": 0}, "headers": {"idempotency-key": "k"}}
    first, again = (server.post(f"{path}/ask", "alice", **options) for _ in range(2))
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"]
    assert len(events(server, path)) == 2


def test_a_repeated_start_makes_one_process(server):
    options = {"json": {"scenario": "approval"}, "headers": {"idempotency-key": "k"}}
    first, again = (server.post("/processes", "alice", **options) for _ in range(2))
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"]


@pytest.mark.parametrize(
    "change",
    [{"json": 2}, {"headers": {"if-match": "*"}}, {"headers": {"content-type": "text/plain"}}],
)
def test_another_request_with_the_same_key_is_refused(server, change):
    path = server.asked()
    key = {"idempotency-key": "once"}
    server.post(f"{path}/note", "bob", json=1, headers=key)
    more = {"json": 1, **change, "headers": {**key, **change.get("headers", {})}}
    answer = server.post(f"{path}/note", "bob", **more)
    assert answer.status_code == 409
    assert len(events(server, path)) == 3


def test_a_key_belongs_to_a_credential(server):
    path = server.asked()
    for who in ("alice", "bob"):
        server.post(f"{path}/note", who, json=1, headers={"idempotency-key": "k"})
    assert len(events(server, path)) == 4


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ü"])
def test_a_key_that_is_none_is_refused(server, key):
    path = server.asked()
    answer = server.post(f"{path}/note", "bob", headers={"idempotency-key": key.encode()})
    assert answer.status_code == 400


def test_steps_at_once_come_one_after_the_other(server):
    path = server.asked()
    headers = {"authorization": f"Bearer {server.token('bob')}"}

    async def at_once():
        calls = [server.client.post(f"{path}/note", json=n, headers=headers) for n in range(20)]
        return await asyncio.gather(*calls)

    answers = server.run(at_once())
    chain = events(server, path)
    assert {answer.status_code for answer in answers} == {204}
    assert sorted(event["response"] for event in chain[2:]) == list(range(20))
    assert all(this["hash"] == after["previous"] for this, after in pairwise(chain))
