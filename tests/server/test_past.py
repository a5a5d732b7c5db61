"""A process as it was: `?at`."""

from __future__ import annotations

import pytest


@pytest.fixture
def ended(empty):
    empty.store()
    path = empty.asked()
    empty.post(f"{path}/approve", "bob")
    return path


def test_as_it_was_by_index_and_by_hash(empty, ended):
    now = empty.get(ended, "alice").json()
    for index, event in enumerate(now["events"]):
        by_index = empty.get(ended, "alice", params={"at": str(index)})
        by_hash = empty.get(ended, "alice", params={"at": event["hash"]})
        assert by_index.status_code == 200, by_index.text
        assert by_index.json() == by_hash.json()
        assert by_index.json()["events"] == now["events"][: index + 1]
        assert by_index.headers["etag"] == f'"{event["hash"]}"'
    assert by_index.json() == now
    first = empty.get(ended, "alice", params={"at": "0", "predict": "true"}).json()
    assert first["isRunning"]
    assert first["next"]


@pytest.mark.parametrize("at", ["99", "-1", "x", "0" * 64, "9" * 150, "²"])
def test_an_event_that_is_not_there(empty, ended, at):
    assert empty.get(ended, "alice", params={"at": at}).status_code == 404


def test_the_past_of_somebody_else(empty, ended):
    assert empty.get(ended, "david", params={"at": "0"}).status_code == 404


def test_the_etag_of_the_past_is_none_of_the_present(empty, ended):
    was = empty.get(ended, "alice", params={"at": "0"}).headers["etag"]
    answer = empty.post(f"{ended}/approve", "bob", headers={"if-match": was})
    assert answer.status_code == 412
