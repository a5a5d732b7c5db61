"""Replaying, migrating and verifying chains, against the vectors."""

import pytest

from callboard.core.process import migrate, replay, verify
from callboard.core.values import equal
from callboard.errors import ChainError
from tests.conformance.steps import assert_errors, compiled

VECTORS = "replay"


def test_replay(case: dict) -> None:
    if case["op"] == "verify":
        result = verify(case["events"])
        assert result.ok == case["ok"]
        assert (result.event, result.code) == (case.get("event"), case.get("code"))
        return
    if "error" in case:
        with pytest.raises(ChainError) as raised:
            rebuilt(case)
        assert raised.value.reason == case["error"]["code"]
        wanted = case["error"].get("errors", [])
        assert_errors([reason.as_json() for reason in raised.value.reasons], wanted)
        return
    actual = rebuilt(case)
    assert equal(actual, case["process"]), actual


def rebuilt(case: dict) -> dict:
    if case["op"] == "migrate":
        return migrate(compiled(case["onto"]), case["events"])
    return replay(compiled(case["scenario"]), case["events"], process=case.get("from"))
