"""Workers: what is due is done once, in order, and nothing that takes long holds up the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from callboard.engine import worker as module
from callboard.engine.times import to_text
from callboard.engine.worker import Worker
from callboard.errors import UnavailableError
from callboard.ports.jobs import JobRecord
from callboard.ports.store import Store
from tests.engine.world import HandClock
from tests.store.records import scenario, start, step

SOON = 10.0


@dataclass
class Work:
    """What is done: notes each job, and waits with those of `stuck` until it is `freed`."""

    store: Store
    stuck: set[str] = field(default_factory=set)
    begun: list[str] = field(default_factory=list)
    most: int = 0
    busy: int = 0
    freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def do(self, held) -> None:
        self.begun.append(held.job.id)
        self.busy += 1
        self.most = max(self.most, self.busy)
        try:
            if held.job.id in self.stuck:
                await self.freed.wait()
            await self.store.jobs.finish(held.claim)
        finally:
            self.busy -= 1


@pytest.fixture
def work(store):
    return Work(store)


@pytest.fixture
def put(store, clock, run):
    """Store a process of that number with messages to `stock`, all due now."""
    run(store.put_scenario(scenario()))

    def write(number, *names):
        made = start(number)
        due = to_text(clock.now())
        jobs = tuple(
            JobRecord(name, "notify", made.record.id, due, "h", {"due": due, "entry": n}, "stock")
            for n, name in enumerate(names)
        )
        run(store.write_process(replace(made, jobs=jobs)))
        return made.record

    return write


@asynccontextmanager
async def working(*workers: Worker) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    yield
    for worker in workers:
        worker.stop()
    async with asyncio.timeout(SOON):
        await asyncio.gather(*tasks)


async def until(holds) -> None:
    async with asyncio.timeout(SOON):
        while not holds():
            await asyncio.sleep(0.005)


def messenger(work: Work, clock: HandClock, **more) -> Worker:
    return Worker(work.store, clock, "notify", work.do, service="stock", **more)


def test_one_that_hangs_holds_up_no_other(run, work, clock, put):
    for number in range(40):
        put(number, f"m{number}")
    work.stuck = {"m0"}

    async def play():
        async with working(messenger(work, clock, batch=4)):
            await until(lambda: len(work.begun) == 40)
            work.freed.set()

    run(play())
    assert len(set(work.begun)) == 40
    assert work.most == 4


def test_one_that_gathers_ends_at_once(run, work, clock, put):
    async def play():
        async with working(messenger(work, clock, gather_seconds=2 * SOON)):
            await asyncio.sleep(0.05)
            await work.store.put_scenario(scenario())
            await work.store.write_process(start(1))
            await asyncio.sleep(0.05)

    run(play())


def test_messages_of_a_process_go_one_after_the_other(run, work, clock, put):
    put(1, "first", "second", "third")
    put(2, "other")
    work.stuck = {"first"}

    async def play():
        async with working(messenger(work, clock)):
            await until(lambda: {"first", "other"} <= set(work.begun))
            await asyncio.sleep(0.1)
            assert "second" not in work.begun
            work.freed.set()
            await until(lambda: "third" in work.begun)

    run(play())
    assert [name for name in work.begun if name != "other"] == ["first", "second", "third"]


def test_what_comes_after_one_that_is_put_off_waits_as_long(run, store, clock, put):
    put(1, "first", "second")
    put(2, "other")

    async def take():
        return await store.jobs.claim("notify", "stock", to_text(clock.now()), 60, 9)

    held = {one.job.id: one for one in run(take())}
    assert held.keys() == {"first", "other"}
    clock.move(seconds=5)
    later = to_text(clock.now())
    run(store.jobs.put_off(held["first"].claim, later, held["first"].job.payload))
    assert run(store.jobs.next_due("notify", "stock")) == later
    assert [one.job.id for one in run(take())] == ["first"]


def test_one_that_was_given_up_holds_up_no_other(run, work, store, clock, put):
    record = put(1, "first", "second")
    (held,) = run(store.jobs.claim("notify", "stock", to_text(clock.now()), 60, 9))
    run(store.jobs.give_up(held.claim, to_text(clock.now()), attempt(record.id)))
    assert run(messenger(work, clock).work()) == 1
    assert work.begun == ["second"]


def attempt(process):
    from callboard.ports.jobs import AttemptRecord

    return AttemptRecord(process, "first", "stock", 1, "2026-01-01T12:00:00.000Z", 1, "failed")


def test_of_several_workers_on_one_store_each_job_is_done_by_one(run, work, clock, put):
    for number in range(100):
        put(number, f"m{number}")

    async def play():
        async with working(*(messenger(work, clock, batch=7) for _ in range(4))):
            await until(lambda: len(work.begun) >= 100)
            await asyncio.sleep(0.1)

    run(play())
    assert sorted(work.begun) == sorted(f"m{number}" for number in range(100))


def test_what_cannot_be_finished_is_handed_back(run, work, clock, store, put):
    put(1, "stuck")
    put(2, "quick")
    work.stuck = {"stuck"}
    worker = messenger(work, clock, held_seconds=3600)

    async def play():
        running = asyncio.create_task(worker.run())
        await until(lambda: len(work.begun) == 2)
        worker.stop()
        await asyncio.wait({running}, timeout=0.1)
        assert not running.done(), "it waits for what is under way"
        running.cancel()
        await worker.hand_back()
        return await store.jobs.claim("notify", "stock", to_text(clock.now()), 60, 9)

    assert [held.job.id for held in run(play())] == ["stuck"]


def test_what_failed_is_taken_again_when_its_claim_has_run_out(run, work, clock, put, monkeypatch):
    monkeypatch.setattr(module, "POLL_SECONDS", 0.1)
    put(1, "m")
    tries = []

    async def fail(held):
        tries.append(held.claim.fence)
        if len(tries) < 3:
            raise RuntimeError("no")
        await work.do(held)

    async def play():
        worker = messenger(work, clock, held_seconds=0.05)
        worker.do = fail
        async with working(worker):
            await until(lambda: work.begun)

    run(play())
    assert tries == [1, 2, 3]


def test_what_the_database_was_away_for_is_taken_again_when_it_is_back(
    run, work, clock, put, monkeypatch
):
    """Long before its claim has run out."""
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.01)
    put(1, "m")
    tries = []

    async def fail(held):
        tries.append(held.claim.fence)
        if len(tries) < 3:
            raise UnavailableError("The database does not answer.")
        await work.do(held)

    async def play():
        worker = messenger(work, clock, held_seconds=3600)
        worker.do = fail
        async with working(worker):
            await until(lambda: work.begun)

    run(play())
    assert tries == [1, 2, 3]


def test_a_step_that_drops_a_message_leaves_nothing_to_be_done(run, work, store, clock, put):
    record = put(1, "m")
    run(store.write_process(replace(step(record), drops_jobs=True)))
    assert run(messenger(work, clock).work()) == 0


def test_nothing_that_goes_wrong_ends_a_worker(run, work, clock, put, monkeypatch, caplog):
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.01)
    put(1, "m")
    worker = messenger(work, clock)
    answers = iter((RuntimeError("odd"), None))
    due = worker._due

    async def stumble():
        error = next(answers, None)
        if error is not None:
            raise error
        return await due()

    worker._due = stumble

    async def play():
        async with working(worker):
            await until(lambda: work.begun)

    run(play())
    assert "stumbled" in caplog.text
