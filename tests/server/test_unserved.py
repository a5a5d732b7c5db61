"""Services that scenarios name and nobody configured: said when it matters, and mended later."""

from __future__ import annotations

import logging

import pytest

from tests.server.staging import SUPPLY, free_port, staged
from tests.server.world import APPROVAL, world
from tests.transports.receiver import json_answer

STOCK = {"stock": {"provider": "webhook", "url": "http://127.0.0.1:9"}}
SAID = "a scenario names services that are not configured"


@pytest.fixture(autouse=True)
def listening(caplog):
    caplog.set_level(logging.WARNING, "callboard.services")


def warned(caplog):
    """Title and services of the warnings since the last time."""
    found = [(r.title, r.services) for r in caplog.records if r.message == SAID]
    caplog.clear()
    return found


def test_storing_a_scenario_warns(tmp_path, caplog):
    with world(tmp_path, services=STOCK) as server:
        server.store(APPROVAL)
        assert warned(caplog) == []
        server.store(SUPPLY)
        assert warned(caplog) == [("Supply", "carrier")]


def test_the_start_warns_of_what_is_enabled_and_stored(tmp_path, caplog):
    with world(tmp_path, services=STOCK | {"carrier": STOCK["stock"]}) as server:
        server.store(SUPPLY)
        gone = server.store(SUPPLY.replace("Supply", "Gone").replace("supply", "gone"))
        server.delete(f"/scenarios/{gone}", "admin")
        server.store(APPROVAL)
    with staged(tmp_path, {}) as stage:
        stage.until(lambda: SAID in caplog.text)
        assert warned(caplog) == [("Supply", "carrier, stock")]


def test_a_folder_is_warned_of_once_and_an_example_not_at_all(tmp_path, caplog):
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "supply.yaml").write_text(SUPPLY)
    more = {"scenarios.storage": "fs", "scenarios.path": str(folder), "scenarios.examples": True}
    for _ in range(2):
        with staged(tmp_path, {}, **more) as stage:
            stage.until_given_up(stage.order())
        assert warned(caplog) == [("Supply", "carrier, stock")]


def test_checking_a_scenario_says_it(tmp_path):
    with world(tmp_path, services=STOCK) as server:
        headers = {"content-type": "application/yaml"}
        answer = server.post("/scenarios/validate", "admin", content=SUPPLY, headers=headers)
    told = answer.json()
    found = [(f["severity"], f["pointer"]) for f in told["lint"] if f["code"] == "unknown-service"]
    assert told["valid"]
    assert ("warning", "/states/reserved/notify/service") in found
    assert {severity for severity, _ in found} == {"warning"}


def test_what_was_given_up_is_told_once_the_service_is_there(tmp_path):
    with staged(tmp_path, {}) as stage:
        stage.world.store(SUPPLY)
        process = stage.order()
        given_up = stage.until_given_up(process)
        assert given_up["last"]["detail"] == "No service of this name is configured."
    with staged(tmp_path, {"stock": free_port()}) as stage:
        stock = stage.service("stock", json_answer(b'{"count": 2}'))
        assert stage.state(process) == "ordered"
        retried = stage.world.post("/admin/notifications/retry", "admin", json={"service": "stock"})
        assert retried.json() == {"retried": 1}
        stage.until_state(process, "reserved")
        assert [seen.headers["webhook-id"] for seen in stock.told] == [given_up["id"]]
        assert [o for s, o, _ in stage.tries(process) if s == "stock"] == ["failed", "answered"]


def test_one_that_asks_for_its_tasks_is_not_told_and_nothing_is_given_up(tmp_path):
    services = {name: {"provider": "polling"} for name in ("stock", "carrier")}
    with staged(tmp_path, {}, services=services) as stage:
        stage.world.store(SUPPLY)
        process = stage.order()
        stage.until(lambda: stage.tries(process))
        assert stage.tries(process) == [("stock", "delivered", "")]
        key = {"name": "stock", "service": "stock", "privileges": ["process:read", "process:step"]}
        token = stage.world.post("/apikey", "admin", json=key).json()["token"]
        headers = {"authorization": f"Bearer {token}"}
        (task,) = stage.world.get("/tasks", headers=headers).json()
        assert task["process"]["id"] == process
        path = f"/processes/{process}/reserve"
        assert stage.world.post(path, json={"count": 2}, headers=headers).status_code == 204
        assert stage.state(process) == "reserved"
        assert stage.world.get("/admin/notifications", "admin").json() == []
