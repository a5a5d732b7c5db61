"""Jobs: who holds one can do it, and whoever held it before cannot."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from callboard.ports.jobs import JobRecord
from callboard.ports.store import LostClaimError
from tests.store.records import at, scenario, start, step


@pytest.fixture
def begun(store, run):
    """A process with two timers, one due at 5, the other at 9."""
    run(store.put_scenario(scenario()))
    write = start(1)
    key = write.record.id
    jobs = tuple(JobRecord(f"j{due}", "timer", key, at(due), "h", {"due": due}) for due in (9, 5))
    run(store.write_process(replace(write, jobs=jobs)))
    return write.record


def claimed(store, run, now=99, seconds=60.0, limit=9):
    return run(store.jobs.claim("timer", None, at(now), seconds, limit))


def test_what_is_due_is_taken_earliest_first_and_once(store, run, begun):
    assert claimed(store, run, now=4) == []
    assert [held.job.id for held in claimed(store, run, limit=1)] == ["j5"]
    (held,) = claimed(store, run)
    assert (held.job.process, held.job.due, held.job.payload) == (begun.id, at(9), {"due": 9})
    assert claimed(store, run) == []


def test_other_kinds_are_left(store, run, begun):
    assert run(store.jobs.claim("notify", None, at(99), 60.0, 9)) == []


def test_the_next_is_the_earliest_that_nobody_holds(store, run, begun):
    assert run(store.jobs.next_due("timer", None)) == at(5)
    claimed(store, run, limit=1)
    assert run(store.jobs.next_due("timer", None)) == at(9)
    claimed(store, run)
    assert run(store.jobs.next_due("timer", None)) is None


def test_a_claim_that_has_run_out_passes_to_the_next(store, run, begun):
    (first,) = claimed(store, run, seconds=0.0, limit=1)
    run(asyncio.sleep(0.005))
    (second,) = claimed(store, run, limit=1)
    assert second.job == first.job
    assert not run(store.jobs.finish(first.claim))
    assert not run(store.jobs.put_off(first.claim, at(50), {}))
    assert run(store.jobs.put_off(second.claim, at(50), {"due": 50}))
    assert claimed(store, run, now=49)[0].job.id == "j9"
    assert claimed(store, run, now=50)[0].job.payload == {"due": 50}


def test_a_write_that_lost_its_claim_writes_nothing(store, run, begun):
    (first,) = claimed(store, run, seconds=0.0, limit=1)
    run(asyncio.sleep(0.005))
    (second,) = claimed(store, run, limit=1)
    with pytest.raises(LostClaimError):
        run(store.write_process(step(begun, done=first.claim)))
    assert run(store.get_process(begun.id)).version == 1
    run(store.write_process(step(begun, done=second.claim)))
    assert run(store.get_process(begun.id)).version == 2
    assert not run(store.jobs.finish(second.claim))


def test_who_begins_frees_what_was_held(store, run, begun):
    claimed(store, run)
    run(store.jobs.free())
    assert len(claimed(store, run)) == 2
