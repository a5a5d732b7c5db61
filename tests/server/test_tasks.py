"""The inbox over HTTP."""

from __future__ import annotations

import pytest

from tests.server.test_lists import follow
from tests.server.world import APPROVAL

REVIEW = """\
name: review
version: 1.0.0
title: Review
actors:
  manager: {role: management}
actions:
  read: {actor: manager}
states:
  initial:
    instructions: {manager: Read it}
    transitions:
      - {on: read, goto: (done)}
      - {after: 1 hour, goto: (late)}
"""


@pytest.fixture
def waiting(server):
    """Two approvals that wait for the manager, and a review that is due in an hour."""
    server.store(APPROVAL)
    server.store(REVIEW)
    made = []
    for _ in range(2):
        made.append(server.asked("alice").rpartition("/")[2])
        server.clock.move(minutes=1)
    made.append(server.post("/processes", "bob", json={"scenario": "review"}).json()["id"])
    return made


def pass_time(server, **delta):
    """Move the clock, and let no timer come: what is due stays so."""

    async def rest():
        server.app.edge.drain()

    server.run(rest())
    server.clock.move(**delta)


def tasks(server, who, query=""):
    answer = server.get(f"/tasks{query}", who)
    assert answer.status_code == 200, answer.text
    return [item["process"]["id"] for item in answer.json()]


def test_a_task_says_what_can_be_done(server, waiting):
    task = server.get("/tasks?scenario=approval&sort=since", "bob").json()[0]
    assert task["process"] == server.get("/processes?page=3&limit=1", "bob").json()[0]
    assert task["state"] == {"key": "waiting", "title": "waiting", "description": ""}
    assert task["since"] == "2026-03-01T09:00:00.000Z"
    assert "due" not in task
    assert [(item["key"], item["actor"]) for item in task["actions"]] == [
        ("approve", "manager"),
        ("reject", "manager"),
        ("note", "manager"),
    ]
    assert task["actions"][1]["title"] == "Reject"
    assert task["actions"][1]["response"] == {"type": "string"}


def test_an_inbox_is_its_owners(server, waiting):
    assert tasks(server, "bob") == waiting[::-1]
    assert tasks(server, "alice") == waiting[1::-1]
    assert tasks(server, "david") == []
    assert tasks(server, "admin") == []


def test_what_is_done_is_gone(server, waiting):
    server.post(f"/processes/{waiting[0]}/approve", "bob")
    assert tasks(server, "bob") == waiting[:0:-1]
    assert tasks(server, "alice") == [waiting[1]]


def test_what_is_due_is_found(server, waiting):
    (task,) = server.get("/tasks?sort=due", "bob").json()
    assert task["process"]["id"] == waiting[2]
    assert task["due"] == "2026-03-01T10:02:00.000Z"
    assert task["instructions"] == {"manager": "Read it"}
    assert tasks(server, "bob", "?overdue=true") == []
    pass_time(server, hours=1, seconds=1)
    for query in ("", "&sort=due", "&sort=-due", "&sort=since"):
        assert tasks(server, "bob", f"?overdue=true{query}") == [waiting[2]]


def test_an_inbox_has_pages(server, waiting):
    page = server.get("/tasks?limit=2", "bob")
    last = server.get(follow(page), "bob")
    assert [item["process"]["id"] for item in page.json() + last.json()] == waiting[::-1]
    assert follow(last) is None
    assert server.get(follow(last, "prev"), "bob").json() == page.json()
    assert follow(page, "prev") is None


def test_tasks_are_counted(server, waiting):
    pass_time(server, hours=2)
    count = server.get("/tasks/count", "bob").json()
    assert (count["total"], count["overdue"], count["more"]) == (3, 1, False)
    assert sorted(item["total"] for item in count["scenarios"]) == [1, 2]
    assert server.get("/tasks/count", "david").json()["total"] == 0


def test_only_so_many_tasks_are_counted(world_of):
    server = world_of(**{"engine.counted_tasks": 2})
    server.store(APPROVAL)
    for _ in range(2):
        server.asked("alice")
    assert server.get("/tasks/count", "bob").json()["more"] is False
    server.asked("alice")
    count = server.get("/tasks/count", "bob").json()
    assert (count["total"], count["more"]) == (2, True)


@pytest.mark.parametrize("query", ["sort=title", "limit=0", "cursor=x", "overdue=so", "all=true"])
def test_what_is_no_query_is_refused(server, query):
    assert server.get(f"/tasks?{query}", "bob").status_code == 400
