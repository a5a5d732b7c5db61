"""Jobs: who holds one can do it, and whoever held it before cannot."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from callboard.ports.jobs import AttemptRecord, JobRecord
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


def test_the_one_engine_of_a_file_frees_what_was_held(adapter, store, run, begun):
    claimed(store, run)
    run(store.jobs.free())
    assert len(claimed(store, run)) == {"sqlite": 2, "postgres": 0}[adapter.name]


@pytest.fixture
def told(store, run):
    """A process of which `stock` is to be told at 5 and at 9, and `audit` at 7."""
    run(store.put_scenario(scenario()))
    write = start(1)
    plan = {"n5": "stock", "n7": "audit", "n9": "stock"}
    jobs = tuple(
        JobRecord(key, "notify", write.record.id, at(int(key[1])), "h", {}, service)
        for key, service in plan.items()
    )
    run(store.write_process(replace(write, jobs=jobs)))
    return write.record


def attempt(process, job, outcome):
    return AttemptRecord(process.id, job, "stock", 1, at(9), 3, outcome, "why")


def take(store, run, limit=1):
    return run(store.jobs.claim("notify", "stock", at(99), 60.0, limit))


def test_a_notification_is_found_by_its_id(store, run, told):
    found = run(store.jobs.find("n5"))
    assert (found.job.service, found.attempts, found.refused) == ("stock", 0, False)
    (held,) = take(store, run)
    assert run(store.jobs.find("n5")).claim == held.claim != found.claim
    assert run(store.jobs.find("n1")) is None


def test_one_that_was_given_up_is_found_and_says_why(store, run, told):
    first, second = take(store, run, limit=2)
    run(store.jobs.give_up(first.claim, at(9), attempt(told, "n5", "refused")))
    run(store.jobs.give_up(second.claim, at(9), attempt(told, "n9", "failed")))
    assert run(store.jobs.find("n5")).refused
    assert not run(store.jobs.find("n9")).refused
    assert not run(store.jobs.finish(first.claim))
    run(store.jobs.retry("n5", None, at(10), 1))
    assert not run(store.jobs.find("n5")).refused


def test_tries_of_a_notification_outlast_it(store, run, told):
    (held,) = take(store, run)
    run(store.jobs.finish(held.claim, attempt(told, "n5", "answered")))
    run(store.jobs.note(attempt(told, "n5", "refused")))
    tries = run(store.jobs.tries("n5"))
    assert [(one.process, one.number, one.outcome) for one in tries] == [
        (told.id, 1, "answered"),
        (told.id, 2, "refused"),
    ]
    assert run(store.jobs.tries("n9")) == []


def test_a_write_can_give_a_job_up(store, run, told):
    (held,) = take(store, run)
    refused = attempt(told, "n5", "refused")
    write = replace(step(told, done=held.claim), attempt=refused, gives_up=True)
    run(store.write_process(write))
    (failed,) = run(store.jobs.failed("stock", 9))
    assert (failed.job.id, failed.failed, failed.last.outcome) == ("n5", at(9), "refused")
    again = replace(step(write.record, done=held.claim), attempt=refused, gives_up=True)
    with pytest.raises(LostClaimError):
        run(store.write_process(again))


def test_tries_that_come_at_the_same_moment_are_all_kept(store, run, told):
    async def at_once():
        notes = (store.jobs.note(attempt(told, "n5", "refused")) for _ in range(12))
        await asyncio.gather(*notes)
        return await store.jobs.tries("n5")

    assert [one.number for one in run(at_once())] == [*range(1, 13)]
