"""Scenarios over HTTP: stored, listed, read in two formats, disabled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callboard.core.scenario.text import load
from tests.server.world import APPROVAL, world

YAML = {"content-type": "application/yaml"}
ABSENT = "00000000-0000-4000-8000-000000000000"


def test_a_stored_scenario_has_an_address_and_no_content(empty):
    answer = empty.post("/scenarios", "admin", content=APPROVAL.encode(), headers=YAML)
    assert answer.status_code == 201
    assert answer.content == b""
    assert empty.get(answer.headers["location"], "alice").json()["title"] == "Approval"


def test_the_same_content_has_the_same_id_in_json_and_yaml(empty):
    first = empty.store()
    document = empty.get(f"/scenarios/{first}", "alice").json()
    assert empty.store(json.dumps(document), "application/json") == first
    assert len(empty.get("/scenarios", "alice").json()) == 1


def test_a_list_shows_what_a_scenario_is(server):
    (item,) = server.get("/scenarios", "david").json()
    assert item | {"id": "-"} == {
        "id": "-",
        "name": "approval",
        "version": "1.0.0",
        "title": "Approval",
        "description": "Ask, decide",
        "tags": [],
    }


def test_a_scenario_without_a_type_is_read_as_what_it_looks_like(empty):
    assert empty.post("/scenarios", "admin", content=APPROVAL.encode()).status_code == 201
    text = json.dumps({"title": "J", "states": {"initial": {"on": "a", "goto": "(b)"}}})
    answer = empty.post("/scenarios", "admin", content=text.encode())
    assert answer.status_code in (201, 400)


@pytest.mark.parametrize("kind", ["application/yaml", "text/yaml", "application/x-yaml"])
def test_accept_chooses_yaml(server, kind):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    answer = server.get(f"/scenarios/{scenario}", "alice", headers={"accept": kind})
    assert answer.headers["content-type"] == "application/yaml; charset=utf-8"
    assert answer.headers["vary"] == "accept"
    assert load(answer.text) == server.get(f"/scenarios/{scenario}", "alice").json()


def test_a_large_scenario_is_read_in_yaml_too(empty):
    scenario = empty.store(APPROVAL + "notes: [" + "a long note, " * 3000 + "end]\n")
    answer = empty.get(f"/scenarios/{scenario}.yaml", "alice")
    assert load(answer.text) == empty.get(f"/scenarios/{scenario}", "alice").json()


def test_a_suffix_chooses_the_format_over_accept(server):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    as_yaml = server.get(f"/scenarios/{scenario}.yaml", "alice", headers={"accept": "*/*"})
    as_json = server.get(f"/scenarios/{scenario}.json", "alice", headers={"accept": "text/yaml"})
    assert as_yaml.headers["content-type"].startswith("application/yaml")
    assert as_json.headers["content-type"] == "application/json; charset=utf-8"
    assert "id" not in as_json.json()


def test_what_cannot_be_had_is_json(server):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    answer = server.get(f"/scenarios/{scenario}", "alice", headers={"accept": "image/png"})
    assert answer.json()["title"] == "Approval"


@pytest.mark.parametrize("wanted", [ABSENT, "no-uuid", "..%2f..", "%00", "a%20b"])
def test_an_id_that_is_nobodys_is_404(server, wanted):
    assert server.get(f"/scenarios/{wanted}", "alice").status_code == 404
    assert server.delete(f"/scenarios/{wanted}", "admin").status_code == 404


def test_a_disabled_scenario_is_readable_but_not_listed(server):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    assert server.delete(f"/scenarios/{scenario}", "admin").status_code == 204
    assert server.get("/scenarios", "alice").json() == []
    assert server.get(f"/scenarios/{scenario}", "alice").headers["x-disabled"] == "true"
    assert server.start().status_code == 400


def test_storing_it_again_enables_it(server):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    server.delete(f"/scenarios/{scenario}", "admin")
    assert server.store() == scenario
    assert "x-disabled" not in server.get(f"/scenarios/{scenario}", "alice").headers


def test_every_mistake_is_reported_at_once(empty):
    text = "title: 5\nactors: {a: 3}\nstates: {initial: {on: a, goto: nowhere}}\nactions: 7\n"
    answer = empty.post("/scenarios", "admin", content=text.encode(), headers=YAML)
    assert answer.status_code == 400
    places = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/title", "/actors/a", "/actions"} <= places


def test_read_only_refuses_to_store_and_to_disable(tmp_path: Path):
    with world(tmp_path, examples=True, **{"engine.read_only": True}) as server:
        scenario = server.get("/scenarios", "alice").json()[0]["id"]
        answer = server.post("/scenarios", "admin", content=APPROVAL.encode(), headers=YAML)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:callboard:problem:read-only"
        assert server.delete(f"/scenarios/{scenario}", "admin").status_code == 403


def test_development_mode_knows_the_examples(tmp_path: Path):
    with world(tmp_path, examples=True) as server:
        names = {item["name"] for item in server.get("/scenarios", "david").json()}
        assert {"expense-approval", "purchase-order"} <= names


def test_only_those_who_may_store_or_disable(server):
    scenario = server.get("/scenarios", "alice").json()[0]["id"]
    answer = server.post("/scenarios", "alice", content=APPROVAL.encode(), headers=YAML)
    assert answer.status_code == 403
    assert server.delete(f"/scenarios/{scenario}", "bob").status_code == 403
