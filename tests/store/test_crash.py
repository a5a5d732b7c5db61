"""Killed at any moment: what was acknowledged is there, and nothing is there by halves."""

from __future__ import annotations

import random
import subprocess
import sys
import time

from tests.store.test_concurrency import is_whole

KILLS = 8


def run_and_kill(adapter, seed, seconds):
    """Let the program write for a moment; the heads that it was told are safe, by process."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.crashing", adapter.name, adapter.folder, seed],
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdout.readline() == b"open\n"
        time.sleep(seconds)
        program.kill()
        # The kill may come in the middle of a line; what was not said was not told.
        lines = program.stdout.read().decode().rpartition("\n")[0].splitlines()
    told = {}
    for line in lines:
        key, version, head = line.split()
        told[key] = (int(version), head)
    return told


def test_after_a_kill_every_acknowledged_write_is_there(adapter, run):
    chance = random.Random(20260101)
    told = {}
    for number in range(KILLS):
        told |= run_and_kill(adapter, str(number), chance.uniform(0.01, 0.4))
        check(adapter, run, told)
    assert len(told) > KILLS


def check(adapter, run, told):
    store = run(adapter.start())
    for key, (version, head) in told.items():
        record = run(store.get_process(key))
        events = run(store.get_events(key, record.version))
        assert record.version >= version
        assert events[version - 1].event["hash"] == head
        assert is_whole(record, events)
    run(store.close())
    assert adapter.faults() == []
