"""Processes and their events: what is written is there, once, or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from callboard.core.canonical import canonical
from callboard.errors import ConflictError, UnavailableError
from callboard.ports.jobs import JobRecord
from callboard.ports.records import (
    EventRecord,
    ProcessQuery,
    TaskRecord,
)
from callboard.ports.store import StaleError
from tests.store.records import at, event, start, step


def test_a_process_that_was_written_is_there(store, run):
    write = start(1)
    run(store.write_process(write))
    assert run(store.get_process(write.record.id)) == write.record


def test_there_is_no_other_process(store, run):
    assert run(store.get_process(str(UUID(int=1)))) is None
    assert run(store.get_process(str(UUID(int=99)))) is None
    assert run(store.get_events(str(UUID(int=1)), 5)) == []
    assert run(store.get_events(str(UUID(int=1)), 500)) == []


def test_a_step_replaces_the_document_and_adds_its_events(store, run):
    first = start(1)
    second = step(first.record)
    run(store.write_process(first))
    run(store.write_process(second))
    assert run(store.get_process(first.record.id)) == second.record
    assert run(store.get_events(first.record.id, 2)) == [*first.events, *second.events]


def test_all_of_it_is_there_when_it_is_opened_again(adapter, store, run):
    first = start(1)
    second = step(first.record)
    run(store.write_process(first))
    run(store.write_process(second))
    run(store.close())
    again = run(adapter.start())
    assert run(again.get_process(first.record.id)) == second.record
    assert run(again.get_events(first.record.id, 9)) == [*first.events, *second.events]
    run(again.close())


def test_a_start_may_bring_its_first_step(store, run):
    first = start(1)
    both = replace(step(first.record), expected=0, events=first.events + step(first.record).events)
    run(store.write_process(both))
    assert len(run(store.get_events(first.record.id, 2))) == 2


@pytest.mark.parametrize("upto", [0, 1, 39, 40, 100])
def test_events_are_given_up_to_a_number(store, run, upto):
    write = start(1)
    run(store.write_process(write))
    for _ in range(39):
        write = step(write.record)
        run(store.write_process(write))
    events = run(store.get_events(write.record.id, upto))
    assert [event.seq for event in events] == list(range(min(upto, 40)))


def test_an_event_is_kept_to_the_letter(adapter, store, run):
    """As its canonical text, which is what its hash was made from."""
    odd = event(None, 0, b=1.0, a="ü\u2028\n\u0000", z=[1e21, None], e=1e-7, å="\U0001f600")
    write = start(1)
    run(store.write_process(replace(write, events=(EventRecord(0, odd),))))
    assert run(store.get_events(write.record.id, 1)) == [EventRecord(0, odd)]
    assert adapter.event_texts() == [canonical(odd).decode()]


def test_a_step_from_an_older_version_is_refused(store, run):
    write = start(1)
    run(store.write_process(write))
    run(store.write_process(step(write.record, who="a")))
    with pytest.raises(StaleError):
        run(store.write_process(step(write.record, who="b")))
    assert run(store.get_process(write.record.id)).version == 2
    assert len(run(store.get_events(write.record.id, 9))) == 2


def test_a_step_from_a_version_to_come_is_refused(store, run):
    write = start(1)
    run(store.write_process(write))
    with pytest.raises(StaleError):
        run(store.write_process(step(step(write.record).record)))


def test_a_process_is_started_once(store, run):
    run(store.write_process(start(1)))
    with pytest.raises(StaleError):
        run(store.write_process(start(1)))


def test_a_process_that_was_not_started_takes_no_step(store, run):
    with pytest.raises(StaleError):
        run(store.write_process(step(start(1).record)))
    assert run(store.get_process(start(1).record.id)) is None


def test_a_fork_of_a_chain_cannot_be_stored(store, run):
    first = start(1)
    second = step(first.record)
    run(store.write_process(first))
    run(store.write_process(second))
    fork = replace(step(second.record), events=(replace(step(first.record, 9).events[0], seq=2),))
    with pytest.raises(StaleError):
        run(store.write_process(fork))
    assert run(store.get_process(first.record.id)) == second.record


def test_events_must_be_those_that_are_missing(store, run):
    write = start(1)
    run(store.write_process(write))
    with pytest.raises(ValueError, match="events"):
        run(store.write_process(replace(step(write.record), events=())))


def test_a_process_needs_its_scenario(store, run):
    with pytest.raises(ConflictError):
        run(store.write_process(start(1, scenario=str(UUID(int=99)))))


def test_one_of_several_equal_steps_is_taken(store, run):
    write = start(1)
    run(store.write_process(write))

    async def race():
        steps = [store.write_process(step(write.record, who=n)) for n in range(20)]
        return await asyncio.gather(*steps, return_exceptions=True)

    outcomes = run(race())
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, StaleError) for outcome in outcomes) == 19
    assert run(store.get_process(write.record.id)).version == 2


def test_a_bad_write_does_not_hurt_those_beside_it(store, run):
    first = start(1)
    second = step(first.record)
    run(store.write_process(first))
    run(store.write_process(second))
    fork = replace(step(second.record), events=(replace(step(first.record, 9).events[0], seq=2),))

    async def together():
        writes = [start(2), fork, start(3), start(1), start(4)]
        return await asyncio.gather(*map(store.write_process, writes), return_exceptions=True)

    kinds = [type(outcome) for outcome in run(together())]
    assert kinds == [type(None), StaleError, type(None), StaleError, type(None)]
    for number in (2, 3, 4):
        assert run(store.get_process(start(number).record.id)) == start(number).record
    assert run(store.get_process(first.record.id)) == second.record


def test_who_goes_away_leaves_the_write_whole(store, run):
    write = start(1)

    async def leave():
        task = asyncio.create_task(store.write_process(write))
        await asyncio.sleep(0)
        task.cancel()
        await store.write_process(start(2))
        async with asyncio.timeout(10):  # It goes on by itself, and another may be first.
            while await store.get_process(write.record.id) is None:
                await asyncio.sleep(0.01)

    run(leave())
    assert run(store.get_process(write.record.id)) == write.record


def test_participants_are_replaced_or_left(adapter, store, run):
    write = start(1, participants=frozenset({"user:a", "role:r"}))
    key = write.record.id
    run(store.write_process(write))
    assert adapter.participants() == {(key, "user:a"), (key, "role:r")}
    after = step(write.record)
    run(store.write_process(after))
    assert len(adapter.participants()) == 2
    run(store.write_process(step(after.record, participants=frozenset({"user:b", "role:r"}))))
    assert adapter.participants() == {(key, "user:b"), (key, "role:r")}


def test_tasks_are_replaced_or_left(adapter, store, run):
    write = start(1, tasks=(TaskRecord("user:a", at(0), at(9)), TaskRecord("role:r", at(0))))
    key = write.record.id
    run(store.write_process(write))
    assert adapter.tasks() == {(key, "user:a", at(0), at(9)), (key, "role:r", at(0), None)}
    after = step(write.record)
    run(store.write_process(after))
    assert len(adapter.tasks()) == 2
    run(store.write_process(step(after.record, tasks=(TaskRecord("user:a", at(1)),))))
    assert adapter.tasks() == {(key, "user:a", at(1), None)}


def test_jobs_are_added_and_dropped(adapter, store, run):
    write = start(1)
    key = write.record.id
    jobs = tuple(JobRecord(name, "timer", key, at(5), "h", {"index": 0}) for name in "xyz")
    run(store.write_process(replace(write, jobs=jobs[:2])))
    after = step(write.record)
    run(store.write_process(after))
    assert {job[1] for job in adapter.jobs()} == {"x", "y"}
    more = step(after.record, jobs=jobs[2:])
    run(store.write_process(more))
    assert {job[1] for job in adapter.jobs()} == {"x", "y", "z"}
    only = step(more.record, drops_jobs=True, jobs=jobs[:1])
    run(store.write_process(only))
    assert adapter.jobs() == {(key, "x", "timer", at(5), "h", '{"index":0}')}
    run(store.write_process(step(only.record, drops_jobs=True)))
    assert adapter.jobs() == set()


def test_changes_are_in_the_order_of_their_commits(adapter, store, run):
    write = start(1)
    run(store.write_process(write))
    run(store.write_process(start(2)))
    run(store.write_process(step(write.record, change="ended")))
    keys = [start(number).record.id for number in (1, 2)]
    assert adapter.changes() == [
        (keys[0], 1, "created"), (keys[1], 1, "created"), (keys[0], 2, "ended"),
    ]  # fmt: skip


def test_nothing_of_a_refused_write_is_there(adapter, store, run):
    write = start(1, participants=frozenset({"user:a"}))
    run(store.write_process(write))
    bad = start(1, participants=frozenset({"user:b"}), tasks=(TaskRecord("user:b", at(0)),))
    with pytest.raises(StaleError):
        run(store.write_process(bad))
    assert adapter.participants() == {(write.record.id, "user:a")}
    assert adapter.tasks() == set()
    assert len(adapter.changes()) == 1


def test_a_closed_store_says_so(store, run):
    run(store.close())
    for refused in (
        store.write_process(start(1)),
        store.get_process(start(1).record.id),
        store.list_processes(ProcessQuery(None)),
    ):
        with pytest.raises(UnavailableError):
            run(refused)
    assert run(store.fault()) is not None
