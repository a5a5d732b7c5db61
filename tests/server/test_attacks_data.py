"""Attacks by what is sent: data stays data; nothing of a stranger runs, fetches or swells."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.server.world import World

JSON = {"content-type": "application/json"}

COPY = """\
name: copy
version: 1.0.0
title: Copy
actors: {a: {}}
vars: {said: {}, text: string, again: string}
actions:
  say:
    actor: a
    response: {}
    update:
      - {set: vars.said, value: !ref current.response}
      - {set: vars.text, value: !tpl "You said: {{current.response}}"}
  more:
    actor: a
    update: {set: vars.again, value: !tpl "{{vars.text}}"}
states: {initial: {transitions: [{on: say, goto: ~}, {on: more, goto: ~}]}}
"""

TEMPLATES = [
    "{{actors.a.id}}",
    "{{{vars}}}",
    "{{#vars}}{{.}}{{/vars}}",
    "${7*7} #{7*7} <%= 7*7 %> {%raw%}",
    "{{constructor.constructor('return 1')()}}",
    "!ref actors.a.id",
    "{{=<% %>=}}<%actors.a.id%>",
    "'; DROP TABLE processes; --",
    "__import__('os').system('id')",
]


def copied(server: World) -> str:
    server.store(COPY)
    answer = server.post("/processes", "alice", json={"scenario": "copy"})
    location: str = answer.headers["location"]
    return location


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_template_in_what_users_say_is_never_evaluated(server: World, text: str) -> None:
    path = copied(server)
    assert server.post(f"{path}/say", "alice", json=text).status_code == 204
    assert server.post(f"{path}/more", "alice").status_code == 204
    variables = server.get(path, "alice").json()["vars"]
    assert variables == {"said": text, "text": f"You said: {text}", "again": f"You said: {text}"}


@pytest.mark.parametrize(
    "value",
    [
        *({"<ref>": "actors.a.id"}, {"<tpl>": "{{actors.a.id}}"}, {"<env>": "PATH"}),
        {"a": [{"<ref>": "actors"}]},
    ],
)
def test_a_function_in_what_users_say_is_never_evaluated(server: World, value: object) -> None:
    path = copied(server)
    assert server.post(f"{path}/say", "alice", json=value).status_code == 204
    assert server.get(path, "alice").json()["vars"]["said"] == value


def test_dotted_and_prototype_keys_are_keys_like_any_other(server: World) -> None:
    path = copied(server)
    value = {
        "__proto__": {"admin": True},
        "constructor": {"prototype": {"admin": True}},
        "vars.said": 1,
        "actors.a.id": "mallory",
        "__class__": {"__init__": 1},
        "a[0]": 1,
    }
    assert server.post(f"{path}/say", "alice", json=value).status_code == 204
    process = server.get(path, "alice").json()
    assert process["vars"]["said"] == value
    assert [actor["id"] for actor in process["actors"].values()] == ["alice"]
    assert "admin" not in process


@pytest.mark.parametrize("key", ["__proto__", "constructor", "a.b", "a[0]", "", "..", "$ref", "*"])
def test_actors_that_are_none_cannot_be_given(server: World, key: str) -> None:
    answer = server.start("alice", actors={key: {"id": "mallory"}})
    assert answer.status_code == 400
    assert server.get("/processes?all=true", "admin").json() == []


@pytest.mark.parametrize("name", ["role", "roles", "__proto__", "key", "isAdmin"])
def test_actors_are_given_nothing_that_the_scenario_fixes(server: World, name: str) -> None:
    given = {"manager": {"id": "alice", name: "support"}}
    assert server.start("alice", actors=given).status_code == 400


@pytest.mark.parametrize("name", ["vars", "id", "events", "current", "__proto__", "isRunning"])
def test_a_start_sets_nothing_else(server: World, name: str) -> None:
    assert server.start("alice", **{name: {"amount": 1}}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        *("/processes/__proto__", "/processes/..%2f..%2fetc%2fpasswd", "/processes/%00"),
        *(
            "/scenarios/..%2f..%2fx",
            "/scenarios/%2e%2e",
            "/schemas/..%2f..%2fx",
            "/api-docs/..%2fx",
        ),
        *("/api-docs/..%2fx", "/processes/' OR 1=1 --", "/processes/%ff"),
    ],
)
def test_paths_lead_nowhere_else(server: World, path: str) -> None:
    assert server.get(path, "alice").status_code in (400, 404)


def bomb(schema: str) -> str:
    return (
        "title: Bomb\nactors: {a: {}}\nactions:\n  go:\n    actor: a\n"
        f"    response: {schema}\nstates: {{initial: {{on: go, goto: (end)}}}}\n"
    )


DOUBLING = {
    "$defs": {
        **{f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(30)},
        "d30": {"type": "string"},
    },
    "$ref": "#/$defs/d0",
}
DEEP = json.loads('{"properties": {"a": ' * 90 + "{}" + "}}" * 90)


@pytest.mark.parametrize(
    "schema",
    [
        json.dumps(DOUBLING),
        '{"$ref": "#"}',
        '{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}',
        '{"patternProperties": {"(a{1000}){1000}": {}}}',
        json.dumps({"anyOf": [{"pattern": f"a{i}(x|y)*z"} for i in range(200)]}),
    ],
)
def test_a_schema_bomb_is_refused_at_once(server: World, schema: str) -> None:
    begin = time.perf_counter()
    body = {
        "scenario": server.store(bomb(schema)),
        "action": {"key": "go", "response": {"a": "a" * 50_000}},
    }
    answer = server.post("/processes", "alice", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "schema"
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*x", "^(a|a)*$", "([a-zA-Z]+)*$"])
def test_a_regular_expression_takes_linear_time(server: World, pattern: str) -> None:
    scenario = server.store(bomb(json.dumps({"type": "string", "pattern": pattern})))
    path = server.post("/processes", "alice", json={"scenario": scenario}).headers["location"]
    begin = time.perf_counter()
    answer = server.post(f"{path}/go", "alice", json="a" * 50_000 + "!")
    assert answer.status_code in (204, 400)
    assert time.perf_counter() - begin < 5


@pytest.fixture
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """An address of this machine, and everything that was sent to it."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                seen.append(connection.recv(1_000))
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}", seen
        ended.set()
        thread.join()


@pytest.mark.parametrize(
    "schema",
    [
        '{"$ref": "http://HOST/x"}',
        '{"$ref": "https://HOST/x"}',
        '{"$id": "http://HOST/", "$ref": "x.json"}',
        '{"$schema": "http://HOST/meta"}',
        '{"properties": {"a": {"$dynamicRef": "http://HOST/x#a"}}}',
        '{"$ref": "file:///etc/passwd"}',
        '{"$ref": "schema:../../etc/passwd"}',
        '"http://HOST/x"',
    ],
)
def test_references_of_a_scenario_are_not_followed(
    server: World, trap: tuple[str, list[bytes]], schema: str
) -> None:
    host, seen = trap
    answer = server.post("/scenarios", "admin", content=bomb(schema.replace("HOST", host)))
    if answer.status_code == 201:  # what only names something may stand there
        scenario = answer.headers["location"].removeprefix("/scenarios/")
        server.post("/processes", "alice", json={"scenario": scenario, "action": "go"})
    elif "$ref" in schema:
        assert answer.status_code == 400
    assert seen == []


def test_a_scenarios_text_runs_nothing(server: World) -> None:
    for text in (
        "!!python/object/apply:os.system ['id']",
        "title: !!python/name:os.system\nstates: {}",
        "title: !env PATH\nstates: {initial: {on: x, goto: (y)}}",
        "title: !include /etc/passwd\nstates: {}",
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    ):
        answer = server.post(
            "/scenarios", "admin", content=text, headers={"content-type": "application/yaml"}
        )
        assert answer.status_code == 400
        assert "root:" not in answer.text


def test_a_problem_never_repeats_what_is_dangerous(server: World) -> None:
    answer = server.get("/<script>alert(1)</script>")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Traceback" not in answer.text
