"""Looking behind things, and what operators do, through the client."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from callboard.client import (
    Client,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PreconditionFailedError,
    Process,
)
from tests.client.conftest import Clients

EXPENSE = {"purpose": "Boat", "amount": 42.5, "date": "2026-02-27"}


def submitted(alice: Client) -> Process:
    return alice.start("expense-approval", action="submit", response=EXPENSE)


def test_it_is_told_who_may_and_why_not(client: Clients) -> None:
    process = submitted(client("alice"))
    explanation = client("alice").explain(process, action="approve")
    assert explanation.state.key == process.current.key
    may = {answer.actor: answer for answer in explanation.answers}
    assert may["manager"].may == "yes"
    assert not may["manager"].you
    assert [reason.code for reason in may["employee"].reasons] == ["actor-not-allowed"]


def test_a_scenario_is_checked_without_storing_it(client: Clients) -> None:
    admin = client("admin")
    found = admin.scenarios.validate("states:\n  initial: {on: a, goto: nowhere}\n")
    assert not found.valid
    assert any("nowhere" in error.message for error in found.errors)
    good = admin.scenarios.validate({"states": {"initial": {"on": "a", "goto": "(b)"}}})
    assert good.valid
    assert good.id not in {item.id for item in admin.scenarios.list()}


def test_a_scenario_is_drawn(client: Clients) -> None:
    alice = client("alice")
    process = submitted(alice)
    assert alice.scenarios.diagram(process.scenario).startswith("stateDiagram")
    svg = alice.scenarios.diagram(process.scenario, form="svg", process=process)
    assert "<svg" in svg


def test_an_operator_ends_a_process(client: Clients) -> None:
    seen = submitted(client("alice"))
    client("bob").step(seen, "send_back", {"remark": "Why?"})
    admin = client("admin")
    with pytest.raises(ForbiddenError):
        client("bob").admin.cancel(seen, "Mine!")
    with pytest.raises(PreconditionFailedError):
        admin.admin.cancel(seen, "By mistake", if_match=True)
    admin.admin.cancel(seen, "By mistake")
    admin.admin.cancel(seen, "By mistake")
    assert not admin.get(seen).is_running


def test_a_process_is_shown_as_it_was(client: Clients) -> None:
    seen = submitted(client("alice"))
    client("bob").step(seen, "approve")
    was = client("alice").get(seen, at=len(seen.events) - 1)
    assert was.current.key == seen.current.key
    assert client("alice").get(seen, at=seen.events[-1]["hash"]).raw == was.raw


def test_a_chain_is_checked_here_and_elsewhere(client: Clients, tmp_path: Path) -> None:
    process = submitted(client("alice"))
    proof = client("bob").verify(process)
    assert proof.ok, proof.message
    assert process.etag == f'"{proof.head}"'
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(client("bob").bundle(process)), encoding="utf-8")
    assert proof.compared == 1
    assert proof.checkpoints[-1].head == proof.head
    assert proof.checkpoints[-1].events == len(process.events)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(client("bob").signing_keys()), encoding="utf-8")
    command = [sys.executable, "-m", "callboard", "verify", str(file), "--keys", str(keys)]
    assert subprocess.run(command, check=False).returncode == 0


def test_an_erased_process_leaves_that_it_was(client: Clients) -> None:
    process = submitted(client("alice"))
    admin = client("admin")
    assert admin.admin.look(process).state == process.current.key
    left = admin.admin.erase(process, "Request 17")
    assert left.erased is not None
    assert left.erased["reason"] == "Request 17"
    with pytest.raises(NotFoundError):
        client("alice").get(process)


def test_the_processes_of_somebody_are_found_and_erased(client: Clients) -> None:
    processes = [submitted(client("alice")).id for _ in range(3)]
    admin = client("admin").admin
    assert [item.id for item in admin.find("user:alice", limit=2)][-3:] == processes
    tried = list(admin.erase_all("user:alice", limit=2))
    assert not any(item.erased for item in tried)
    done = list(admin.erase_all("user:alice", reason="Request 17", dry_run=False, limit=2))
    assert [item.process for item in done] == [item.process for item in tried]
    assert all(item.erased and not item.reasons for item in done)
    assert list(admin.find("user:alice")) == []
    proof = client("admin").verify(processes[0])
    assert proof.erased is not None
    assert (proof.ok, proof.erased["reason"], proof.earlier) == (True, "Request 17", ())


def test_operators_see_how_much_there_is(client: Clients) -> None:
    process = submitted(client("alice"))
    admin = client("admin").admin
    overview = admin.overview()
    [scenario] = [item for item in overview.scenarios if item["id"] == process.scenario]
    assert process.current.key in {item["state"] for item in scenario["states"]}
    assert overview.running > 0
    assert admin.storage()["fileBytes"] > 0


def test_processes_are_migrated_each_with_its_result(client: Clients) -> None:
    admin = client("admin")
    old = admin.scenarios.store(two_steps("1.0.0", "Old"))
    admin.scenarios.store(two_steps("2.0.0", "New"))
    processes = [admin.start(old, action="begin").id for _ in range(3)]
    tried = list(admin.admin.migrate_all(old, "two-steps@2.0.0", limit=2))
    assert {item.process for item in tried if item.fits} == set(processes)
    assert not any(item.migrated for item in tried)
    done = admin.admin.migrate(processes[0], "two-steps@2.0.0", reason="New", dry_run=False)
    assert done.migrated
    assert admin.get(processes[0]).scenario != old
    assert [chain.ok for chain in admin.admin.chains(processes[0])] == [True, True]
    with pytest.raises(ConflictError):
        admin.admin.migrate(processes[1], "purchase-order", reason="No", dry_run=False)


def two_steps(version: str, title: str) -> str:
    return f"""
        name: two-steps
        version: {version}
        title: {title}
        actions: {{begin: {{}}, end: {{}}}}
        states:
          initial: {{on: begin, goto: begun}}
          begun: {{on: end, goto: (ended)}}
        """
