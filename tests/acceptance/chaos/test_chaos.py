"""Three nodes on one PostgreSQL die for a minute under load: what was acknowledged is there."""

from __future__ import annotations

import secrets

from tests.acceptance.chaos.play import play

SECONDS, CLIENTS = 60.0, 50


def test_a_minute_of_chaos_loses_and_doubles_nothing(tmp_path, run):
    seed = secrets.randbits(32)
    print("seed", seed)
    report = run(play(tmp_path, seed, seconds=SECONDS, clients=CLIENTS, crashes_database=True))
    print(report)
    assert not report.wrong, str(report)
    assert report.counts["done"] > SECONDS
    assert report.counts["timers"] > SECONDS / 2
    assert report.counts["nodes: kill -9"] > SECONDS / 15
