"""Checkpoints against chains, without keys."""

from __future__ import annotations

import pytest

from callboard.core.process.checkpoints import contradicted

CHAIN = [{"hash": "a"}, {"hash": "b"}, {"hash": "c"}]


def checkpoint(events, head, process="p"):
    return {"process": process, "events": events, "head": head, "at": "then"}


def test_each_place_of_a_chain_fits():
    fitting = [checkpoint(1, "a"), checkpoint(2, "b"), checkpoint(3, "c")]
    assert contradicted(fitting, CHAIN, "p") is None


@pytest.mark.parametrize(
    ("wrong", "event"),
    [
        (checkpoint(2, "x"), 1),
        (checkpoint(2, "b", process="other"), 1),
        (checkpoint(4, "d"), 3),
        (checkpoint(0, "a"), 0),
        (checkpoint(True, "a"), 0),
        (checkpoint("1", "a"), 0),
    ],
)
def test_what_fits_no_place_is_told_with_its_event(wrong, event):
    proof = contradicted([checkpoint(1, "a"), wrong], CHAIN, "p")
    assert proof is not None
    assert (proof.code, proof.event) == ("checkpoint-mismatch", event)


def test_the_earliest_is_told():
    proof = contradicted([checkpoint(3, "x"), checkpoint(2, "y")], CHAIN, "p")
    assert proof is not None
    assert proof.event == 1
