"""Many at once: every step that was accepted is in its chain, once, and every chain holds."""

from __future__ import annotations

import asyncio
import random

from callboard.core.canonical import event_hash
from callboard.ports.store import StaleError
from tests.store.records import start, step

CLIENTS, PROCESSES, STEPS = 50, 200, 40


KEYS = [start(number).record.id for number in range(1, PROCESSES + 1)]


def is_whole(record, events):
    """Whether the events are a chain that ends where the process is."""
    previous = None
    for number, found in enumerate(events):
        linked = found.event.get("previous") == previous and found.seq == number
        if not linked or event_hash(found.event) != found.event["hash"]:
            return False
        previous = found.event["hash"]
    return record.version == len(events) and record.head == previous


async def client(store, name, accepted):
    """Steps processes at random; whoever comes too late reads again and goes on."""
    chance = random.Random(name)
    for number in range(STEPS):
        while True:
            record = await store.get_process(chance.choice(KEYS))
            write = step(record, who=f"{name}-{number}")
            try:
                await store.write_process(write)
            except StaleError:
                continue
            accepted.append((record.id, f"{name}-{number}"))
            break


def test_fifty_clients_over_two_hundred_processes(store, run):
    accepted: list[tuple[str, str]] = []

    async def all_of_it():
        await asyncio.gather(*(store.write_process(start(n + 1)) for n in range(PROCESSES)))
        await asyncio.gather(*(client(store, name, accepted) for name in range(CLIENTS)))
        return [(await store.get_process(key), await store.get_events(key, 9999)) for key in KEYS]

    stored = run(all_of_it())
    assert all(is_whole(record, events) for record, events in stored)
    done = [(r.id, e.event["who"]) for r, events in stored for e in events[1:]]
    assert len(done) == CLIENTS * STEPS
    assert sorted(done) == sorted(accepted)
