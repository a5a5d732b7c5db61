"""The same request again, with its key."""

from __future__ import annotations

import asyncio

import pytest

from callboard.engine import Engine
from callboard.engine.commands import FirstAction, Idempotency, ListCommand, StartCommand
from callboard.errors import (
    CallboardError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PreconditionError,
)
from tests.engine.test_step import BROKEN
from tests.engine.world import ADMIN, ALICE, BOB, CountedIds, act, begin

KEY = Idempotency("k", "print")
OTHER = Idempotency("k", "another print")


@pytest.fixture
def asked(engine, run):
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


def count(engine, run, process):
    return len(run(engine.processes.get(ADMIN, process)).document["events"])


def test_a_start_happens_once(engine, run):
    command = StartCommand("leave", action=FirstAction("ask", 2), predict=True, idempotency=KEY)
    first = run(engine.processes.start(ALICE, command))
    act(engine, run, BOB, first.document["id"], "approve")
    assert run(engine.processes.start(ALICE, command)) == first
    assert len(run(engine.processes.list(ADMIN, ListCommand(all=True))).items) == 1


def test_a_step_happens_once(engine, run, asked):
    first = act(engine, run, BOB, asked, "note", response="x", represent=True, idempotency=KEY)
    act(engine, run, BOB, asked, "approve")
    again = act(engine, run, BOB, asked, "note", response="x", represent=True, idempotency=KEY)
    assert again == first
    assert count(engine, run, asked) == 4


def test_a_refused_step_is_refused_once(engine, run, asked):
    first = act(engine, run, BOB, asked, "note", response=1, idempotency=KEY)
    again = act(engine, run, BOB, asked, "note", response=1, idempotency=KEY)
    assert (again.head, again.view) == (first.head, None)
    assert [r.as_json() for r in again.reasons] == [r.as_json() for r in first.reasons]
    assert count(engine, run, asked) == 3


def test_another_request_with_the_key_is_a_conflict(engine, run, asked):
    act(engine, run, BOB, asked, "note", response="x", idempotency=KEY)
    with pytest.raises(ConflictError) as caught:
        act(engine, run, BOB, asked, "approve", idempotency=OTHER)
    assert caught.value.problem == "idempotency-key-reused"
    assert count(engine, run, asked) == 3


def test_keys_of_others_are_other_keys(engine, run, asked):
    act(engine, run, BOB, asked, "note", response="x", idempotency=KEY)
    act(engine, run, ALICE, asked, "note", response="x", idempotency=OTHER)
    assert count(engine, run, asked) == 4


def test_a_key_ends_after_a_day(engine, run, clock, asked):
    act(engine, run, BOB, asked, "note", response="x", idempotency=KEY)
    clock.move(hours=24)
    act(engine, run, BOB, asked, "approve", idempotency=OTHER)
    assert count(engine, run, asked) == 4


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"as_actor": "employee"}, ForbiddenError),
        ({"if_match": ("x",)}, PreconditionError),
        ({"action": "fly"}, NotFoundError),
    ],
)
def test_what_was_refused_is_refused_again_in_the_same_words(engine, run, asked, more, kind):
    request = {"action": "approve", "idempotency": KEY, **more}
    caught = []
    for _ in range(2):
        with pytest.raises(kind) as error:
            act(engine, run, BOB, asked, **request)
        caught.append((error.value.message, error.value.problem))
        run(engine.scenarios.store(ADMIN, BROKEN, "application/yaml"))
    assert caught[0] == caught[1]
    with pytest.raises(ConflictError):
        act(engine, run, BOB, asked, "approve", idempotency=OTHER)


def test_an_expression_that_failed_says_so_again(engine, run):
    run(engine.scenarios.store(ADMIN, BROKEN, "application/yaml"))
    process = begin(engine, run, ALICE, "broken", as_actor="actor")["id"]
    caught: list[CallboardError] = []
    for _ in range(2):
        with pytest.raises(CallboardError) as error:
            act(engine, run, ALICE, process, "fail", idempotency=KEY)
        caught.append(error.value)
    first, again = caught
    assert isinstance(again, InvalidError)
    assert (again.message, again.problem) == (first.message, first.code)
    assert again.reasons[0].pointer == first.pointer
    assert first.pointer.startswith("/actions/fail/update/0/value")


def test_a_conflict_is_not_kept(engine, run, asked):
    act(engine, run, BOB, asked, "note", response="x", idempotency=KEY)
    with pytest.raises(ConflictError):
        act(engine, run, BOB, asked, "note", response="y", idempotency=OTHER)
    assert act(engine, run, BOB, asked, "note", response="x", idempotency=KEY).reasons == ()


def test_twins_at_once_are_one(engine, store, clock, run):
    other_node = Engine(store, clock, CountedIds())
    other_node.processes.ids.count = 1_000
    command = StartCommand("leave", action=FirstAction("ask", 2), idempotency=KEY)

    async def twins():
        nodes = [engine, other_node] * 5
        return await asyncio.gather(*(node.processes.start(ALICE, command) for node in nodes))

    assert len({view.head for view in run(twins())}) == 1
    assert len(run(engine.processes.list(ADMIN, ListCommand(all=True))).items) == 1
