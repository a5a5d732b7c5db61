"""Chains whose hashes only the holder of a secret can make."""

import pytest

from callboard import chain, compile, hmac, instantiate, load, normalize, replay, step, verify
from callboard.errors import ChainError

AT = "2026-01-01T00:00:00.000Z"
SCENARIO = "states: {initial: {on: go, goto: next}, next: {on: go, goto: (done)}}"


def played(secret: bytes) -> dict:
    scenario = compile(normalize(load(SCENARIO)), hasher=hmac(secret))
    outcome = instantiate(scenario, process_id="p", at=AT, histories=True)
    outcome = step(scenario, outcome.process, action="go", actor="nobody", at=AT)
    return step(scenario, outcome.process, action="go", actor="actor", at=AT).process


def test_a_keyed_chain_holds_for_its_key_only() -> None:
    events = played(b"secret")["events"]
    assert verify(events, hasher=hmac(b"secret")).ok
    assert verify(events).code == "hash-mismatch"
    assert chain(events, hmac(b"secret")) == events


def test_a_keyed_chain_is_replayed_by_who_has_the_key() -> None:
    process = played(b"secret")
    own = compile(normalize(load(SCENARIO)), hasher=hmac(b"secret"))
    assert replay(own, process["events"]) == process
    with pytest.raises(ChainError, match="its hash does not fit"):
        replay(compile(normalize(load(SCENARIO))), process["events"])
