"""What operators do, as streams tell it: cancelled, migrated, erased."""

from __future__ import annotations

import pytest

from tests.server.test_stream import Tap, events, now
from tests.server.world import APPROVAL


@pytest.fixture
def path(server):
    return server.asked()


@pytest.fixture
def begun(server, path):
    """The place after its beginning."""
    return now(server)


def operate(server, path, what, **body):
    answer = server.post(f"/admin{path}/{what}", "admin", json={"reason": "Request 17", **body})
    assert answer.status_code in (200, 204), answer.text
    return answer


def told(server, who, after, query=""):
    """The events after a place, by name and data."""
    text = server.get(f"/stream?after={after}&follow=false{query}", who).text
    return [(one["event"], one["data"]) for one in events(text) if "event" in one]


def names(found):
    return [name for name, _ in found]


def test_a_process_that_is_cancelled_has_ended(server, path, begun):
    operate(server, path, "cancel")
    found = told(server, "bob", begun)
    assert names(found) == ["ended", "task-gone"]
    ended = found[0][1]
    assert ended["cancelled"] is True
    assert ended["process"]["isRunning"] is False
    assert f'"{ended["head"]}"' == server.get(path, "bob").headers["etag"]
    assert not {"action", "actor"} & ended.keys()


def test_one_that_ends_by_itself_is_not_cancelled(server, path, begun):
    server.post(f"{path}/approve", "bob")
    assert "cancelled" not in told(server, "bob", begun)[0][1]


def test_a_process_that_is_migrated_goes_on_by_another_scenario(server, path, begun):
    old = server.get(path, "bob").json()["scenario"]["id"]
    newer = server.store(APPROVAL.replace("1.0.0", "2.0.0"))
    server.clock.move(hours=1)
    operate(server, path, "migrate", to=newer, dryRun=False)
    ((name, data),) = told(server, "bob", begun)
    process = server.get(path, "bob").json()
    assert name == "migrated"
    assert data["process"]["scenario"] == {"id": newer, "name": "approval"}
    assert data["head"] == process["events"][-1]["hash"]
    assert data["at"] == process["events"][0]["migrated"]["timestamp"]
    assert not {"action", "actor"} & data.keys()
    assert told(server, "bob", begun, f"&scenario={newer}") == [(name, data)]
    assert told(server, "bob", begun, f"&scenario={old}") == []


def test_a_task_that_a_migration_moves_is_told_on_both_sides(server, path, begun):
    text = APPROVAL.replace("1.0.0", "2.0.0").replace("role: management", "role: client")
    operate(server, path, "migrate", to=server.store(text), dryRun=False)
    assert names(told(server, "bob", begun)) == ["task-gone"]
    assert names(told(server, "claire", begun)) == ["migrated", "task-appeared"]


@pytest.mark.parametrize(
    ("who", "heard"),
    [
        ("admin", ["erased"]),
        ("bob", ["erased", "task-gone"]),
        ("david", []),
    ],
)
def test_who_listens_is_told_by_its_id_that_a_process_was_erased(server, path, who, heard):
    async def story():
        tap = Tap(server, who)
        await tap.start()
        await tap.next()
        headers = {"authorization": f"Bearer {server.token('admin')}"}
        answer = await server.client.post(
            f"/admin{path}/erase", json={"reason": "Request 17"}, headers=headers
        )
        assert answer.status_code == 200
        text = await tap.next() if heard else ""
        await tap.leave()
        return [(one["event"], one["data"]) for one in events(text)]

    found = server.run(story())
    assert names(found) == heard
    for _, data in found:
        assert data["process"] == {"id": path.removeprefix("/processes/")}
        assert data.keys() <= {"process", "at"}


def test_whoever_comes_back_after_an_erasure(server, path):
    """Operators are told at any time, others not once it is forgotten; nothing else is told."""
    other = server.asked()
    operate(server, path, "erase")
    server.app.edge.engine.streaming.departed._kept.clear()
    assert names(told(server, "admin", 0)) == ["created", "erased"]
    assert names(told(server, "admin", 0, f"&process={path.removeprefix('/processes/')}")) == [
        "erased"
    ]
    assert names(told(server, "admin", 0, "&scenario=approval")) == ["created", "erased"]
    assert told(server, "admin", 0, "&scenario=other") == []
    found = told(server, "bob", 0)
    assert names(found) == ["created", "task-appeared"]
    assert {data["process"]["id"] for _, data in found} == {other.removeprefix("/processes/")}


def test_each_place_in_it_can_be_come_back_to(server, path):
    operate(server, path, "erase")
    whole = events(server.get("/stream?after=0&follow=false", "bob").text)[1:]
    assert [one["event"] for one in whole] == ["erased", "task-gone"]
    rest = server.get("/stream?follow=false", "bob", headers={"last-event-id": whole[0]["id"]})
    assert [one["event"] for one in events(rest.text) if "event" in one] == ["task-gone"]


def test_again_is_told_once(server, path):
    for _ in range(2):
        operate(server, path, "erase")
    assert names(told(server, "admin", 0)) == ["erased"]
