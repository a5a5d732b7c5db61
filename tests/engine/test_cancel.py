"""Operators end processes."""

from __future__ import annotations

import asyncio

import pytest

from callboard.core.process import replay, verify
from callboard.engine.admin_commands import CancelCommand
from callboard.engine.commands import StepCommand
from callboard.errors import ConflictError, ForbiddenError, NotFoundError, PreconditionError
from tests.engine.world import ADMIN, ALICE, BOB, act, begin


@pytest.fixture
def asked(engine, run):
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


def document(engine, run, process):
    return run(engine.processes.get(ADMIN, process)).document


def cancel(engine, run, process, caller=ADMIN, **more):
    return run(engine.admin.cancel(caller, CancelCommand(process, "A mistake", **more)))


def test_it_has_ended_and_nothing_waits_any_more(engine, run, asked, stored):
    changed = cancel(engine, run, asked)
    after = document(engine, run, asked)
    assert not after["isRunning"]
    assert after["events"][-1]["hash"] == changed.head
    assert after["events"][-1]["cancel"] == {"reason": "A mistake", "by": "root"}
    assert stored.jobs() == stored.tasks() == set()
    assert stored.changes()[-1] == (asked, 3, "ended")


def test_the_chain_gives_the_process_that_is_stored(engine, run, asked):
    cancel(engine, run, asked)
    after = document(engine, run, asked)
    scenario = run(engine.admin.reading.cache.get(after["scenario"]["id"]))
    assert verify(after["events"]).ok
    assert replay(scenario, after["events"]) == {**after, "scenario": {"id": scenario.id}}


def test_again_changes_nothing(engine, run, asked):
    first = cancel(engine, run, asked)
    assert cancel(engine, run, asked) == first
    assert len(document(engine, run, asked)["events"]) == 3


def test_what_has_come_to_its_end_is_a_conflict(engine, run, asked):
    act(engine, run, BOB, asked, "approve")
    with pytest.raises(ConflictError) as raised:
        cancel(engine, run, asked)
    assert raised.value.problem == "ended"


def test_a_condition_is_kept(engine, run, asked):
    head = document(engine, run, asked)["events"][-1]["hash"]
    with pytest.raises(PreconditionError):
        cancel(engine, run, asked, if_match=("other",))
    assert cancel(engine, run, asked, if_match=(head,)).head != head


def test_it_is_for_operators(engine, run, asked):
    with pytest.raises(ForbiddenError):
        cancel(engine, run, asked, caller=BOB)
    with pytest.raises(NotFoundError):
        cancel(engine, run, "00000000-0000-4000-8000-000000000000")


def test_a_step_afterwards_is_refused(engine, run, asked):
    cancel(engine, run, asked)
    result = act(engine, run, BOB, asked, "approve")
    assert [reason.code for reason in result.reasons] == ["action-not-in-state"]


def test_steps_and_a_cancellation_at_once_come_one_after_the_other(engine, run, asked):
    async def at_once():
        steps = [engine.processes.step(BOB, StepCommand(asked, "note", str(n))) for n in range(8)]
        ending = engine.admin.cancel(ADMIN, CancelCommand(asked, "Stop"))
        return await asyncio.gather(*steps[:4], ending, *steps[4:])

    run(at_once())
    after = document(engine, run, asked)
    assert verify(after["events"]).ok
    assert [event.get("skipped") for event in after["events"][1:]] == [
        *[False] * 5, None, *[True] * 4,
    ]  # fmt: skip
