"""Killed amid what operators do to many processes: each is as it was or done, and asking again
finishes.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from callboard.core.process import verify
from callboard.engine import Engine
from callboard.errors import GoneError
from tests.engine.operating import REASON
from tests.engine.test_figures import counted, one_by_one
from tests.engine.world import ADMIN, ALICE, LEAVE, CountedIds, HandClock, act, begin

MANY = 40
AFTER = 9
"""So many are done before each kill."""


class Site:
    """A database with many processes, between the runs of the program."""

    def __init__(self, adapter, run):
        self.adapter = adapter
        self.run = run
        engine = self.open()
        run(engine.scenarios.store(ADMIN, LEAVE, "application/yaml"))
        self.processes = [begin(engine, run, ALICE, action="ask", response=2) for _ in range(MANY)]
        self.heads = {}
        for process in self.processes:
            step = act(engine, run, ALICE, process["id"], "note", response="x" * 3000)
            self.heads[process["id"]] = step.head
        self.scenario = self.processes[0]["scenario"]["id"]
        newer = LEAVE.replace("1.0.0", "2.0.0")
        self.newer = run(engine.scenarios.store(ADMIN, newer, "application/yaml"))
        self.close()

    def open(self):
        self.store = self.run(self.adapter.start())
        return Engine(self.store, HandClock(), CountedIds())

    def close(self):
        self.run(self.store.close())

    def operate(self, what, kill_after=None, pause=0.0):
        """Run the program; what it said was done before it ended or was killed."""
        command = [sys.executable, "-m", "tests.engine.operating", self.adapter.url]
        with subprocess.Popen([*command, what, self.scenario], stdout=subprocess.PIPE) as program:
            assert program.stdout.readline() == b"open\n"
            said = []
            while len(said) != kill_after and (line := program.stdout.readline()):
                said.append(line.decode().strip())
            if kill_after is not None:
                time.sleep(pause)
                program.kill()
                # The kill may come in the middle of a line; what was not said was not told.
                said += program.stdout.read().decode().rpartition("\n")[0].splitlines()
        assert kill_after is not None or said[-1:] == ["done"]
        return {line for line in said if line != "done"}

    def whole(self, process, engine):
        """Whether a process is done (by which it is wholly so) or as it was (wholly, too)."""
        try:
            view = self.run(engine.processes.get(ADMIN, process))
        except GoneError:
            stone = self.run(self.store.get_tombstone(process))
            assert (stone.head, stone.version) == (self.heads[process], 3)
            assert self.adapter.query(f"SELECT 1 FROM processes WHERE id = '{process}'") == []
            return True
        events, old = view.document["events"], self.run(self.store.old_chains(process))
        assert verify(events).ok
        if view.document["scenario"]["id"] == self.scenario:
            assert old == []
            assert events[-1]["hash"] == self.heads[process]
            return False
        assert [chain[-1]["hash"] for chain in old] == [self.heads[process]]
        assert self.run(engine.proving.verify(ADMIN, process)).proof.ok
        assert events[0]["migrated"]["reason"] == REASON
        return True

    def done(self):
        """Those that are done; all of them are whole, and the database agrees with itself."""
        engine = self.open()
        try:
            found = {key for key in self.heads if self.whole(key, engine)}
            assert counted(engine, self.run) == one_by_one(self.adapter)
        finally:
            self.close()
        assert self.adapter.faults() == []
        return found


@pytest.fixture
def site(stored, run):
    return Site(stored, run)


@pytest.mark.parametrize("what", ["migrate", "erase"])
def test_after_a_kill_each_process_is_done_or_as_it_was(site, what):
    chance, said, kills = random.Random(20260101), set(), 0
    while len(site.done()) < MANY - AFTER:
        said |= site.operate(what, AFTER, chance.uniform(0, 0.03))
        kills += 1
        done = site.done()
        assert said <= done
    assert kills >= 2
    site.operate(what)
    assert site.done() == site.heads.keys()
    rows = site.adapter.query("SELECT count(*) FROM old_events")
    assert rows == [(3 * MANY if what == "migrate" else 0,)]
