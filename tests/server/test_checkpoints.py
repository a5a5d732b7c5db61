"""Signed checkpoints: a chain that was made anew or cut shows, on the server and without it."""

from __future__ import annotations

import asyncio
import copy
import json

import pytest

from callboard.auth.signing import Ed25519Signer, new_key
from callboard.core.process import replay
from callboard.core.process.checkpoints import signed_text
from callboard.core.scenario.compile import compile_scenario
from callboard.settings import SettingsError
from tests.cli.running import callboard
from tests.server.forging import forge, hash_anew, put_aside
from tests.server.world import world

KEYS = "/.well-known/callboard-keys"


def begun(made):
    """A process with three events, signed when it had two, and its bundle."""
    made.store()
    path = made.asked()
    signed = made.get(f"{path}/verify", "alice").json()
    made.post(f"{path}/approve", "bob")
    return path, signed


@pytest.fixture
def path(tmp_path):
    """The path of a process that is verified before its last step; the server has stopped."""
    with world(tmp_path) as made:
        path, _ = begun(made)
        made.get(f"{path}/bundle", "alice")
    return path


@pytest.fixture
def taken(tmp_path):
    """A bundle, and the published keys."""
    with world(tmp_path) as made:
        path, _ = begun(made)
        return made.get(f"{path}/bundle", "alice").json(), made.get(KEYS).json()


def verified(folder, path, **settings):
    with world(folder, **settings) as made:
        answer = made.get(f"{path}/verify", "alice")
        assert answer.status_code == 200, answer.text
        return answer.json()


def identity(path):
    return path.removeprefix("/processes/")


def other_amount(events):
    asked = next(event for event in events if event.get("action") == "ask")
    asked["response"]["amount"] = 5_000


def without_last(events):
    del events[-1]


def test_a_head_is_signed_once_and_the_key_outlives_a_restart(tmp_path, path, stored):
    before = stored.query("SELECT events, at, kid, signature FROM checkpoints")
    found = verified(tmp_path, path)
    assert found["ok"]
    assert found["compared"] == len(before) == len(found["checkpoints"]) == 2
    assert stored.query("SELECT events, at, kid, signature FROM checkpoints") == before
    with world(tmp_path) as made:
        (key,) = made.get(KEYS).json()["keys"]
    assert {kid for _, _, kid, _ in before} == {key["kid"]}
    assert len(stored.query("SELECT 1 FROM settings WHERE name = 'signing-key'")) == 1


def test_published_keys_have_no_private_parts(empty):
    answer = empty.get(KEYS)
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert answer.headers["cache-control"] == "public, max-age=300"


def test_a_chain_made_anew_shows(tmp_path, path, stored):
    forge(stored, identity(path), other_amount)
    found = verified(tmp_path, path)
    assert (found["ok"], found["code"]) == (False, "checkpoint-mismatch")
    assert found["event"] == found["checkpoints"][0]["events"] - 1
    with world(tmp_path) as made:
        assert made.get(path, "alice").json()["vars"]["amount"] == 5_000
        bundle = made.get(f"{path}/bundle", "alice").json()
    assert bundle["process"]["events"][-1]["hash"] not in [
        item["head"] for item in bundle["checkpoints"]
    ]
    assert "checkpoint-mismatch" in checked(tmp_path, bundle)


def _begun_before(events):
    events[0]["timestamp"] = "2020-01-01T00:00:00.000Z"
    other_amount(events)


def _as_migrated(events):
    """The chain names the head of the true one, as if it had come from there."""
    events[0]["migrated"] = {"scenario": events[0]["scenario"], "head": events[-1]["hash"]}
    other_amount(events)


@pytest.mark.parametrize("change", [other_amount, _begun_before, _as_migrated])
def test_a_chain_made_anew_shows_with_the_true_one_among_the_old_ones(
    tmp_path, path, stored, change
):
    put_aside(stored, identity(path))
    forge(stored, identity(path), change)
    assert verified(tmp_path, path).get("code") == "checkpoint-mismatch"


def test_a_chain_without_events_is_no_failure_of_the_server(tmp_path, path, stored):
    stored.change("DELETE FROM events")
    assert not verified(tmp_path, path)["ok"]


def test_a_cut_chain_shows(tmp_path, path, stored):
    forge(stored, identity(path), without_last)
    found = verified(tmp_path, path)
    assert (found["ok"], found["code"]) == (False, "checkpoint-mismatch")
    assert found["message"].startswith("The chain was cut")
    assert found["event"] == found["events"]


def test_a_forged_checkpoint_shows(tmp_path, path, stored):
    """The chain is made anew, and so are the checkpoints, by a key that is not the engine's."""
    forge(stored, identity(path), other_amount)
    stored.change("DELETE FROM checkpoints")
    forger = Ed25519Signer(new_key())
    (version, head), *_ = stored.query("SELECT version, head FROM processes")
    told = {"process": identity(path), "events": version, "head": head, "at": "x"}
    for kid in (forger.kid, stored.query("SELECT substr(name, 12) FROM settings")[0][0]):
        signature = forger.sign(signed_text(told | {"kid": kid}))
        row = (*told.values(), kid, signature)
        stored.change("DELETE FROM checkpoints")
        stored.change("INSERT INTO checkpoints VALUES ($1, $2, $3, $4, $5, $6)", *row)
        assert verified(tmp_path, path)["code"] == "checkpoint-signature"


def test_keys_change_and_what_the_old_one_signed_still_counts(tmp_path, path):
    first, second = new_key(), tmp_path / "key.pem"
    second.write_text(new_key())
    kids = []
    for key in (first.replace("\n", "\\n"), str(second)):
        with world(tmp_path, **{"auth.signing_key": key}) as made:
            assert made.get(f"{path}/verify", "alice").json()["ok"]
            kids.append([item["kid"] for item in made.get(KEYS).json()["keys"]])
    assert kids[0][0] == Ed25519Signer(first).kid
    assert kids[1][0] == Ed25519Signer(second.read_text()).kid
    assert set(kids[0]) < set(kids[1])
    assert len(kids[1]) == 3


@pytest.mark.parametrize("key", ["/nowhere/key.pem", "-----BEGIN PRIVATE KEY-----\nx", "no key"])
def test_a_key_that_cannot_be_used_is_found_before_the_database_is_made(tmp_path, key, stored):
    with pytest.raises(SettingsError, match=r"auth\.signing_key"):
        verified(tmp_path, "", **{"auth.signing_key": key})
    assert stored.tables() == set()


def test_steps_and_reads_sign_nothing(tmp_path, stored):
    with world(tmp_path) as made:
        made.store()
        made.get(made.asked(), "alice")
    assert stored.query("SELECT * FROM checkpoints") == []


def test_what_has_ended_is_signed_before_anybody_asks(tmp_path, stored):
    with world(tmp_path, **{"engine.checkpoint_seconds": 0.01}) as made:
        made.store()
        path = made.asked()
        made.post(f"{path}/approve", "bob")
        for _ in range(200):
            if stored.query("SELECT 1 FROM checkpoints"):
                break
            made.run(asyncio.sleep(0.02))
    forge(stored, identity(path), other_amount)
    assert verified(tmp_path, path).get("code") == "checkpoint-mismatch"


def checked(folder, bundle, *options, code=1):
    file = folder / "bundle.json"
    file.write_text(json.dumps(bundle), "utf-8")
    result = callboard("verify", str(file), *options)
    assert result.exit_code == code, result.output
    return result.output


def saved(folder, keys):
    file = folder / "keys.json"
    file.write_text(json.dumps(keys), "utf-8")
    return ("--keys", str(file))


def test_with_saved_keys_a_bundle_is_the_engines_word(tmp_path, taken):
    bundle, keys = taken
    told = checked(tmp_path, bundle, *saved(tmp_path, keys), code=0)
    assert f"signed by the key {keys['keys'][0]['kid']}" in told
    assert "not checked: whose key" not in told
    assert "not checked: whether the process has gone on" in told


def made_anew(bundle):
    """The chain, the process, the checkpoints and the key, all made anew, so that they hold."""
    other = copy.deepcopy(bundle)
    events = other["process"]["events"]
    other_amount(events)
    hash_anew(events)
    document = {name: value for name, value in other["scenario"].items() if name != "id"}
    made = replay(compile_scenario(document), events)
    other["process"] = {**made, "scenario": other["process"]["scenario"], "events": events}
    forger = Ed25519Signer(new_key())
    told = {name: bundle["checkpoints"][-1][name] for name in ("process", "events", "at")}
    told |= {"head": events[-1]["hash"], "kid": forger.kid}
    other["checkpoints"] = [told | {"signature": forger.sign(signed_text(told))}]
    other["keys"] = list(forger.public_keys())
    return other


def test_a_bundle_by_another_key_shows_only_with_saved_keys(tmp_path, taken):
    bundle, keys = taken
    other = made_anew(bundle)
    assert "not checked: whose key" in checked(tmp_path, other, code=0)
    assert "unknown-key" in checked(tmp_path, other, *saved(tmp_path, keys))


def test_the_name_of_a_key_is_not_believed(tmp_path, taken):
    bundle, keys = taken
    other = made_anew(bundle)
    other["keys"][0]["kid"] = other["checkpoints"][0]["kid"] = keys["keys"][0]["kid"]
    assert "unknown-key" in checked(tmp_path, other, *saved(tmp_path, keys))


def _signature(bundle):
    bundle["checkpoints"][-1]["at"] = "2020-01-01T00:00:00.000Z"


def _no_key(bundle):
    bundle["keys"] = []


def _other_head(bundle):
    bundle["checkpoints"] = [bundle["checkpoints"][0] | {"head": "0" * 64}]


def _nonsense(bundle):
    bundle["checkpoints"][0]["signature"] = "ä"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_signature, "checkpoint-signature"),
        (_no_key, "unknown-key"),
        (_other_head, "checkpoint-signature"),
        (_nonsense, "checkpoint-signature"),
    ],
)
def test_changed_checkpoints_show(tmp_path, taken, change, code):
    bundle, _ = taken
    change(bundle)
    assert code in checked(tmp_path, bundle)


@pytest.mark.parametrize("kept", [0, 1])
def test_what_is_not_signed_is_said_and_with_keys_refused(tmp_path, taken, kept):
    bundle, keys = taken
    del bundle["checkpoints"][kept:]
    assert "not checked: who made the chain" in checked(tmp_path, bundle, code=0)
    assert "unsigned:" in checked(tmp_path, bundle, *saved(tmp_path, keys))


@pytest.mark.parametrize(
    "change",
    [{"checkpoints": {}}, {"checkpoints": [{}]}, {"checkpoints": ["x"]}],
)
def test_nonsense_for_checkpoints_is_a_sentence(tmp_path, taken, change):
    assert "checkpoint" in checked(tmp_path, taken[0] | change, code=3)


def test_nonsense_for_keys_is_a_sentence(tmp_path, taken):
    assert "these are no keys" in checked(tmp_path, taken[0], *saved(tmp_path, []), code=3)
