"""What is written with an event: jobs, participants, tasks, a change."""

from __future__ import annotations

import json

import pytest

from callboard.core.process import Outcome, StateEntered, StateLeft, TimerSet
from callboard.engine.outbox import jobs
from tests.engine.world import ADMIN, ALICE, BOB, act, begin, key

WAITING = """
title: Waiting
name: waiting
version: 1.0.0
actors: {one: {role: support}, two: {}}
actions:
  wait: {actor: one}
  tell: {actor: service:mailer, response: {}}
states:
  initial:
    notify: {service: pager, after: 2 minutes, message: !tpl "Wake up, {{title}}"}
    transitions:
      - {on: wait, goto: ~}
      - {on: wait_no_more, by: [one, two], goto: telling}
      - {after: 1 hour, goto: (late)}
  telling:
    transitions:
      - {on: tell, goto: (told)}
      - {after: 900000000000000, goto: (late)}
"""


@pytest.fixture
def rows(stored):
    """What a query of the database gives."""
    return stored.query


@pytest.fixture
def waiting(engine, run):
    run(engine.scenarios.store(ADMIN, WAITING, "application/yaml"))
    return begin(engine, run, ALICE, "waiting", actors={"two": {"id": "zoe"}})


def stored_jobs(rows):
    found = rows("SELECT kind, due, event, payload FROM jobs ORDER BY due")
    return [(kind, due, event, json.loads(payload)) for kind, due, event, payload in found]


def test_entering_a_state_sets_its_timer_and_tells_its_services(rows, waiting):
    event, at = waiting["events"][0]["hash"], "2026-01-01T12:00:00.000Z"
    told = {"state": "initial", "service": "pager", "entry": 0, "at": at}
    timer = {"state": "initial", "index": 0, "after": 3600, "at": at}
    assert stored_jobs(rows) == [
        (
            "notify",
            "2026-01-01T12:02:00.000Z",
            event,
            told | {"message": "Wake up, Waiting", "due": "2026-01-01T12:02:00.000Z"},
        ),
        ("timer", "2026-01-01T13:00:00.000Z", event, timer),
    ]


def test_staying_keeps_the_clock_and_the_messages(engine, run, rows, clock, waiting):
    before = stored_jobs(rows)
    clock.move(minutes=10)
    act(engine, run, ALICE, waiting["id"], "wait")
    assert stored_jobs(rows) == before


def test_a_first_action_that_stays_keeps_the_messages_too(engine, run, rows, waiting):
    begin(engine, run, ALICE, "waiting", "wait")
    assert len(stored_jobs(rows)) == 4


def test_a_first_action_that_leaves_drops_the_jobs_of_the_start(engine, run, rows):
    run(engine.scenarios.store(ADMIN, WAITING, "application/yaml"))
    begin(engine, run, ALICE, "waiting", "wait_no_more", as_actor="one")
    assert [payload["state"] for *_, payload in stored_jobs(rows)] == ["telling", "telling"]


def test_leaving_a_state_drops_its_jobs(engine, run, rows, waiting):
    act(engine, run, ALICE, waiting["id"], "wait_no_more", as_actor="one")
    assert [(kind, due[:4]) for kind, due, _, _ in stored_jobs(rows)] == [
        ("notify", "2026"),
        ("timer", "9999"),
    ]
    act(engine, run, key(service="mailer"), waiting["id"], "tell")
    assert stored_jobs(rows) == []


def test_a_refused_step_leaves_everything_as_it_was(engine, run, rows, waiting):
    tables = ("jobs", "tasks", "participants")
    before = [rows(f"SELECT * FROM {table}") for table in tables]
    assert act(engine, run, ALICE, waiting["id"], "tell").reasons
    assert [rows(f"SELECT * FROM {table}") for table in tables] == before
    assert rows("SELECT kind FROM changes ORDER BY seq")[-1] == ("refused",)


def test_the_same_effect_is_the_same_job():
    at = "2026-01-01T12:00:00.000Z"
    effects = (StateEntered("s", at), TimerSet("s", 0, 60, at))
    process = "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10"
    first, again = (jobs(process, (Outcome({}, {"hash": "h"}, (), effects),)) for _ in range(2))
    assert first == again
    other = jobs(process, (Outcome({}, {"hash": "i"}, (), effects),))
    assert {job.id for job in first.added}.isdisjoint(job.id for job in other.added)


def test_only_leaving_a_state_drops_its_jobs():
    process = "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10"
    stays = Outcome({}, {"hash": "h"}, (), (StateEntered("s", "t"),))
    assert jobs(process, (stays,)) == (False, ())
    assert jobs(process, (Outcome({}, {"hash": "h"}, (), (StateLeft("s"),)),)) == (True, ())


def principals(pairs):
    """Whose they are."""
    return {name for _, name, *_ in pairs}


def test_whom_a_process_belongs_to(waiting, stored):
    everybody = {"role:support", "user:zoe", "service:mailer"}
    assert principals(stored.participants()) == everybody


def test_who_has_something_to_do(engine, run, rows, clock, waiting, stored):
    assert principals(stored.tasks()) == {"role:support", "user:zoe"}
    assert set(rows("SELECT since, due FROM tasks")) == {
        ("2026-01-01T12:00:00.000Z", "2026-01-01T13:00:00.000Z")
    }
    act(engine, run, ALICE, waiting["id"], "wait_no_more", as_actor="one")
    assert principals(stored.tasks()) == {"service:mailer"}
    act(engine, run, key(service="mailer"), waiting["id"], "tell")
    assert principals(stored.tasks()) == set()


def test_who_becomes_an_actor_by_an_update_is_found(engine, run, rows, stored):
    text = """
name: hand-over
version: 1.0.0
actors: {one: {}, next: {}}
actions: {hand: {response: string, update: actors.next.id}, take: {actor: next}}
states:
  initial:
    transitions: [{on: hand, goto: ~}, {on: take, goto: (taken)}]
"""
    run(engine.scenarios.store(ADMIN, text, "application/yaml"))
    process = begin(engine, run, ALICE, "hand-over", as_actor="one")["id"]
    assert principals(stored.tasks()) == {"user:alice"}
    act(engine, run, ALICE, process, "hand", response="bob")
    assert principals(stored.participants()) == {"user:alice", "user:bob"}
    assert principals(stored.tasks()) == {"user:alice", "user:bob"}
    assert act(engine, run, BOB, process, "take").reasons == ()
    assert rows("SELECT kind FROM changes ORDER BY seq")[-1] == ("ended",)


def test_tasks_know_the_events_where_conditions_read_them(engine, run, stored):
    text = """
name: second
version: 1.0.0
actors: {one: {role: support}, two: {role: management}}
actions:
  wait: {actor: one}
  end: {actor: two, if: !ref length(events) > `2`}
states:
  initial: {transitions: [{on: wait, goto: ~}, {on: "end", goto: (ended)}]}
"""
    run(engine.scenarios.store(ADMIN, text, "application/yaml"))
    process = begin(engine, run, ALICE, "second")["id"]
    act(engine, run, ALICE, process, "wait")
    assert principals(stored.tasks()) == {"role:support"}
    act(engine, run, ALICE, process, "wait")
    assert principals(stored.tasks()) == {"role:support", "role:management"}
