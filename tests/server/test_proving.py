"""Proof at the edge: verify, and bundles that are checked without a server."""

from __future__ import annotations

import copy
import json

import pytest

from callboard.core.canonical import event_hash
from tests.cli.running import callboard


@pytest.fixture
def ended(empty):
    empty.store()
    path = empty.asked()
    empty.post(f"{path}/reject", "alice", headers={"as-actor": "employee"})
    empty.post(f"{path}/approve", "bob")
    return path


@pytest.fixture
def bundle(empty, ended):
    answer = empty.get(f"{ended}/bundle", "alice")
    assert answer.status_code == 200, answer.text
    return answer.json()


def checked(tmp_path, bundle):
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle), "utf-8")
    return callboard("verify", str(file))


def test_a_chain_that_holds(empty, ended):
    process = empty.get(ended, "alice").json()
    found = empty.get(f"{ended}/verify", "alice").json()
    head = process["events"][-1]["hash"]
    assert (found["ok"], found["events"], found["head"]) == (True, len(process["events"]), head)


@pytest.mark.parametrize("what", ["verify", "bundle"])
def test_only_for_whoever_sees_the_process(empty, ended, what):
    assert empty.get(f"{ended}/{what}", "david").status_code == 404


def test_a_bundle_is_checked_without_a_server(tmp_path, bundle):
    result = checked(tmp_path, bundle)
    assert result.exit_code == 0, result.output
    assert "not checked: whose key" in result.output


def _changed_event(bundle):
    bundle["process"]["events"][-1]["timestamp"] = "2000-01-01T00:00:00.000Z"


def _missing_event(bundle):
    del bundle["process"]["events"][1]


def _cut(bundle):
    del bundle["process"]["events"][-1]


def _changed_process(bundle):
    bundle["process"]["title"] = "Another"


def _more_process(bundle):
    bundle["process"]["added"] = True


def _other_scenario(bundle):
    bundle["scenario"]["title"] = "Another"


def _refusal_unsaid(bundle):
    """The skipped event counts, and the chain is hashed anew."""
    events = bundle["process"]["events"]
    at = next(i for i, event in enumerate(events) if event.get("skipped"))
    events[at].pop("errors", None)
    events[at]["skipped"] = False
    for before, event in zip(events[at - 1 :], events[at:], strict=False):
        event["previous"] = before["hash"]
        event["hash"] = event_hash(event)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_changed_event, "hash-mismatch"),
        (_missing_event, "link-mismatch"),
        (_cut, "document-mismatch"),
        (_changed_process, "document-mismatch"),
        (_more_process, "document-mismatch"),
        (_other_scenario, "scenario-mismatch"),
        (_refusal_unsaid, "should-be-skipped"),
    ],
)
def test_what_was_changed_shows(tmp_path, bundle, change, code):
    other = copy.deepcopy(bundle)
    change(other)
    result = checked(tmp_path, other)
    assert result.exit_code == 1, result.output
    assert code in result.output
