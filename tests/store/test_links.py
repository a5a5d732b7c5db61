"""What one process had done in another is written once, and who waits for an end is woken by it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from callboard.ports.jobs import AttemptRecord, JobRecord
from callboard.ports.links import LinkRecord
from callboard.ports.records import Erasure, EventRecord
from callboard.ports.store import DuplicateKeyError
from tests.store.records import SCENARIO, at, start, step

ASKER, OTHER = (str(UUID(int=number)) for number in (1, 2))


def link(job="j", write=None, second=1.0, **changes):
    write = write or start(2)
    record = LinkRecord(
        job, "start", write.record.id, ASKER, "engine", ASKER, 1, write.record.head, at(second)
    )
    return replace(record, **changes)


def ended(before, second=5, **more):
    """The write of the last step of a process."""
    write = step(before, second, change="ended", **more)
    document = write.record.document | {"isRunning": False}
    return replace(write, record=replace(write.record, document=document))


@pytest.fixture
def waiting(store, run):
    """A notification of process 1 that waits for process 2 to end; the record of this one."""
    asker, other = start(1), start(2)
    first = EventRecord(0, other.events[0].event | {"scenario": SCENARIO})
    other = replace(other, events=(first,))
    job = JobRecord("j", "notify", ASKER, at(0), "h", {"n": 1}, "engine")
    run(store.write_process(replace(asker, jobs=(job,))))
    run(store.write_process(other))
    (held,) = claimed(store, run)
    assert run(store.jobs.await_end(held.claim, OTHER, {"n": 2}, tried()))
    return other.record


def claimed(store, run, now=99):
    return run(store.jobs.claim("notify", "engine", at(now), 60.0, 9))


def tried():
    return AttemptRecord(ASKER, "j", "engine", 1, at(1), 3, "delivered")


def test_a_link_is_written_with_what_it_tells_of(store, run):
    write = start(2)
    made = link(write=write)
    run(store.write_process(replace(write, link=made)))
    assert run(store.links.get("j")) == made
    assert run(store.links.started(OTHER)) == made
    assert run(store.links.of_event(write.record.head)) == made
    assert run(store.links.get("k")) is run(store.links.started(ASKER)) is None


def test_nothing_is_done_twice_for_one_notification(store, run):
    write = start(2)
    run(store.write_process(replace(write, link=link(write=write))))
    stepped = step(write.record, link=link(kind="step"))
    with pytest.raises(DuplicateKeyError):
        run(store.write_process(stepped))
    assert run(store.get_process(OTHER)).version == 1
    run(store.write_process(replace(stepped, link=link("k", kind="step", second=2))))
    assert run(store.links.started(OTHER)).job == "j"


def test_links_of_a_family_are_counted_since_a_time(store, run):
    write = start(2)
    run(store.write_process(replace(write, link=link(write=write))))
    record = write.record
    for number in range(3):
        stepped = step(record, number, link=link(f"s{number}", kind="step", second=10 + number))
        run(store.write_process(stepped))
        record = stepped.record
    assert run(store.links.count(ASKER, at(0), 99)) == 4
    assert run(store.links.count(ASKER, at(10), 99)) == 2
    assert run(store.links.count(ASKER, at(0), 3)) == 3
    assert run(store.links.count(OTHER, at(0), 99)) == 0


def test_what_waits_is_not_due_before_the_end(store, run, waiting):
    assert claimed(store, run) == []
    stepped = step(waiting, 2)
    run(store.write_process(stepped))
    assert claimed(store, run) == []
    run(store.write_process(ended(stepped.record, 5)))
    assert claimed(store, run, now=4) == []
    (held,) = claimed(store, run, now=5)
    assert (held.job.id, held.job.payload, held.attempts) == ("j", {"n": 2}, 0)
    assert [a.outcome for a in run(store.jobs.attempts(ASKER))] == ["delivered"]


def test_one_that_has_ended_is_not_waited_for(store, run, waiting):
    run(store.write_process(ended(waiting, 3)))
    (held,) = claimed(store, run)
    assert not run(store.jobs.await_end(held.claim, OTHER, {}, tried()))
    assert not run(store.jobs.await_end(held.claim, str(UUID(int=9)), {}, tried()))
    assert len(run(store.jobs.attempts(ASKER))) == 1
    assert run(store.jobs.finish(held.claim))


def test_only_who_holds_it_lets_it_wait(store, run, waiting):
    asker = start(3)
    job = JobRecord("k", "notify", asker.record.id, at(0), "h", {}, "engine")
    run(store.write_process(replace(asker, jobs=(job,))))
    (held,) = claimed(store, run)
    stale = replace(held.claim, fence=held.claim.fence - 1)
    assert not run(store.jobs.await_end(stale, OTHER, {}, tried()))
    assert run(store.jobs.await_end(held.claim, OTHER, {}, tried()))


def test_several_ends_in_one_group_wake_all_who_wait(store, run):
    """They are submitted together, and commit together."""
    askers, others = [start(n) for n in (1, 2, 3)], [start(n) for n in (11, 12, 13)]
    for asker, other in zip(askers, others, strict=True):
        key = asker.record.id
        job = JobRecord(f"j{key}", "notify", key, at(0), "h", {}, "engine")
        run(store.write_process(replace(asker, jobs=(job,))))
        run(store.write_process(other))
    for held, other in zip(claimed(store, run), others, strict=True):
        assert run(store.jobs.await_end(held.claim, other.record.id, {}, tried()))

    async def end():
        writes = [ended(other.record, 5 + n) for n, other in enumerate(others)]
        await asyncio.gather(*map(store.write_process, writes))

    run(end())
    assert [held.job.due for held in claimed(store, run)] == [at(5), at(6), at(7)]


def test_an_erased_process_wakes_who_waits_and_its_link_stays(store, run, waiting):
    made = link("i", write=start(2), kind="step")
    stepped = step(waiting, 2, link=made)
    run(store.write_process(stepped))
    run(store.erase_process(Erasure(OTHER, stepped.record.head, at(7), "admin", "Asked")))
    (held,) = claimed(store, run)
    assert held.job.due == at(7)
    assert run(store.links.get("i")) == made


def test_who_waits_survives_a_restart(adapter, store, run, waiting):
    run(store.close())
    again = run(adapter.start())
    run(again.jobs.free())
    assert claimed(again, run) == []
    run(again.write_process(ended(waiting, 5)))
    assert len(claimed(again, run)) == 1
    run(again.close())
