"""Steps at once: one after the other, none lost, none twice."""

from __future__ import annotations

import asyncio

import pytest

from callboard.core.process import verify
from callboard.engine import Engine, EngineConfig
from callboard.engine.commands import StepCommand
from callboard.engine.retry import Turns, pause, retried
from callboard.errors import ConflictError
from callboard.ports.store import StaleError
from tests.engine.world import ADMIN, ALICE, BOB, CountedIds, begin


@pytest.fixture
def asked(engine, run):
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


def events(engine, run, process):
    return run(engine.processes.get(ADMIN, process)).document["events"]


async def note(engine, process, text):
    return await engine.processes.step(BOB, StepCommand(process, "note", text))


def test_steps_at_once_in_one_node_are_all_in_the_chain(engine, run, asked):
    async def all_at_once():
        return await asyncio.gather(*(note(engine, asked, str(n)) for n in range(20)))

    results = run(all_at_once())
    chain = events(engine, run, asked)
    assert [event["hash"] for event in chain[2:]] == [result.head for result in results]
    assert verify(chain).ok


def test_steps_at_once_in_several_nodes_are_all_in_the_chain(store, clock, engine, run, asked):
    nodes = [Engine(store, clock, CountedIds()) for _ in range(4)]

    async def all_at_once():
        return await asyncio.gather(*(note(nodes[n % 4], asked, str(n)) for n in range(16)))

    run(all_at_once())
    chain = events(engine, run, asked)
    assert sorted(event["response"] for event in chain[2:]) == sorted(map(str, range(16)))
    assert verify(chain).ok


def test_of_two_that_approve_at_once_one_is_refused(engine, run, asked):
    async def both():
        step = StepCommand(asked, "approve")
        return await asyncio.gather(*(engine.processes.step(BOB, step) for _ in range(2)))

    refused = [bool(result.reasons) for result in run(both())]
    assert refused == [False, True]
    assert [event.get("skipped") for event in events(engine, run, asked)] == [
        None,
        False,
        False,
        True,
    ]


def test_of_two_with_the_same_etag_one_is_late(engine, run, asked):
    seen = events(engine, run, asked)[-1]["hash"]

    async def both():
        step = StepCommand(asked, "note", "x", if_match=(seen,))
        steps = (engine.processes.step(BOB, step) for _ in range(2))
        return await asyncio.gather(*steps, return_exceptions=True)

    assert [type(result).__name__ for result in run(both())] == ["Stepped", "PreconditionError"]


def test_who_is_always_late_gives_up_with_a_conflict(store, clock, run):
    engine = Engine(store, clock, CountedIds(), EngineConfig(attempts=3))
    tries = []

    async def late():
        tries.append(1)
        raise StaleError("late")

    with pytest.raises(ConflictError):
        run(retried(engine.processes.config.attempts, late))
    assert len(tries) == 3


def test_pauses_grow_and_have_a_bound():
    pauses = [pause(count) for count in range(2_000)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 0.1


def test_turns_come_in_order_and_are_forgotten(run):
    turns, order = Turns(), []

    async def take(name, number):
        async with turns.of(name):
            await asyncio.sleep(0)
            order.append((name, number))

    async def all_at_once():
        await asyncio.gather(*(take(name, number) for number in range(5) for name in "ab"))

    run(all_at_once())
    assert [number for name, number in order if name == "a"] == [*range(5)]
    assert order[:2] == [("a", 0), ("b", 0)]
    assert turns._waiting == {}


def test_a_turn_that_is_given_up_is_passed_on(run):
    turns, order = Turns(), []

    async def take(number):
        async with turns.of("a"):
            await asyncio.sleep(0)
            order.append(number)

    async def give_one_up():
        tasks = [asyncio.create_task(take(number)) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(give_one_up())
    assert order == [0, 2]
    assert turns._waiting == {}


def test_a_step_that_is_cancelled_lets_others_go_on(engine, run, asked):
    async def cancel_one():
        first = asyncio.create_task(note(engine, asked, "first"))
        second = asyncio.create_task(note(engine, asked, "second"))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert run(cancel_one()).reasons == ()
    assert verify(events(engine, run, asked)).ok
