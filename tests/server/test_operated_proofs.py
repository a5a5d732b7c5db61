"""Proof of processes that operators migrated and erased: on the server, and from a bundle."""

from __future__ import annotations

import copy
import json

import pytest

from tests.cli.running import callboard
from tests.server.forging import hash_anew
from tests.server.world import APPROVAL


@pytest.fixture
def path(empty):
    """A process that was migrated twice."""
    empty.store()
    path = empty.asked()
    for version in ("2.0.0", "3.0.0"):
        to = empty.store(APPROVAL.replace("1.0.0", version))
        body = {"to": to, "dryRun": False, "reason": f"Rules {version}"}
        assert empty.post(f"/admin{path}/migrate", "admin", json=body).status_code == 200
    return path


@pytest.fixture
def erased(empty, path):
    answer = empty.post(f"/admin{path}/erase", "admin", json={"reason": "Request 17"})
    assert answer.status_code == 200
    return path


def verified(empty, path, who="alice"):
    answer = empty.get(f"{path}/verify", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def bundled(empty, path, who="alice"):
    answer = empty.get(f"{path}/bundle", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def checked(folder, bundle, *options, code=0):
    file = folder / "bundle.json"
    file.write_text(json.dumps(bundle), "utf-8")
    result = callboard("verify", str(file), *options)
    assert result.exit_code == code, result.output
    return result.output


def test_the_chains_before_are_checked_and_their_link_is_told(empty, path):
    found = verified(empty, path)
    assert (found["ok"], found["events"]) == (True, 2)
    first, second = found["earlier"]
    assert (first["ok"], first["events"], second["ok"]) == (True, 2, True)
    assert first["migrated"]["head"] == first["head"]
    assert (first["migrated"]["by"], first["migrated"]["reason"]) == ("admin", "Rules 2.0.0")
    assert second["migrated"] == empty.get(path, "alice").json()["events"][0]["migrated"]
    assert first["scenario"] == first["migrated"]["scenario"]


def test_a_process_that_was_never_migrated_has_none(empty):
    empty.store()
    path = empty.asked()
    assert not {"earlier", "erased"} & verified(empty, path).keys()
    assert "earlier" not in bundled(empty, path)


@pytest.mark.parametrize(
    ("sql", "which"),
    [
        ("UPDATE old_events SET event = replace(event, '5', '6') WHERE seq = 1 AND chain = 0", 0),
        ("DELETE FROM old_events WHERE seq = 1 AND chain = 0", 1),
        ("DELETE FROM old_events WHERE chain = 1", None),
        ("DELETE FROM old_events", None),
    ],
)
def test_an_earlier_chain_that_was_changed_or_cut_or_taken_away_shows(
    empty, path, stored, sql, which
):
    assert stored.change(sql)
    found = verified(empty, path)
    assert (found["ok"], found["code"]) == (False, "earlier-chain")
    if which is not None:
        assert [chain["ok"] for chain in found["earlier"]].index(False) == which


def test_a_bundle_carries_the_chains_before(empty, path, tmp_path):
    bundle = bundled(empty, path)
    told = checked(tmp_path, bundle)
    assert told.count("migrated at 2026-03-01T09:00:00.000Z by admin (Rules ") == 2
    assert len(bundle["earlier"]) == 2
    assert "erased" not in told


def _changed(bundle):
    bundle["earlier"][0]["events"][1]["timestamp"] = "2000-01-01T00:00:00.000Z"


def _anew(bundle):
    """Hashes and links hold; but the chain after it names another head."""
    _changed(bundle)
    hash_anew(bundle["earlier"][0]["events"])


def _last_anew(bundle):
    bundle["earlier"][1]["events"][1]["timestamp"] = "2000-01-01T00:00:00.000Z"
    hash_anew(bundle["earlier"][1]["events"])


def _without_the_oldest(bundle):
    del bundle["earlier"][0]


def _without_the_newest(bundle):
    del bundle["earlier"][1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_changed, "earlier chain 0, event 1: hash-mismatch"),
        (_anew, "earlier chain 1, event 0: link-mismatch"),
        (_last_anew, "earlier chain 1, event 1: link-mismatch"),
        (_without_the_oldest, "earlier chain 0, event 0: link-mismatch"),
        (_without_the_newest, "event 0: link-mismatch: it does not go on"),
    ],
)
def test_an_earlier_chain_of_a_bundle_that_was_changed_shows(empty, path, tmp_path, change, told):
    bundle = copy.deepcopy(bundled(empty, path))
    change(bundle)
    assert told in checked(tmp_path, bundle, code=1)


def test_a_bundle_without_the_chains_before_says_what_was_not_checked(empty, path, tmp_path):
    bundle = bundled(empty, path)
    del bundle["earlier"]
    head = bundle["process"]["events"][0]["migrated"]["head"]
    assert f"not checked: the chain that it had before, up to {head}" in checked(tmp_path, bundle)


@pytest.mark.parametrize("earlier", [{}, [1], [{"events": []}], [{"events": [1]}], [{}]])
def test_earlier_chains_that_are_none_are_refused(empty, path, tmp_path, earlier):
    checked(tmp_path, bundled(empty, path) | {"earlier": earlier}, code=3)


def test_a_reason_cannot_move_a_terminal(empty, path, tmp_path):
    bundle = bundled(empty, path)
    events = bundle["process"]["events"]
    events[0]["migrated"]["reason"] = "\x1b[2J\nall is well"
    hash_anew(events)
    bundle["checkpoints"] = []
    assert "(?[2J?all is well)" in checked(tmp_path, bundle)


def test_of_an_erased_process_operators_are_told_what_the_links_show(empty, erased):
    found = verified(empty, erased, "admin")
    assert (found["ok"], found["events"]) == (True, 2)
    assert found["erased"]["events"] == 6
    assert (found["erased"]["by"], found["erased"]["reason"]) == ("admin", "Request 17")
    assert [chain["ok"] for chain in found["earlier"]] == [True, True]
    assert found["head"] == empty.get(f"/admin{erased}", "admin").json()["head"]


@pytest.mark.parametrize("what", ["verify", "bundle"])
def test_to_others_it_never_was(empty, erased, what):
    for who in ("alice", "bob", "david"):
        assert empty.get(f"{erased}/{what}", who).status_code == 404


def _other_link(chains):
    chains[2][1]["previous"] = "x"


def _without_a_chain(chains):
    del chains[0]


def _without_the_last_link(chains):
    del chains[2][1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_other_link, "link"),
        (_without_a_chain, "earlier-chain"),
        (_without_the_last_link, "head-mismatch"),
    ],
)
def test_links_that_were_changed_show(empty, erased, stored, change, code):
    ((text,),) = stored.query("SELECT chains FROM tombstones")
    chains = json.loads(text)
    change(chains)
    assert stored.change("UPDATE tombstones SET chains = $1", json.dumps(chains))
    shows(empty, erased, code)


def test_a_head_that_was_changed_shows(empty, erased, stored):
    assert stored.change("UPDATE tombstones SET head = 'x'")
    shows(empty, erased, "head-mismatch")


def shows(empty, erased, code):
    found = verified(empty, erased, "admin")
    assert found["ok"] is False
    assert found["code"].startswith(code)


def test_the_bundle_of_an_erased_process_has_links_only(empty, erased, tmp_path):
    bundle = bundled(empty, erased, "admin")
    assert bundle["process"].keys() == {"id", "scenario", "erased", "events"}
    for chain in (bundle["process"], *bundle["earlier"]):
        for event in chain["events"]:
            assert event.keys() <= {"previous", "hash", "erased"}
    told = checked(tmp_path, bundle)
    assert "2 of 2 events are erased: what they were cannot be checked" in told
    assert "4 of 4 events are erased" in told
    assert "by admin (Request 17)" in told
    assert "replayed" not in told


@pytest.mark.parametrize(("of", "who"), [("path", "alice"), ("erased", "admin")])
def test_with_saved_keys_it_is_the_servers_word(empty, request, tmp_path, of, who):
    path = request.getfixturevalue(of)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(empty.get("/.well-known/callboard-keys").json()), "utf-8")
    saved = ("--keys", str(keys))
    bundle = bundled(empty, path, who)
    assert "1 signed checkpoint fits" in checked(tmp_path, bundle, *saved)
    bundle["checkpoints"] = []
    assert "unsigned" in checked(tmp_path, bundle, *saved, code=1)


def test_links_that_the_server_did_not_sign_show(empty, erased, tmp_path):
    bundle = bundled(empty, erased, "admin")
    bundle["process"]["events"][-1]["hash"] = "0" * 64
    assert "checkpoint-mismatch" in checked(tmp_path, bundle, code=1)


def test_what_was_changed_in_the_bundle_of_an_erased_process_shows(empty, erased, tmp_path):
    bundle = bundled(empty, erased, "admin")
    events = bundle["process"]["events"]
    other = copy.deepcopy(bundle)
    other["process"]["events"][1]["previous"] = "0" * 64
    assert "event 1: link-mismatch" in checked(tmp_path, other, code=1)
    other = copy.deepcopy(bundle)
    other["process"]["events"][1] = {"action": "ask", "hash": events[1]["hash"]}
    assert "event 1: not-erased" in checked(tmp_path, other, code=1)
    other = copy.deepcopy(bundle)
    other["process"]["events"] = []
    checked(tmp_path, other, code=3)


def test_an_export_with_erased_events_says_how_many(empty, path, tmp_path):
    process = empty.get(path, "alice").json()
    events = process["events"]
    del events[0]["migrated"]
    hash_anew(events)
    events[1] = {"previous": events[1]["previous"], "hash": events[1]["hash"], "erased": True}
    assert "1 of 2 events are erased" in checked(tmp_path, process)


def test_a_chain_before_that_the_present_one_did_not_take_along_shows(empty, path, tmp_path):
    """Each holds, and names the head of the one before."""
    bundle = bundled(empty, path)
    older, events = bundle["earlier"][1]["events"], bundle["process"]["events"]
    del older[0]["migrated"]
    older[1]["timestamp"] = "2026-03-01T08:00:00.000Z"
    hash_anew(older)
    events[0]["migrated"]["head"] = older[-1]["hash"]
    hash_anew(events)
    bundle |= {"earlier": [{"events": older}], "checkpoints": []}
    assert "event 1: link-mismatch: it does not go on" in checked(tmp_path, bundle, code=1)
