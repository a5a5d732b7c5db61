"""Processes over HTTP: started, read, listed; and who sees them."""

from __future__ import annotations

import pytest

ABSENT = "00000000-0000-4000-8000-000000000000"


def test_a_started_process_waits_in_its_initial_state(server):
    answer = server.start()
    process = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/processes/{process['id']}"
    assert answer.headers["etag"] == f'"{process["events"][-1]["hash"]}"'
    assert answer.headers["last-modified"] == "Sun, 01 Mar 2026 09:00:00 GMT"
    assert process["current"]["key"] == "initial"


def test_a_process_starts_by_id_name_or_version(server):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    for wanted in (scenario, "approval", "approval@1.0.0"):
        answer = server.post("/processes", "alice", json={"scenario": wanted})
        assert answer.json()["scenario"]["id"] == scenario


def test_the_first_action_may_be_a_key_alone(server):
    assert server.start(action="note").json()["events"][-1]["action"] == "note"


def test_a_start_with_an_action_is_one_thing(server):
    process = server.start(action={"key": "ask", "response": {"amount": 7}}).json()
    assert process["current"]["key"] == "waiting"
    assert process["actors"]["employee"]["id"] == "alice"
    assert process["vars"]["amount"] == 7


def test_nothing_exists_when_the_first_action_is_refused(server):
    answer = server.start(action={"key": "ask", "response": {"amount": -1}})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/amount"
    assert server.get("/processes", "alice").json() == []


def test_actors_may_be_named(server):
    actors = {"manager": {"id": "claire", "title": "Claire"}}
    process = server.start(actors=actors).json()
    assert process["actors"]["manager"] == {**actors["manager"], "role": "management"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"scenario": 5}, "/scenario"),
        ({"scenario": "approval", "vars": {}}, ""),
        ({"scenario": "approval", "actors": []}, "/actors"),
        ({"scenario": "approval", "actors": {"manager": "bob"}}, "/actors/manager"),
        ({"scenario": "approval", "action": {"response": 1}}, "/action"),
        ({"scenario": "approval", "action": {"key": "ask", "to": 1}}, "/action"),
    ],
)
def test_a_start_that_is_no_start_is_refused(server, body, pointer):
    answer = server.post("/processes", "alice", json=body)
    assert answer.status_code == 400
    assert pointer in {error.get("pointer") for error in answer.json()["errors"]}


def test_an_unknown_property_is_told_the_nearest(server):
    answer = server.start(acton="ask")
    assert answer.json()["detail"] == 'Unknown property "acton". Did you mean "action"?'


@pytest.mark.parametrize("scenario", [ABSENT, "nothing", "approval@9.9.9"])
def test_an_unknown_scenario_is_refused(server, scenario):
    answer = server.post("/processes", "alice", json={"scenario": scenario})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:callboard:problem:scenario-unknown"


@pytest.mark.parametrize("path", [f"/processes/{ABSENT}", "/processes/no-uuid", "/processes/%00"])
def test_a_process_that_is_not_there_is_404(server, path):
    assert server.get(path, "admin").status_code == 404


def test_what_is_not_yours_is_as_if_it_were_not_there(server):
    path = server.asked("alice")
    foreign, absent = server.get(path, "david"), server.get(f"/processes/{ABSENT}", "david")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json() == absent.json()


def test_actors_and_operators_see_a_process(server):
    path = server.asked("alice")
    for who in ("alice", "bob", "admin"):
        assert server.get(path, who).status_code == 200


@pytest.mark.parametrize("name", ["predict", "prediction"])
def test_a_prediction_is_added_where_it_is_asked_for(server, name):
    path = server.asked()
    states = server.get(f"{path}?{name}=true", "alice").json()["next"]
    assert [state["key"] for state in states] == ["(approved)"]
    assert "next" not in server.get(path, "alice").json()
    assert (
        "next" in server.post(f"/processes?{name}", "alice", json={"scenario": "approval"}).json()
    )


def test_a_list_shows_the_callers_processes_newest_first(server):
    first = server.asked("alice").rpartition("/")[2]
    server.clock.move(minutes=1)
    second = server.asked("alice").rpartition("/")[2]
    server.clock.move(minutes=1)
    server.asked("claire")
    assert [item["id"] for item in server.get("/processes", "alice").json()] == [second, first]
    assert len(server.get("/processes", "bob").json()) == 3
    assert server.get("/processes", "david").json() == []


def test_a_summary_shows_what_a_process_is_about(server):
    server.asked("alice")
    (item,) = server.get("/processes", "alice").json()
    assert item["current"] == {"key": "waiting", "title": "waiting"}
    assert item["scenario"]["name"] == "approval"
    assert {"key": "employee", "title": "Employee", "id": "alice"} in item["actors"]
    assert item["created"] == item["lastUpdated"] == "2026-03-01T09:00:00.000Z"


def test_pages_lead_to_each_other(server):
    for _ in range(3):
        server.asked()
    page = server.get("/processes?page=2&limit=1", "alice")
    assert len(page.json()) == 1
    assert page.headers["link"] == (
        '</processes?page=1&limit=1>; rel="first", </processes?page=1&limit=1>; rel="prev", '
        '</processes?page=3&limit=1>; rel="next"'
    )
    assert "next" not in server.get("/processes?page=3&limit=1", "alice").headers["link"]
    assert server.get("/processes?page=4&limit=1", "alice").json() == []


def test_everybodys_processes_are_for_operators(server):
    server.asked("alice")
    assert server.get("/processes?all=true", "alice").status_code == 403
    assert len(server.get("/processes?all=true", "admin").json()) == 1
    assert server.get("/processes?all=false", "david").json() == []


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=1&page=2", "limit=101", "all=maybe", "pgae=1", "page="]
)
def test_a_query_that_makes_no_sense_is_refused(server, query):
    answer = server.get(f"/processes?{query}", "alice")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "query"
