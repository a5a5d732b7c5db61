"""A server that is killed a hundred times: nothing is lost, doubled or early."""

from __future__ import annotations

import secrets

from tests.acceptance.crashing import play

CRASHES = 100


def test_a_hundred_crashes_lose_and_double_nothing(tmp_path, run):
    seed = secrets.randbits(32)
    print("seed", seed)
    print(run(play(tmp_path, CRASHES, seed)))
