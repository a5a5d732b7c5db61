"""Limits, each at its edge: what is just within is taken, what is just beyond is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from callboard.core.limits import DEFAULT_LIMITS
from tests.server.world import World, world

JSON = {"content-type": "application/json"}


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def noted(server: World, path: str, body: bytes, **headers: str) -> int:
    """The status of a note with this body."""
    return server.post(f"{path}/note", "bob", content=body, headers=JSON | headers).status_code


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        (nested(128), nested(129)),
        (b"9007199254740991", b"9007199254740992"),
        (b"-9007199254740991", b"-9007199254740992"),
        (b"1e308", b"1e309"),
        (b'"\\ud83d\\ude00"', b'"\\ud83d"'),
        (b'{"a": 1, "b": {"a": 1}}', b'{"b": {"a": 1, "a": 1}}'),
        (b'"\\u0001"', b'"\\u0000"'),
        (b'"\\\\u0000"', b'{"\\u0000": 1}'),
        (b"0", b"-Infinity"),
    ],
)
def test_what_a_response_may_hold(server: World, within: bytes, beyond: bytes) -> None:
    path = server.asked()
    assert noted(server, path, within) == 204
    assert noted(server, path, beyond) == 400
    assert len(server.get(path, "bob").json()["events"]) == 3


def test_the_depth_is_a_setting(tmp_path: Path) -> None:
    with world(tmp_path, **{"limits.document_depth": 20}) as server:
        server.store()
        path = server.asked()
        assert (noted(server, path, nested(20)), noted(server, path, nested(21))) == (204, 400)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "x"])
@pytest.mark.parametrize("path", ["/processes", "/scenarios", "/apikey"])
def test_a_packed_body_is_never_unpacked(server: World, path: str, encoding: str) -> None:
    headers = JSON | {"content-encoding": encoding}
    assert server.post(path, "admin", content=b"\x1f\x8b{}", headers=headers).status_code == 415


def test_a_body_that_is_not_packed_may_say_so(server: World) -> None:
    assert noted(server, server.asked(), b"1", **{"content-encoding": "identity"}) == 204


def expression(length: int) -> str:
    text = "a" * (length - 2)
    return (
        "title: Long\nactors: {a: {}}\nactions: {go: {actor: a, update: {set: title, value: "
        f"!ref \"'{text}'\"}}}}}}\nstates: {{initial: {{on: go, goto: (end)}}}}\n"
    )


def pattern(length: int) -> str:
    schema = json.dumps({"type": "string", "pattern": "a" * length})
    return (
        f"title: Long\nactors: {{a: {{}}}}\nactions: {{go: {{actor: a, response: {schema}}}}}\n"
        "states: {initial: {on: go, goto: (end)}}\n"
    )


@pytest.mark.parametrize(("text", "limit"), [(expression, 20_000), (pattern, 2_000)])
def test_how_long_an_expression_and_a_pattern_may_be(
    server: World, text: Callable[[int], str], limit: int
) -> None:
    within, beyond = (started(server, text(size)) for size in (limit, limit + 1))
    assert within == 201
    assert beyond == 400


def started(server: World, text: str) -> int:
    """The status of storing a scenario, or of its first action."""
    stored = server.post("/scenarios", "admin", content=text)
    if stored.status_code != 201:
        return stored.status_code
    scenario = stored.headers["location"].removeprefix("/scenarios/")
    action = {"key": "go", "response": "a" * 2_000}
    body = {"scenario": scenario, "action": action}
    return server.post("/processes", "alice", json=body).status_code


def test_how_large_a_process_may_become(tmp_path: Path) -> None:
    text = (
        "title: Growing\nactors: {a: {}}\nvars: {all: {}}\nactions:\n  add:\n    actor: a\n"
        "    response: {}\n    update: {set: vars.all, value: !ref current.response}\n"
        "states: {initial: {on: add, goto: ~}}\n"
    )
    with world(tmp_path, **{"limits.process_bytes": 5_000}) as server:
        body = {"scenario": server.store(text)}
        path = server.post("/processes", "alice", json=body).headers["location"]
        statuses = [
            server.post(f"{path}/add", "alice", json="x" * size).status_code
            for size in (500, 4_900, 600)
        ]
        assert statuses == [204, 400, 204]
        assert len(server.get(path, "alice").json()["vars"]["all"]) == 600


@pytest.mark.parametrize("response", ["x" * 900_000, {"k" * 900_000: 1}, [{"a": 1}] * 9_000])
def test_what_is_refused_is_not_kept_without_bound(tmp_path: Path, response: object) -> None:
    """Anybody who is an actor can be refused again and again, also after the end."""
    schema = "{type: array, items: {type: object, additionalProperties: false}, maxItems: 9}"
    text = (
        f"title: Strict\nactors: {{a: {{}}}}\nactions: {{go: {{response: {schema}}}}}\n"
        "states: {initial: {on: go, goto: (done)}}\n"
    )
    with world(tmp_path) as server:
        body = {"scenario": server.store(text)}
        path = server.post("/processes", "alice", json=body).headers["location"]
        refused = server.post(f"{path}/go", "alice", json=response)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (
            400,
            "response-invalid",
        )
        event = server.get(path, "alice").json()["events"][-1]
        assert event["skipped"]
        assert len(json.dumps(event)) < 3 * DEFAULT_LIMITS.refused_bytes
        assert server.get(f"{path}/verify", "alice").json()["ok"]
        server.post(f"{path}/go", "alice", json={"small": 1})
        assert server.get(path, "alice").json()["events"][-1]["response"] == {"small": 1}


@pytest.mark.parametrize("limit", [("1", 200), ("100", 200), ("0", 400), ("101", 400), ("x", 400)])
def test_how_long_a_page_may_be(server: World, limit: tuple[str, int]) -> None:
    value, status = limit
    assert server.get(f"/processes?limit={value}", "alice").status_code == status


@pytest.mark.parametrize("query", ["tag=%00", "state=%ff", "scenario=%ed%a0%80", "actor=%00"])
def test_what_is_no_text_in_a_query_finds_nothing(server: World, query: str) -> None:
    server.asked()
    answer = server.get(f"/processes?{query}", "alice")
    assert answer.status_code == 400 or answer.json() == []


@pytest.mark.parametrize("path", ["/processes/a%00b", "/scenarios/%00", "/processes/a%00/verify"])
def test_no_address_holds_a_nul(server: World, path: str) -> None:
    assert server.get(path, "alice").status_code == 404


@pytest.mark.parametrize("value", [r'"\0"', r'"\ud800"', ".nan", ".inf"])
def test_what_a_scenario_may_not_hold(server: World, value: str) -> None:
    text = (
        f"title: X\nvars: {{v: {{default: {value}}}}}\nactors: {{a: {{}}}}\nactions: {{go: {{}}}}\n"
        "states: {initial: {on: go, goto: (end)}}\n"
    )
    assert server.post("/scenarios", "admin", content=text).status_code == 400
