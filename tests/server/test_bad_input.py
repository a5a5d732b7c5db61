"""Bodies that are malformed, hostile or too large: a 4xx that says what and where; no change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.server.world import world

JSON = {"content-type": "application/json"}
YAML = {"content-type": "application/yaml"}

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ('{"a": 1,}', 1, 9),
        ('{\n  "a": 1,\n  "a": 2\n}', 3, 3),
        ('{"a": NaN}', 1, 7),
        ('{"a": 1e999}', 1, 7),
        ('{"a": 9007199254740993}', 1, 7),
        ('{"a": "\\ud800"}', 1, 7),
        ('{"a": "\\u0000"}', 1, 7),
        ("{} {}", 1, 4),
    ],
)
def test_json_is_read_strictly(server, body, line, column):
    path = server.asked()
    answer = server.post(f"{path}/note", "bob", content=body.encode(), headers=JSON)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["code"], error["line"]) == ("text", line)
    assert abs(error["column"] - column) <= 1
    assert len(server.get(path, "bob").json()["events"]) == 2


@pytest.mark.parametrize("body", [b'{"a": "\xff"}', b"\x00", b"\xef\xbf"])
def test_bytes_that_are_no_text_are_refused(server, body):
    path = server.asked()
    for kind in ("application/json", "text/plain"):
        answer = server.post(f"{path}/note", "bob", content=body, headers={"content-type": kind})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["line"] == 1


@pytest.mark.parametrize("body", ["[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200])
def test_deep_json_is_refused(server, body):
    answer = server.post("/processes", "alice", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:callboard:problem:text"


def test_an_alias_bomb_is_refused(server):
    answer = server.post("/scenarios", "admin", content=BOMB, headers=YAML)
    assert answer.status_code == 400
    assert len(server.get("/scenarios", "admin").json()) == 1


@pytest.mark.parametrize(
    "body", ["a: [", "a: 1\na: 2", "--- 1\n--- 2", "? [a]\n: 1", "!!python/x 1"]
)
def test_yaml_that_is_none_is_refused_with_its_place(server, body):
    answer = server.post("/scenarios", "admin", content=body, headers=YAML)
    assert answer.status_code == 400
    assert "line" in answer.json()["errors"][0]


@pytest.mark.parametrize("size", [1_048_577, 5_000_000])
def test_a_large_body_is_refused_unread(server, size):
    answer = server.post("/scenarios", "admin", content=b"a" * size, headers=YAML)
    assert answer.status_code == 413


def test_a_large_body_without_a_length_is_read_no_further_than_the_limit(server):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 65_536
            yield b"a" * 65_536

    answer = server.post("/scenarios", "admin", content=endless(), headers=YAML)
    assert answer.status_code == 413
    assert sent <= 1_048_576 + 2 * 65_536


def test_a_body_of_just_the_limit_is_read(tmp_path: Path):
    with world(tmp_path, **{"server.body_bytes": 100}) as server:
        text = json.dumps("x" * 98)
        exact = server.post("/processes", "alice", content=text, headers=JSON)
        over = server.post("/processes", "alice", content=text + " ", headers=JSON)
        assert (exact.status_code, over.status_code) == (400, 413)


def test_who_may_not_ask_is_refused_before_the_body(server):
    answer = server.post("/scenarios", "alice", content=b"a" * 2_000_000, headers=YAML)
    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "image/png", "text/yaml"])
def test_a_kind_of_body_that_is_not_read_is_415(server, kind):
    path = server.asked()
    answer = server.post(f"{path}/note", "bob", content=b"a=1", headers={"content-type": kind})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers", [{"content-encoding": "gzip"}, {"content-type": "application/json; charset=utf-16"}]
)
def test_a_coding_that_is_not_read_is_415(server, headers):
    path = server.asked()
    assert server.post(f"{path}/note", "bob", content=b"1", headers=headers).status_code == 415


@pytest.mark.parametrize("path", ["/scenarios", "/processes", "/apikey"])
def test_an_empty_body_where_one_is_needed_is_400(server, path):
    assert server.post(path, "admin").status_code == 400


def test_an_expression_that_never_ends_is_refused(server):
    text = (
        "title: Endless\nactors: {a: {}}\nactions: {go: {actor: a, update: {set: title, value: "
        "!ref \"join('', map(&join('', map(&'xxxxxxxxxx', range(`9999`))), range(`9999`)))\"}}}\n"
        "states: {initial: {on: go, goto: (end)}}\n"
    )
    scenario = server.store(text)
    body = {"scenario": scenario, "action": "go"}
    answer = server.post("/processes", "alice", json=body, headers={"as-actor": "a"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "expression"


def test_a_step_on_a_process_that_ended_is_refused(server):
    path = server.asked()
    server.post(f"{path}/approve", "bob")
    answer = server.post(f"{path}/approve", "bob")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "action-not-in-state"
