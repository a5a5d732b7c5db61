"""Operators, over HTTP."""

from __future__ import annotations

import pytest


@pytest.fixture
def path(server):
    return server.asked()


def cancel(server, path, who="admin", body=None, **more):
    return server.post(f"/admin{path}/cancel", who, json=body or {"reason": "Twice"}, **more)


def test_a_process_is_cancelled(server, path):
    answer = cancel(server, path)
    assert answer.status_code == 204
    shown = server.get(path, "bob")
    assert shown.headers["etag"] == answer.headers["etag"]
    assert shown.json()["isRunning"] is False
    assert shown.json()["previous"][-1]["description"] == "Twice"
    assert cancel(server, path).headers["etag"] == answer.headers["etag"]
    assert server.post(f"{path}/approve", "bob").status_code == 400


def test_cancelling_an_ended_process_is_409(server, path):
    server.post(f"{path}/approve", "bob")
    answer = cancel(server, path)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:callboard:problem:ended"


def test_cancelling_keeps_the_condition(server, path):
    assert cancel(server, path, headers={"if-match": '"old"'}).status_code == 412
    etag = server.get(path, "bob").headers["etag"]
    assert cancel(server, path, headers={"if-match": etag}).status_code == 204


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": 1}, {"reason": "x", "y": 1}, []])
def test_cancelling_needs_a_reason(server, path, body):
    answer = server.post(f"/admin{path}/cancel", "admin", json=body)
    assert answer.status_code == 400
    assert server.get(path, "bob").json()["isRunning"] is True


def test_operators_only(server, path):
    assert cancel(server, path, who="bob").status_code == 403
    assert cancel(server, "/processes/00000000-0000-4000-8000-000000000000").status_code == 404
    assert cancel(server, "/processes/nothing").status_code == 404
