"""Seeing through things at the edge: explain, validate, diagrams."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from callboard.examples import load_example
from tests.server.world import APPROVAL

YAML = {"content-type": "application/yaml"}


@pytest.fixture
def stored(empty):
    return empty.store()


@pytest.fixture
def waiting(empty, stored):
    return empty.asked()


def answers(empty, path, who="alice", **query):
    answer = empty.get(f"{path}/explain", who, params=query)
    assert answer.status_code == 200, answer.text
    return {(item["actor"], item["action"]): item for item in answer.json()["answers"]}


def test_explain_says_who_may_and_why_not(empty, waiting):
    found = answers(empty, waiting)
    assert found["manager", "approve"]["may"] == "yes"
    assert not found["manager", "approve"]["you"]
    refused = found["employee", "approve"]
    assert (refused["may"], refused["you"]) == ("no", True)
    assert [reason["code"] for reason in refused["reasons"]] == ["actor-not-allowed"]


def test_a_refusal_has_the_codes_that_explain_told(empty, waiting):
    told = answers(empty, waiting, action="approve", actor="employee")["employee", "approve"]
    refusal = empty.post(f"{waiting}/approve", "alice", headers={"as-actor": "employee"})
    assert refusal.status_code == 400
    codes = [error["code"] for error in refusal.json()["errors"]]
    assert codes == [reason["code"] for reason in told["reasons"]]


def test_explain_is_for_whoever_sees_the_process(empty, waiting):
    assert empty.get(f"{waiting}/explain", "david").status_code == 404


def test_explain_records_nothing(empty, waiting):
    before = empty.get(waiting, "alice").headers["etag"]
    answers(empty, waiting, action="approve", actor="employee")
    assert empty.get(waiting, "alice").headers["etag"] == before


def test_a_limited_key_learns_only_what_it_may_do(empty, waiting):
    limits = [{"scenario": "approval", "actors": ["manager"], "actions": ["reject"]}]
    body = {"name": "k", "privileges": ["process:read"], "processes": limits}
    token = empty.post("/apikey", "admin", json=body).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    found = empty.get(f"{waiting}/explain", headers=headers).json()["answers"]
    told = {(item["actor"], item["action"]): item for item in found}
    assert told["manager", "reject"]["may"] == "yes"
    assert told["manager", "approve"]["reasons"][0]["code"] == "key-limit"
    assert "response" not in told["employee", "note"]


@pytest.mark.parametrize("who", ["alice", "admin"])
def test_a_good_scenario_is_valid_and_not_stored(empty, who):
    text = load_example("expense-approval").encode()
    found = empty.post("/scenarios/validate", who, content=text, headers=YAML).json()
    assert (found["valid"], found["errors"], found["lint"]) == (True, [], [])
    assert empty.get(f"/scenarios/{found['id']}", who).status_code == 404
    assert found["normalized"]["title"]
    stored = empty.post("/scenarios", "admin", content=text, headers=YAML)
    assert stored.headers["location"] == f"/scenarios/{found['id']}"


@pytest.mark.parametrize(
    ("text", "keyword", "place"),
    [
        ("title: [", "text", (2, 1)),
        ("title: A\nstates:\n  initial: {on: 7, goto: (done)}\n", "type", (3, 17)),
    ],
)
def test_what_is_wrong_has_its_place(empty, text, keyword, place):
    found = empty.post("/scenarios/validate", "alice", content=text.encode(), headers=YAML).json()
    assert not found["valid"]
    assert keyword in {error["keyword"] for error in found["errors"]}
    assert place[0] in {error["line"] for error in found["errors"]}


def test_lint_findings_are_told_with_their_place(empty):
    text = (
        "title: A\nstates:\n  initial: {on: go, goto: (done)}\n  island: {on: go, goto: (done)}\n"
    )
    found = empty.post("/scenarios/validate", "alice", content=text.encode(), headers=YAML).json()
    assert found["valid"]
    (finding,) = [item for item in found["lint"] if item["code"] == "unreachable-state"]
    assert finding["line"] == 4


def test_a_diagram_is_mermaid_svg_or_dot(empty, stored):
    path = f"/scenarios/{stored}/diagram"
    assert empty.get(path, "alice").text.startswith("stateDiagram-v2")
    picture = empty.get(path, "alice", headers={"accept": "image/svg+xml"})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in picture.headers["content-security-policy"]
    assert ET.fromstring(picture.text).tag.endswith("svg")
    assert empty.get(f"{path}?format=dot", "alice").text.startswith("digraph")
    assert empty.get(f"{path}?format=gif", "alice").status_code == 400


def test_what_is_too_large_to_be_drawn_can_be_had_as_text(empty):
    states = "".join(f"  s{i}: {{on: go, goto: s{i + 1}}}\n" for i in range(300))
    last = "  s300: {on: go, goto: (done)}\n"
    large = empty.store("title: A\nstates:\n  initial: {on: go, goto: s0}\n" + states + last)
    path = f"/scenarios/{large}/diagram"
    refused = empty.get(f"{path}?format=svg", "alice")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "drawing")
    assert empty.get(path, "alice").status_code == 200


def test_a_diagram_shows_where_a_process_is(empty, stored, waiting):
    process = waiting.rpartition("/")[2]
    path = f"/scenarios/{stored}/diagram"
    marked = empty.get(path, "alice", params={"process": process})
    assert " current" in marked.text
    assert " visited" in marked.text
    assert empty.get(path, "david", params={"process": process}).status_code == 404
    other = empty.store(APPROVAL.replace("name: approval", "name: other"))
    answer = empty.get(f"/scenarios/{other}/diagram", "alice", params={"process": process})
    assert answer.status_code == 400
