"""Operators, over HTTP."""

from __future__ import annotations

import pytest

from tests.server.world import APPROVAL


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


@pytest.fixture
def newer(server, path):
    """The newer versions of the scenario: one that fits, one that does not."""
    fitting = APPROVAL.replace("1.0.0", "2.0.0").replace("Ask, decide", "Ask; decide")
    strict = APPROVAL.replace("1.0.0", "3.0.0").replace("Minimum: 0}", "Minimum: 50}")
    assert strict.count("exclusiveMinimum: 50") == 1
    return server.store(fitting), server.store(strict)


def migrate(server, path, to, who="admin", **more):
    return server.post(f"/admin{path}/migrate", who, json={"to": f"approval@{to}", **more})


def test_a_dry_run_tells_what_fits(server, path, newer):
    etag = server.get(path, "bob").headers["etag"]
    fits = migrate(server, path, "2.0.0").json()
    strict = migrate(server, path, "3.0.0").json()
    assert (fits["fits"], fits["migrated"], fits["state"]) == (True, False, "waiting")
    assert (strict["fits"], strict["reasons"][0]["event"]) == (False, 1)
    assert server.get(path, "bob").headers["etag"] == etag


def test_a_process_is_migrated(server, path, newer):
    before = server.get(path, "bob").json()
    answer = migrate(server, path, "2.0.0", dryRun=False, reason="New rules")
    assert answer.json()["migrated"] is True
    after = server.get(path, "bob").json()
    assert after["scenario"]["id"] == newer[0]
    assert after["events"][0]["migrated"]["head"] == before["events"][-1]["hash"]
    chains = server.get(f"/admin{path}/chains", "admin").json()
    assert [chain["verification"]["ok"] for chain in chains] == [True, True]
    assert chains[0]["events"] == before["events"]
    assert server.post(f"{path}/approve", "bob").status_code == 204


def test_what_does_not_fit_is_409_with_its_reasons(server, path, newer):
    answer = migrate(server, path, "3.0.0", dryRun=False, reason="New rules")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:callboard:problem:unfit"
    assert answer.json()["errors"][0]["errors"][0]["code"] == "response-invalid"


def test_a_scenario_is_migrated_page_by_page(server, path):
    server.asked()
    scenario = server.get(path, "bob").json()["scenario"]["id"]
    newer = server.store(APPROVAL.replace("1.0.0", "2.0.0"))
    body = {"to": newer, "dryRun": False, "reason": "New rules", "limit": 1}
    where = f"/admin/scenarios/{scenario}/migrate"
    seen = []
    for _ in range(3):
        page = server.post(where, "admin", json=body).json()
        seen += [result["process"] for result in page["results"] if result["migrated"]]
        if "next" not in page:
            break
        body["cursor"] = page["next"]
    assert len(set(seen)) == 2
    assert server.get(path, "bob").json()["scenario"]["id"] == newer


@pytest.mark.parametrize(
    "body",
    [{}, {"to": "none"}, {"to": "approval", "dryRun": False}, {"to": "approval", "cursor": "x"}],
)
def test_what_a_migration_needs(server, path, body):
    scenario = server.get(path, "bob").json()["scenario"]["id"]
    answer = server.post(f"/admin/scenarios/{scenario}/migrate", "admin", json=body)
    assert answer.status_code == 400


def test_migrations_are_for_operators(server, path, newer):
    assert migrate(server, path, "2.0.0", who="bob").status_code == 403
    assert server.get(f"/admin{path}/chains", "bob").status_code == 403
    unknown = "/processes/00000000-0000-4000-8000-000000000000"
    assert migrate(server, unknown, "2.0.0").status_code == 404
    assert migrate(server, "/scenarios/x", "2.0.0").status_code == 404


def erase(server, path, who="admin", **more):
    return server.post(f"/admin{path}/erase", who, json={"reason": "Request 17"}, **more)


def test_a_process_is_erased(server, path):
    before = server.get(f"/admin{path}", "admin").json()
    answer = erase(server, path)
    assert answer.status_code == 200
    assert answer.json()["erased"]["reason"] == "Request 17"
    assert "state" not in answer.json()
    assert answer.json()["head"] == before["head"]
    assert server.get(f"/admin{path}", "admin").json() == answer.json()
    assert server.get(f"/admin{path}/chains", "admin").json()[0]["verification"] == {
        "ok": True,
        "erased": 2,
    }


def test_operators_are_told_that_it_was_erased_and_nobody_else(server, path):
    erase(server, path)
    gone = server.get(path, "admin")
    assert gone.status_code == 410
    assert gone.json()["type"] == "urn:callboard:problem:erased"
    assert server.get(path, "alice").status_code == 404
    assert server.get("/processes", "alice").json() == []


def test_erasing_keeps_the_condition_and_is_for_operators(server, path):
    assert erase(server, path, who="bob").status_code == 403
    assert server.get(f"/admin{path}", "bob").status_code == 403
    assert erase(server, path, headers={"if-match": '"old"'}).status_code == 412
    assert erase(server, "/processes/nothing").status_code == 404
    assert server.get("/admin/processes/nothing", "admin").status_code == 404


def test_processes_are_counted_by_scenario_and_state(server, path):
    server.post(f"{server.asked()}/approve", "bob")
    shown = server.get("/admin/overview", "admin").json()
    assert (shown["running"], shown["ended"]) == (1, 1)
    (scenario,) = shown["scenarios"]
    assert scenario["name"] == "approval"
    assert {state["state"]: state["count"] for state in scenario["states"]} == {
        "(approved)": 1,
        "waiting": 1,
    }
    figures = server.get("/admin/storage", "admin").json()
    assert figures["processes"] == 2
    assert {"name": "processes", "rows": 2, "basis": "counted"} in figures["tables"]
    for where in ("overview", "storage"):
        assert server.get(f"/admin/{where}", "bob").status_code == 403
