"""Erasing: nothing of a process is left but its tombstone, and nothing of others is touched."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from callboard.ports.jobs import JobRecord
from callboard.ports.records import ProcessQuery, TaskQuery, TaskRecord
from callboard.ports.store import StaleError
from tests.store.records import OTHER, answer, at, erasure, migration, scenario, start, step

SECRET = "Dorothea"
TABLES = ("events", "old_events", "jobs", "tasks", "participants", "attempts")


@pytest.fixture
def hers(store, run):
    """A process with an old chain, a task, a job and a kept answer, all of which say her name."""
    run(store.put_scenario(scenario(OTHER)))
    who = frozenset({f"user:{SECRET}", "role:shared"})
    tasks = (TaskRecord(f"user:{SECRET}", at(1)),)
    first = start(1, participants=who, tasks=tasks)
    kept = replace(answer(), body=f'{{"id": "{first.record.id}", "who": "{SECRET}"}}')
    job = JobRecord("j", first.record.id, "timer", at(99), "e", {"who": SECRET})
    write = step(first.record, who=SECRET, idempotency=kept, jobs=(job,))
    for one in (first, write, migration(write.record)):
        run(store.write_process(one))
    return run(store.get_process(first.record.id))


@pytest.fixture
def other(store, run):
    """A process of somebody else, who shares a role with her."""
    write = start(
        2, participants=frozenset({"role:shared"}), tasks=(TaskRecord("role:shared", at(1)),)
    )
    run(store.write_process(write))
    return write.record


def test_nothing_of_it_is_left_in_any_table_or_list(adapter, store, run, hers):
    run(store.erase_process(erasure(hers)))
    assert run(store.get_process(hers.id)) is None
    assert run(store.get_events(hers.id, 99)) == []
    assert run(store.old_chains(hers.id)) == []
    assert run(store.get_jobs(hers.id)) == []
    assert run(store.list_processes(ProcessQuery(None))).records == ()
    assert run(store.list_tasks(TaskQuery(frozenset({f"user:{SECRET}"})))).records == ()
    assert run(store.get_idempotency("user:a", "k")) is None
    for table in TABLES:
        assert adapter.query(f"SELECT * FROM {table}") == [], table
    for table in adapter.tables():
        assert SECRET not in repr(adapter.query(f"SELECT * FROM {table}")), table
    assert adapter.faults() == []


def test_nothing_of_it_is_left_in_the_files(adapter, store, run, hers):
    run(store.erase_process(erasure(hers)))
    run(store.forget())
    files = list(adapter.folder.glob("callboard.db*"))
    assert [file.name for file in files if SECRET.encode() in file.read_bytes()] == []


def test_its_tombstone_says_that_it_was_and_has_the_links(store, run, hers):
    chains = [*run(store.old_chains(hers.id)), [e.event for e in run(store.get_events(hers.id, 9))]]
    run(store.erase_process(erasure(hers)))
    stone = run(store.get_tombstone(hers.id))
    assert (stone.id, stone.scenario, stone.version, stone.head) == (
        hers.id,
        OTHER,
        hers.version,
        hers.head,
    )
    assert (stone.at, stone.by, stone.reason) == (at(20), "root", "Request 17")
    assert [[event["hash"] for event in chain] for chain in stone.chains] == [
        [event["hash"] for event in chain] for chain in chains
    ]
    assert {name for chain in stone.chains for event in chain for name in event} == {
        "previous", "hash", "erased",
    }  # fmt: skip
    assert run(store.get_tombstone(str(UUID(int=99)))) is None


def test_others_are_not_touched(adapter, store, run, hers, other):
    run(store.erase_process(erasure(hers)))
    assert run(store.get_process(other.id)) == other
    assert len(run(store.get_events(other.id, 9))) == 1
    assert adapter.principals() == {"role:shared"}
    assert run(store.get_tombstone(other.id)) is None


def test_its_changes_are_gone_but_for_one_that_says_so(store, run, hers, other):
    run(store.erase_process(erasure(hers)))
    changes = run(store.changes_after(0, 99))
    assert [(change.process, change.kind) for change in changes] == [
        (other.id, "created"),
        (hers.id, "erased"),
    ]
    last = changes[-1]
    assert (last.at, last.tasks, last.head, last.action, last.actor) == (at(20), *[None] * 4)


def test_a_process_that_has_moved_on_is_not_erased(store, run, hers):
    with pytest.raises(StaleError):
        run(store.erase_process(erasure(hers, head="other")))
    assert run(store.get_process(hers.id)) == hers
    assert run(store.get_tombstone(hers.id)) is None


def test_it_can_be_erased_once_and_is_not_begun_again(store, run, hers):
    run(store.erase_process(erasure(hers)))
    for late in (step(hers), migration(hers)):
        with pytest.raises(StaleError):
            run(store.write_process(late))
    with pytest.raises(StaleError):
        run(store.erase_process(erasure(hers)))
    assert run(store.get_tombstone(hers.id)).reason == "Request 17"


def test_steps_and_an_erasure_at_once_leave_one_or_the_other(adapter, store, run, hers):
    async def at_once():
        writes = [step(hers, who=SECRET) for _ in range(5)]
        writing = [store.write_process(write) for write in writes]
        calls = (*writing[:3], store.erase_process(erasure(hers)), *writing[3:])
        return await asyncio.gather(*calls, return_exceptions=True)

    run(at_once())
    stone, record = run(store.get_tombstone(hers.id)), run(store.get_process(hers.id))
    assert (stone is None) != (record is None)
    assert adapter.faults() == []


def test_whoever_asks_and_goes_away_leaves_it_whole(adapter, store, run, hers):
    async def impatient():
        erasing = asyncio.create_task(store.erase_process(erasure(hers)))
        await asyncio.sleep(0)
        erasing.cancel()
        await asyncio.wait([erasing])

    run(impatient())
    run(store.fault())
    gone = run(store.get_process(hers.id)) is None
    assert gone == (run(store.get_tombstone(hers.id)) is not None)
    assert gone == (adapter.query("SELECT * FROM events") == [])


def test_all_of_it_is_so_when_it_is_opened_again(adapter, store, run, hers):
    run(store.erase_process(erasure(hers)))
    run(store.close())
    again = run(adapter.start())
    assert run(again.get_process(hers.id)) is None
    assert run(again.get_tombstone(hers.id)).head == hers.head
    later = start(3)
    run(again.write_process(later))
    assert run(again.get_events(later.record.id, 9)) == list(later.events)
    run(again.close())
