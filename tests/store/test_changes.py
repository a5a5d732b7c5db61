"""Changes: what happened, in one order, and whose tasks came and went with it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from callboard.ports.records import ChangeRecord, TaskChange, TaskRecord
from tests.store.records import SCENARIO, at, scenario, start, step


def waiting(*principals):
    return tuple(TaskRecord(principal, at(1)) for principal in principals)


def moved(kept=(), gained=(), lost=()):
    return TaskChange(frozenset(kept), frozenset(gained), frozenset(lost))


async def history(store, tasks):
    """One process, and a step for each further entry."""
    await store.put_scenario(scenario())
    write = start(1, tasks=tasks[0])
    await store.write_process(write)
    for given in tasks[1:]:
        write = step(write.record, tasks=given)
        await store.write_process(write)
    return write.record


def test_a_change_tells_what_happened(store, run):
    run(store.put_scenario(scenario()))
    first = start(1, tasks=())
    second = step(first.record, 4, change="ended")
    run(store.write_process(first))
    run(store.write_process(second))
    found = run(store.changes_after(0, 9))
    assert found == [
        ChangeRecord(
            found[0].seq,
            first.record.id,
            SCENARIO,
            1,
            "created",
            None,
            at(0),
            first.record.head,
            None,
            None,
        ),
        ChangeRecord(
            found[1].seq,
            first.record.id,
            SCENARIO,
            2,
            "ended",
            None,
            at(4),
            second.record.head,
            "next",
            None,
        ),
    ]


def test_pages_follow_one_another_without_a_gap(store, run):
    run(history(store, [None] * 7))
    numbers = [change.seq for change in run(store.changes_after(0, 9))]
    assert len(numbers) == 7
    assert numbers == sorted(set(numbers))
    assert run(store.last_change()) == numbers[-1]
    pages = [run(store.changes_after(seq, 3)) for seq in (0, *numbers[2::3], numbers[-1])]
    assert [[change.seq for change in page] for page in pages] == [
        *(numbers[:3], numbers[3:6], numbers[6:], []),
    ]


def test_nothing_has_happened_yet(store, run):
    assert run(store.last_change()) == 0
    assert run(store.changes_after(0, 9)) == []


TASKS = [
    waiting("user:a", "role:b"),
    waiting("role:b", "user:c"),
    None,
    waiting("role:b", "user:c"),
    waiting(),
    waiting("user:a"),
]
MOVED = [
    moved(gained=["user:a", "role:b"]),
    moved(kept=["role:b"], gained=["user:c"], lost=["user:a"]),
    None,
    None,
    moved(lost=["role:b", "user:c"]),
    moved(gained=["user:a"]),
]


def test_it_is_told_whose_tasks_came_and_went(store, run):
    run(history(store, TASKS))
    assert [change.tasks for change in run(store.changes_after(0, 9))] == MOVED


def test_it_is_told_by_a_store_that_was_opened_meanwhile(adapter, run):
    store = run(adapter.start())
    record = run(history(store, TASKS[:1]))
    for given in TASKS[1:]:
        run(store.close())
        store = run(adapter.start())
        write = step(record, tasks=given)
        run(store.write_process(write))
        record = write.record
    assert [change.tasks for change in run(store.changes_after(0, 9))] == MOVED
    run(store.close())


def test_a_write_that_was_refused_leaves_no_trace_in_what_is_known(store, run):
    record = run(history(store, TASKS[:1]))

    async def twins():
        both = [step(record, tasks=waiting(who)) for who in ("user:x", "user:y")]
        return await asyncio.gather(*map(store.write_process, both), return_exceptions=True)

    answers = run(twins())
    (winner,) = [
        who for who, answer in zip(("user:x", "user:y"), answers, strict=True) if not answer
    ]
    after = run(store.get_process(record.id))
    run(store.write_process(replace(step(after), tasks=())))
    assert [change.tasks for change in run(store.changes_after(0, 9))][1:] == [
        moved(gained=[winner], lost=["role:b", "user:a"]),
        moved(lost=[winner]),
    ]


def test_whoever_watches_is_called_after_the_commit(store, run):
    seen = []
    store.watch(lambda: seen.append(True))
    run(history(store, [None, None]))
    assert len(seen) >= 2
