"""A database that has something in every table, for what reads all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callboard.core.canonical import event_hash
from callboard.ports.jobs import AttemptRecord, JobRecord
from callboard.ports.links import LinkRecord
from callboard.ports.records import CheckpointRecord, EventRecord, TaskRecord
from callboard.ports.store import Store
from tests.store.records import (
    OTHER,
    answer,
    api_key,
    at,
    erasure,
    migration,
    scenario,
    start,
    step,
)

LATER = at(50)


async def fill(store: Store) -> None:
    """Processes that run, one that ended, was migrated, was erased; and all else that is kept."""
    await store.put_scenario(scenario(name="approval", version="1.0", schemas={"schema:a": {}}))
    await store.put_scenario(scenario(OTHER, disabled=at(3), source="título: 'ü'\n"))
    for number in range(1, 6):
        await _begin(store, number)
    await _tell(store)
    await _migrate(store, 3)
    erased = start(4).record
    await store.erase_process(erasure((await store.get_process(erased.id)) or erased))
    await store.put_api_key(api_key())
    await store.put_api_key(api_key(2, service="mail", revoked=at(9), last_used=at(8)))
    await store.put_setting("signing-key", "secret")
    await store.put_idempotency(answer("alone", second=2))
    head = start(1, 1).record.head
    told = CheckpointRecord(start(1).record.id, 1, head, at(4), "kid", "signature")
    await store.put_checkpoint(told)


async def _begin(store: Store, number: int) -> None:
    """A process with a step, a timer, and something that was told and something that waits."""
    tasks = (TaskRecord("user:a", at(1), LATER), TaskRecord("role:b", at(1)))
    begun = start(number, number, participants=frozenset({"user:a", "role:b"}), tasks=tasks)
    await store.write_process(begun)
    key = begun.record.id
    root = start(1).record.id
    link = LinkRecord(f"asked {number}", "start", key, root, "self", root, 1, "h", at(1))
    jobs = (
        JobRecord(f"t {number}", "timer", key, LATER, "h", {"index": 0}),
        JobRecord(f"n {number}", "notify", key, at(50 + number), "h", {"a": "é"}, "mail"),
    )
    write = step(begun.record, jobs=jobs, link=link, idempotency=answer(str(number), number))
    await store.write_process(write)


async def _tell(store: Store) -> None:
    """Of three notifications one is given up, one waits for process 5, one is held."""
    first, second, _ = await store.jobs.claim("notify", "mail", at(60), 600.0, 3)

    def tried(job: JobRecord) -> AttemptRecord:
        return AttemptRecord(job.process, job.id, "mail", 1, at(60), 5, "refused", "no")

    assert await store.jobs.give_up(first.claim, at(60), tried(first.job))
    fifth = start(5).record.id
    assert await store.jobs.await_end(second.claim, fifth, {"b": 1}, tried(second.job))


async def _migrate(store: Store, number: int) -> None:
    """Another scenario takes the process on, with its events."""
    before = await store.get_process(start(number).record.id)
    assert before is not None
    old = [item.event for item in await store.get_events(before.id, before.version)]
    came = {"scenario": before.scenario, "head": before.head}
    chain: list[Any] = []
    for event in old:
        kept = {key: value for key, value in event.items() if key not in ("previous", "hash")}
        kept |= {"previous": chain[-1]["hash"]} if chain else {"scenario": OTHER, "migrated": came}
        chain.append(kept | {"hash": event_hash(kept)})
    record = replace(before, scenario=OTHER, head=chain[-1]["hash"])
    events = tuple(EventRecord(seq, event) for seq, event in enumerate(chain))
    await store.write_process(replace(migration(before), record=record, events=events))
