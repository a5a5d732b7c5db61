"""A stream tells what happens, once each, and goes on where it was left."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from callboard.engine import Engine, changes, departed
from callboard.engine.admin_commands import EraseCommand
from callboard.engine.commands import StartCommand
from callboard.engine.streaming import StreamCommand
from callboard.errors import ForbiddenError, InvalidError, UnauthenticatedError
from callboard.ports.caller import ProcessLimit
from tests.engine.world import ADMIN, ALICE, BOB, DAVID, CountedIds, act, begin, key, user


def follow(engine, run, caller, after="0", **more):
    return run(engine.streaming.follow(caller, StreamCommand(after, **more)))


def told(engine, run, caller, after="0", **more):
    """Everything after a place."""
    following, found, before = follow(engine, run, caller, after, **more), [], None
    while before != following.position:
        before = following.position
        found += run(following.next(0))
    return found


@pytest.fixture
def names(engine, run):
    """The ids and names of news, in which changes are numbered from 1."""

    def show(news):
        numbers = sorted({int(one.id.partition(".")[0]) for one in told(engine, run, ADMIN)})
        found = []
        for one in news:
            number, dot, part = one.id.partition(".")
            found.append((f"{numbers.index(int(number)) + 1}{dot}{part}", one.event))
        return found

    return show


@pytest.fixture
def leave(engine, run):
    """Alice asks for leave (change 1), a step is refused (2), and the managers approve (3)."""
    process = begin(engine, run, ALICE, "leave", "ask", 3, as_actor="employee")["id"]
    act(engine, run, ALICE, process, "approve", as_actor="employee")
    act(engine, run, BOB, process, "approve")
    return process


def test_what_happens_is_told_with_the_tasks_that_come_of_it(engine, run, leave, names):
    assert names(told(engine, run, BOB)) == [
        ("1.1", "created"),
        ("1", "task-appeared"),
        ("2", "refused"),
        ("3.1", "ended"),
        ("3", "task-gone"),
    ]


def test_it_is_told_who_did_what_and_never_with_what(engine, run, leave):
    first = told(engine, run, ALICE)[0].data
    view = run(engine.processes.get(ALICE, leave)).document
    assert first["process"] == {
        "id": leave,
        "title": "Leave",
        "isRunning": False,
        "scenario": {"id": view["scenario"]["id"], "name": "leave"},
        "current": {"key": "(approved)", "title": view["current"].get("title")},
    }
    assert (first["version"], first["action"], first["actor"]) == (2, "ask", "employee")
    assert first["head"] == view["events"][1]["hash"]
    assert set(first) == {"process", "version", "at", "head", "action", "actor"}


def test_nothing_is_told_to_a_stranger(engine, run, leave):
    assert told(engine, run, DAVID) == []


def test_an_operator_is_told_all_and_has_no_tasks_of_others(engine, run, leave):
    assert [one.event for one in told(engine, run, ADMIN)] == ["created", "refused", "ended"]


def test_whoever_loses_a_process_is_told_its_id_and_nothing_else(engine, run, names):
    text = """
title: Handover
name: handover
version: 1.0.0
actors: {worker: {}}
actions: {hand: {actor: worker, response: string, update: actors.worker.id}, done: {}}
states:
  initial: {transitions: [{on: hand, goto: ~}, {on: done, goto: (done)}]}
"""
    run(engine.scenarios.store(ADMIN, text, "application/yaml"))
    process = begin(engine, run, ALICE, "handover")["id"]
    act(engine, run, ALICE, process, "hand", response="david")
    news = told(engine, run, ALICE)
    assert names(news) == [("2", "task-gone")]
    assert news[0].data == {"process": {"id": process}}
    assert names(told(engine, run, DAVID))[-1] == ("2", "task-appeared")


def test_a_task_stays_while_any_part_of_the_caller_has_it(engine, run):
    process = begin(engine, run, ALICE, "leave", as_actor="employee")["id"]
    act(engine, run, ALICE, process, "ask", response=3)
    act(engine, run, BOB, process, "approve")
    both = user("alice", "management")
    events = [one.event for one in told(engine, run, both)]
    assert events == ["created", "task-appeared", "stepped", "ended", "task-gone"]
    assert [one.event for one in told(engine, run, BOB)][:3] == [
        "created",
        "stepped",
        "task-appeared",
    ]


def test_a_service_has_tasks_and_a_limited_key_sees_its_scenario_alone(engine, run, leave, names):
    order = begin(engine, run, ALICE, "order", "order")["id"]
    supplier = key(service="supplier")
    assert names(told(engine, run, supplier)) == [("4.1", "created"), ("4", "task-appeared")]
    elsewhere = key(ProcessLimit(scenario="leave"), service="supplier")
    act(engine, run, supplier, order, "confirm")
    assert told(engine, run, elsewhere) == []
    buyer = key(ProcessLimit(scenario="order", actors=("buyer",)))
    news = names(told(engine, run, buyer))
    assert news == [("4.1", "created"), ("4", "task-gone"), ("5.1", "ended"), ("5", "task-gone")]


def test_a_key_is_told_the_tasks_that_its_limits_leave_it(engine, run, names):
    manager = key(ProcessLimit(scenario="leave", actors=("manager",)))
    approver = key(ProcessLimit(scenario="leave", actors=("manager",), actions=("nothing",)))
    begin(engine, run, ALICE, "leave", "ask", 3, as_actor="employee")
    assert names(told(engine, run, manager)) == [("1.1", "created"), ("1", "task-appeared")]
    assert names(told(engine, run, approver)) == [("1.1", "created"), ("1", "task-gone")]


def test_it_goes_on_after_every_place_without_a_gap_or_a_repeat(engine, run, leave):
    begin(engine, run, BOB, "leave", "ask", 3, as_actor="employee")
    whole = told(engine, run, BOB)
    for at, news in enumerate(whole):
        assert told(engine, run, BOB, news.id) == whole[at + 1 :]


def test_without_a_place_it_begins_now(engine, run, leave):
    following = follow(engine, run, BOB, None)
    assert following.position == told(engine, run, BOB)[-1].id
    assert run(following.next(0)) == []
    begin(engine, run, ALICE, "leave", "ask", 3, as_actor="employee")
    assert [one.event for one in run(following.next(0))] == ["created", "task-appeared"]
    assert following.position == told(engine, run, BOB)[-1].id


def test_only_a_process_or_a_scenario(engine, run, leave, names):
    other = begin(engine, run, ALICE, "order", "order")["id"]
    assert {one.data["process"]["id"] for one in told(engine, run, ADMIN, process=leave)} == {leave}
    for name in ("order", run(engine.processes.get(ADMIN, other)).document["scenario"]["id"]):
        assert names(told(engine, run, ADMIN, scenario=name)) == [("4", "created")]
    assert told(engine, run, ADMIN, process="no id") == []
    assert told(engine, run, ADMIN, scenario="nothing") == []


@pytest.mark.parametrize(
    "after", ["x", "", "-1", "{next}", "0.1", "{last}.2", "{last}.1.1", "99999999999999", "١"]
)
def test_an_id_that_was_never_given_is_refused(engine, run, leave, after):
    last = int(told(engine, run, ADMIN)[-1].id)
    after = after.format(last=last, next=last + 1)
    with pytest.raises(InvalidError):
        follow(engine, run, ALICE, after)


def test_it_needs_the_privilege_also_later(engine, run, leave):
    poor = replace(ALICE, privileges=frozenset({"process:start"}))
    with pytest.raises(ForbiddenError):
        follow(engine, run, poor)
    following = follow(engine, run, ALICE)
    with pytest.raises(ForbiddenError):
        following.renew(poor)


def test_nothing_is_told_when_the_credential_has_ended(engine, run, clock, leave):
    ends = replace(ALICE, expires=clock.now().timestamp() + 60)
    following = follow(engine, run, ends)
    clock.move(seconds=60)
    with pytest.raises(UnauthenticatedError):
        run(following.next(0))


def test_it_waits_no_longer_than_the_credential_lasts(engine, run, clock):
    following = follow(engine, run, replace(ALICE, expires=clock.now().timestamp() + 0.05))

    async def waits():
        async with asyncio.timeout(1):
            return await following.next(60)

    assert run(waits()) == []


def test_whoever_waits_is_woken_by_a_commit(engine, run):
    async def both():
        following = await engine.streaming.follow(ADMIN, StreamCommand())
        waiting = asyncio.create_task(following.next(60))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await engine.processes.start(ADMIN, StartCommand("leave"))
        async with asyncio.timeout(2):
            return await waiting

    assert [one.event for one in run(both())] == ["created"]


def test_what_another_node_wrote_is_found_without_a_hint(engine, store, clock, run, monkeypatch):
    monkeypatch.setattr(changes, "POLL", 0.05)
    monkeypatch.setattr(type(store), "watch", lambda *_: None)
    deaf = Engine(store, clock, CountedIds())

    async def both():
        following = await deaf.streaming.follow(ADMIN, StreamCommand())
        await following.next(0)
        await engine.processes.start(ADMIN, StartCommand("leave"))
        async with asyncio.timeout(2):
            while not (news := await following.next(0.02)):
                pass
        return news

    assert [one.event for one in run(both())] == ["created"]


def test_whoever_is_far_behind_misses_nothing(engine, run, monkeypatch):
    monkeypatch.setattr(changes, "KEPT", 5)
    monkeypatch.setattr(changes, "PAGE", 4)
    early = follow(engine, run, ADMIN, None)
    late = follow(engine, run, ADMIN, None)
    seen = []
    for _ in range(40):
        begin(engine, run, ALICE, "leave")
        seen += run(early.next(0))
    assert len(engine.streaming.changes._kept) <= 10
    behind = []
    while news := run(late.next(0)):
        assert len(news) <= 4
        behind += news
    whole = [one.id for one in told(engine, run, ADMIN)]
    assert [one.id for one in seen] == [one.id for one in behind] == whole
    assert len(set(whole)) == 40


def test_nobody_who_left_is_kept(engine, run):
    hub = engine.streaming.changes

    async def leave_early():
        following = await engine.streaming.follow(ADMIN, StreamCommand())
        waiting = asyncio.create_task(following.next(60))
        await asyncio.sleep(0.02)
        waiting.cancel()
        await asyncio.wait([waiting])

    run(leave_early())
    assert not hub._waiting


def test_whoever_paused_misses_nothing_when_others_begin_later(engine, run):
    early = follow(engine, run, ADMIN, None)
    run(early.next(0))
    for _ in range(3):
        begin(engine, run, ALICE, "leave")
    run(follow(engine, run, ADMIN, None).next(0))
    whole = [one.id for one in told(engine, run, ADMIN)]
    assert [one.id for one in run(early.next(0))] == whole
    assert len(whole) == 3


def test_what_was_erased_is_remembered_for_a_moment_only(engine, run, leave, monkeypatch):
    monkeypatch.setattr(departed, "KEPT", 0.02)
    run(engine.admin.erase(ADMIN, EraseCommand(leave, "Request 17")))
    run(asyncio.sleep(0.05))
    assert engine.streaming.departed.get(leave) is None
    assert told(engine, run, BOB) == []
    assert [one.event for one in told(engine, run, ADMIN)] == ["erased"]
