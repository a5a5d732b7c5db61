"""Somebody's processes, for requests of data protection."""

from __future__ import annotations

import asyncio

import pytest

from callboard.errors import NotFoundError, UnavailableError


def identity(path):
    return path.removeprefix("/processes/")


@pytest.fixture
def hers(server):
    """Five processes of Alice's, the oldest first."""
    made = []
    for _ in range(5):
        made.append(identity(server.asked()))
        server.clock.move(minutes=1)
    return made


@pytest.fixture
def other(server, hers):
    """A process in which she has no part."""
    return identity(server.asked("claire"))


def find(server, query="", who="admin"):
    return server.get(f"/admin/processes{query}", who)


def following(answer):
    links = {
        part.partition('rel="')[2].rstrip('"'): part.partition("<")[2].partition(">")[0]
        for part in answer.headers["link"].split(", ")
    }
    return links.get("next")


def erase(server, who="admin", **body):
    return server.post("/admin/processes/erase", who, json={"participant": "user:alice", **body})


def test_somebodys_processes_are_found_oldest_first(server, hers, other):
    found = find(server, "?participant=user:alice").json()
    assert [item["id"] for item in found] == hers
    assert found[0] == server.get(f"/admin/processes/{hers[0]}", "admin").json()
    assert [item["id"] for item in find(server, "?participant=user:claire").json()] == [other]
    assert [item["id"] for item in find(server).json()] == [*hers, other]
    assert len(find(server, "?participant=role:management").json()) == 6


def test_nobody_and_nothing(server, hers):
    for who in ("user:nobody", "user:ALICE", "role:alice", "service:alice"):
        assert find(server, f"?participant={who}").json() == []


def test_pages_lead_on_without_a_gap(server, hers, other):
    seen, where = [], "?participant=user:alice&limit=2"
    while where is not None:
        answer = find(server, where)
        assert len(answer.json()) <= 2
        seen += [item["id"] for item in answer.json()]
        target = following(answer)
        where = None if target is None else target.removeprefix("/admin/processes")
    assert seen == hers


@pytest.mark.parametrize("query", ["?participant=alice", "?participant=user:", "?cursor=x"])
def test_what_is_none_is_refused(server, hers, query):
    assert find(server, query).status_code == 400


def test_a_cursor_belongs_to_its_query(server, hers):
    target = following(find(server, "?participant=user:alice&limit=2"))
    other = target.replace("user%3Aalice", "user%3Aclaire")
    assert other != target
    assert server.get(other, "admin").status_code == 400


def test_without_a_word_to_the_contrary_nothing_is_erased(server, hers, other):
    page = erase(server).json()
    assert page["dryRun"] is True
    assert [item["process"] for item in page["results"]] == hers
    assert {item["erased"] for item in page["results"]} == {False}
    assert len(find(server).json()) == 6


def test_all_of_somebody_are_erased_page_by_page(server, hers, other):
    body, seen = {"dryRun": False, "reason": "Request 17", "limit": 2}, []
    while True:
        page = erase(server, **body).json()
        assert len(page["results"]) <= 2
        seen += [item["process"] for item in page["results"] if item["erased"]]
        if "next" not in page:
            break
        body["cursor"] = page["next"]
    assert seen == hers
    assert find(server, "?participant=user:alice").json() == []
    assert [item["id"] for item in find(server).json()] == [other]
    for process in hers:
        left = server.get(f"/admin/processes/{process}", "admin").json()
        assert left["erased"]["reason"] == "Request 17"
    assert erase(server, dryRun=False, reason="Again").json()["results"] == []


def test_each_has_its_own_result(server, hers, monkeypatch):
    """One goes meanwhile, by another hand: the others are erased."""
    engine = server.app.edge.engine
    bury = engine.admin.erasing.__class__.bury

    async def gone(self, caller, command):
        if command.process == hers[1]:
            raise NotFoundError("There is no such process, or it is not yours.")
        return await bury(self, caller, command)

    monkeypatch.setattr(engine.admin.erasing.__class__, "bury", gone)
    results = erase(server, dryRun=False, reason="Request 17").json()["results"]
    assert [item["erased"] for item in results] == [True, False, True, True, True]
    assert results[1]["reasons"][0]["code"] == "not-found"


def test_steps_meanwhile_do_not_keep_it_from_it(server, hers):
    """Whoever is late finds nothing; nothing of hers is left."""

    async def at_once():
        headers = {"authorization": f"Bearer {server.token('bob')}"}
        post = server.client.post
        steps = [post(f"/processes/{process}/note", headers=headers, json="x") for process in hers]
        admin = {"authorization": f"Bearer {server.token('admin')}"}
        body = {"participant": "user:alice", "dryRun": False, "reason": "Request 17"}
        erasing = post("/admin/processes/erase", headers=admin, json=body)
        return await asyncio.gather(*steps[:2], erasing, *steps[2:])

    answers = server.run(at_once())
    assert {answer.status_code for answer in answers} <= {200, 204, 404}
    assert all(item["erased"] for item in answers[2].json()["results"])
    assert find(server, "?participant=user:alice").json() == []


def test_the_same_again_makes_sure_of_the_files(server, hers, monkeypatch):
    """It is erased, but the files still held it: that is told, whatever is left to be erased."""
    engine, asked = server.app.edge.engine, []

    async def held(self):
        asked.append(True)
        if len(asked) < 3:
            raise UnavailableError("Ask again.")

    monkeypatch.setattr(engine.admin.store.__class__, "forget", held)
    body = {"dryRun": False, "reason": "Request 17"}
    statuses = [erase(server, **body).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]
    assert find(server).json() == []


def test_a_whole_number_may_be_written_with_a_point(server, hers):
    """In JSON 2.0 is an integer."""
    headers = {"content-type": "application/json"}
    text = b'{"participant": "user:alice", "limit": 2.0}'
    page = server.post("/admin/processes/erase", "admin", content=text, headers=headers)
    assert len(page.json()["results"]) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"participant": "alice"},
        {"participant": 1},
        {"dryRun": False},
        {"dryRun": False, "reason": ""},
        {"limit": 101},
        {"limit": 0},
        {"cursor": "x"},
        {"dryrun": False},
    ],
)
def test_what_erasing_needs(server, hers, body):
    assert erase(server, **body).status_code == 400
    assert len(find(server).json()) == 5


def test_they_are_for_operators(server, hers):
    assert find(server, who="alice").status_code == 403
    assert erase(server, "alice", dryRun=False, reason="Mine").status_code == 403
    assert len(find(server).json()) == 5
