"""A chain that replaces another: the old one is kept as it was, and none of them can fork."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from callboard.core.process import verify
from callboard.errors import ConflictError
from callboard.ports.store import StaleError
from tests.store.records import OTHER, event, migration, scenario, start, step


@pytest.fixture
def stepped(store, run):
    """A process with two events."""
    run(store.put_scenario(scenario(OTHER)))
    first = start(1, participants=frozenset({"user:a"}))
    second = step(first.record)
    for write in (first, second):
        run(store.write_process(write))
    return second.record


def events(store, run, process):
    return [item.event for item in run(store.get_events(process, 99))]


def test_the_old_chain_is_kept_to_the_letter(store, run, stepped):
    old = events(store, run, stepped.id)
    write = migration(stepped)
    run(store.write_process(write))
    assert run(store.old_chains(stepped.id)) == [old]
    assert run(store.get_process(stepped.id)) == write.record
    assert events(store, run, stepped.id) == [item.event for item in write.events]
    assert verify(old).ok


def test_chains_are_told_oldest_first_also_after_a_restart(adapter, store, run, stepped):
    chains = [events(store, run, stepped.id)]
    record = stepped
    for second in (9, 10, 11):
        write = migration(record, second)
        run(store.write_process(write))
        chains.append([item.event for item in write.events])
        record = write.record
    run(store.close())
    again = run(adapter.start())
    assert run(again.old_chains(record.id)) == chains[:3]
    assert [item.event for item in run(again.get_events(record.id, 99))] == chains[3]
    run(again.close())


def test_there_are_no_old_chains_of_others(store, run, stepped):
    other = start(2)
    run(store.write_process(other))
    run(store.write_process(migration(stepped)))
    assert run(store.old_chains(other.record.id)) == []
    assert run(store.old_chains(str(UUID(int=99)))) == []


def test_a_chain_of_another_head_is_not_replaced(store, run, stepped):
    """Though it is as long as the one that was read."""
    late = migration(stepped, 9)
    run(store.write_process(migration(stepped, 10)))
    with pytest.raises(StaleError):
        run(store.write_process(late))
    with pytest.raises(StaleError):
        run(store.write_process(step(stepped)))
    assert len(run(store.old_chains(stepped.id))) == 1


def test_of_several_that_replace_it_at_once_one_does(adapter, store, run, stepped):
    async def at_once():
        writes = [migration(stepped, 9 + n) for n in range(6)] + [step(stepped)]
        return await asyncio.gather(*map(store.write_process, writes), return_exceptions=True)

    assert [type(one) for one in run(at_once())].count(StaleError) == 6
    assert len(run(store.old_chains(stepped.id))) == 1
    assert adapter.faults() == []


def test_a_refused_migration_leaves_the_chain_where_it_was(store, run, stepped):
    """Its last event does not follow the one before, which the database sees: all is undone."""
    old = events(store, run, stepped.id)
    write = migration(stepped)
    twice = replace(write.events[1], event=event(stepped.head, 9), seq=1)
    third = replace(twice, seq=2)
    record = replace(write.record, version=3)
    with pytest.raises(ConflictError, match="contradicts"):
        run(
            store.write_process(
                replace(write, record=record, events=(write.events[0], twice, third))
            )
        )
    assert events(store, run, stepped.id) == old
    assert run(store.old_chains(stepped.id)) == []
    assert run(store.get_process(stepped.id)) == stepped


FORKS = {
    "a second event after the same one": (
        "INSERT INTO events (process, seq, previous, event) "
        "SELECT process, 9, previous, event FROM events WHERE seq = 1"
    ),
    "a second event with the same number": (
        "INSERT INTO events (process, seq, previous, event) "
        "SELECT process, seq, 7, event FROM events WHERE seq = 1"
    ),
    "a second event after the same one of an old chain": (
        "INSERT INTO old_events (process, chain, seq, previous, event) "
        "SELECT process, chain, 9, previous, event FROM old_events WHERE seq = 1"
    ),
    "a second event with the same number in an old chain": (
        "INSERT INTO old_events (process, chain, seq, previous, event) "
        "SELECT process, chain, seq, 7, event FROM old_events WHERE seq = 1"
    ),
}


@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
def test_no_chain_can_fork_whoever_writes(adapter, store, run, stepped, fork):
    """By the indexes alone: nothing that the store judges is asked."""
    run(store.write_process(migration(stepped)))
    assert adapter.force(fork)


def test_what_refuses_it_is_not_that_anything_is_refused(adapter, store, run, stepped):
    run(store.write_process(migration(stepped)))
    for name, columns in (("events", "process"), ("old_events", "process, chain")):
        rows = f"INSERT INTO {name} ({columns}, seq, previous, event) "
        assert not adapter.force(rows + f"SELECT {columns}, 9, 7, event FROM {name} WHERE seq = 1")
