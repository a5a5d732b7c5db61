"""Lists over HTTP: filters, orders, pages, and what is no query."""

from __future__ import annotations

import base64
import json

import pytest

from tests.server.world import APPROVAL

RELATIONS = ("first", "prev", "next")


def follow(answer, relation="next"):
    """The path that a `Link` leads to, or None."""
    links = [item.split(">; rel=") for item in answer.headers["link"].split(", ")]
    return {name.strip('"'): path.lstrip("<") for path, name in links}.get(relation)


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()]


@pytest.fixture
def processes(server):
    """Five approvals of alice's, a minute between them, the newest first."""
    server.store(APPROVAL)
    made = []
    for _ in range(5):
        made.insert(0, server.asked("alice").rpartition("/")[2])
        server.clock.move(minutes=1)
    return made


def test_links_lead_through_a_list_and_back(server, processes):
    page = server.get("/processes?limit=2", "alice")
    assert follow(page, "prev") is None
    second = server.get(follow(page), "alice")
    third = server.get(follow(second), "alice")
    assert ids(page) + ids(second) + ids(third) == processes
    assert follow(third) is None
    back = server.get(follow(third, "prev"), "alice")
    assert ids(back) == ids(second)
    assert ids(server.get(follow(back), "alice")) == ids(third)
    assert ids(server.get(follow(back, "prev"), "alice")) == ids(page)
    assert ids(server.get(follow(third, "first"), "alice")) == ids(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("scenario=approval", 5), ("scenario=other", 0), ("state=waiting", 4),
        ("state=(approved)", 1), ("running=true", 4), ("running=false", 1), ("actor=alice", 5),
        ("actor=manager", 5), ("actor=alice&actor=manager", 5), ("actor=alice&actor=bob", 0),
        ("tag=x", 0), ("running=false&tag=(approved)", 1), ("tag=(approved)&tag=x", 0),
    ],
)  # fmt: skip
def test_filters_all_hold(server, processes, query, expected):
    assert server.post(f"/processes/{processes[2]}/approve", "bob").status_code == 204
    assert len(ids(server.get(f"/processes?{query}", "alice"))) == expected
    assert len(ids(server.get(f"/processes?all=true&{query}", "admin"))) == expected
    assert ids(server.get(f"/processes?{query}", "david")) == []


@pytest.mark.parametrize("query", ["sort=-lastUpdated", "sort=title,-lastUpdated,created"])
def test_a_list_is_sorted(server, processes, query):
    server.post(f"/processes/{processes[3]}/note", "alice", json="moved")
    moved = [processes[3], *(key for key in processes if key != processes[3])]
    assert ids(server.get(f"/processes?{query}", "alice")) == moved
    page = server.get(f"/processes?{query}&limit=3", "alice")
    assert ids(page) + ids(server.get(follow(page), "alice")) == moved


def test_a_scenario_is_named_by_id_too(server, processes):
    key = server.store(APPROVAL)
    assert ids(server.get(f"/processes?scenario={key}", "alice")) == processes


@pytest.mark.parametrize(
    "query",
    [
        "sort=", "sort=name", "sort=created,,title", "sort=--title", "limit=0", "limit=101",
        "running=perhaps", "page=0", "state=a&state=b", "cursor=", "cursor=abc", "cursor=%00",
        "cursor=é", "&".join(["tag=x"] * 11),
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(server, query):
    assert server.get(f"/processes?{query}", "alice").status_code == 400


def test_a_misspelt_parameter_is_told_the_nearest(server):
    answer = server.get("/processes?stat=waiting", "alice")
    assert "Did you mean" in answer.json()["detail"]


def forged(cursor, **changes):
    """A cursor with some of its parts changed, by their place."""
    parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for place, value in changes.items():
        parts[int(place[1:])] = value
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_a_cursor_fits_the_query_that_made_it(server, processes):
    path = follow(server.get("/processes?limit=1&running=true", "alice"))
    assert server.get(path.replace("limit=1", "limit=3"), "alice").status_code == 200
    assert server.get(path.replace("running=true", "running=false"), "alice").status_code == 400
    assert server.get(f"{path}&page=2", "alice").status_code == 400
    assert server.get(path.replace("/processes", "/tasks", 1), "alice").status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"p0": 2}, {"p1": "x"}, {"p1": None}, {"p2": 1}, {"p3": -1}, {"p3": "x"}, {"p3": 2**64},
        {"p4": 5}, {"p4": ["x"]}, {"p5": "7"}, {"p5": -1}, {"p5": 2**63}, {"p5": 1.5},
        {"p5": True},
    ],
)  # fmt: skip
def test_a_forged_cursor_is_refused(server, processes, changes, database):
    if changes == {"p5": "7"} and database == "postgres":
        changes = {"p5": 7}  # Rows have texts there, and numbers here.
    path = follow(server.get("/processes?limit=1", "alice"))
    cursor = path.partition("cursor=")[2].partition("&")[0]
    assert server.get(path.replace(cursor, forged(cursor)), "alice").status_code == 200
    answer = server.get(path.replace(cursor, forged(cursor, **changes)), "alice")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "cursor"


def test_a_cursor_shows_nothing_to_a_stranger(server, processes):
    path = follow(server.get("/processes?limit=1", "alice"))
    assert ids(server.get(path, "david")) == []
    assert len(ids(server.get(path, "bob"))) == 1


def test_a_page_has_at_most_what_is_set(world_of):
    server = world_of(**{"server.page_size": 2})
    server.store(APPROVAL)
    for _ in range(3):
        server.asked("alice")
    assert len(ids(server.get("/processes", "alice"))) == 2
    assert len(ids(server.get("/processes?limit=3", "alice"))) == 2
    assert len(ids(server.get("/processes?page=2", "alice"))) == 1


def test_what_is_too_long_for_an_order_is_refused(world_of):
    server = world_of(**{"engine.sorted_processes": 2})
    server.store(APPROVAL)
    for _ in range(3):
        server.asked("alice")
        server.clock.move(minutes=1)
    answer = server.get("/processes?sort=title", "alice")
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:callboard:problem:too-many"
    newest = ids(server.get("/processes", "alice"))
    assert ids(server.get("/processes?sort=-lastUpdated", "alice")) == newest
    assert ids(server.get("/processes?sort=lastUpdated&all=1", "admin")) == newest[::-1]
    page = server.get("/processes?sort=-lastUpdated&limit=2", "alice")
    assert ids(page) + ids(server.get(follow(page), "alice")) == newest
    assert server.get("/processes?sort=title&running=true", "claire").status_code == 200
