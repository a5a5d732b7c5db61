"""Processes that lead to one another come to an end, however they are written."""

from __future__ import annotations

from callboard.engine.times import to_text
from callboard.ports.caller import Caller, KeyIdentity
from callboard.ports.orchestration import OrchestrationConfig
from tests.engine.orchestra import Stage
from tests.engine.world import ALICE, begin

ENDLESS = """
title: Endless
name: endless
version: 1.0.0
actions:
  go: {actor: [anyone, "service:engine"]}
  stop: {actor: anyone}
actors: {anyone: {role: support}}
states:
  initial: {on: go, goto: going}
  going:
    notify: {service: engine, message: {start: endless, action: go}}
    on: stop
    goto: (stopped)
"""


def test_processes_that_start_each_other_come_to_an_end(store, clock, run):
    config = OrchestrationConfig(("endless",), ("go",), depth=3)
    stage = Stage(store, clock, run, engine=config)
    stage.keep(ENDLESS)
    begin(stage.engine, run, ALICE, "endless", "go")
    stage.work()
    assert len(stage.of("endless")) == 4
    details = [one.last.detail for one in stage.run(store.jobs.failed(None, 9))]
    assert ["3 processes have led to this one" in detail for detail in details].count(True) == 1
    stage.run(store.jobs.retry(None, None, to_text(clock.now()), 9))
    stage.work(days=30)
    assert len(stage.of("endless")) == 4


PING = """
title: Ping
name: NAME
version: 1.0.0
actors: {anyone: {role: support}}
actions:
  go: {actor: [anyone, "service:engine"], response: {}, update: vars.other}
  hit: {actor: service:engine}
  back: {actor: service:engine, response: {}}
vars: {other: {}}
states:
  initial: {on: go, goto: waiting}
  waiting: {on: hit, goto: hitting}
  hitting:
    notify: {service: engine, message: {step: !ref vars.other, action: hit}, trigger: back}
    on: back
    goto: waiting
"""


def test_processes_that_step_each_other_come_to_an_end(store, clock, run):
    config = OrchestrationConfig(("ping", "pong"), ("hit",), depth=5, reach="any")
    stage = Stage(store, clock, run, engine=config)
    for name in ("ping", "pong"):
        stage.keep(PING.replace("NAME", name))
    ping = begin(stage.engine, run, ALICE, "ping")["id"]
    pong = begin(stage.engine, run, ALICE, "pong", "go", ping)["id"]
    stage.act(ping, "go", pong, who=ALICE)
    caller = Caller(frozenset({"process:read", "process:step"}), key=KeyIdentity("k", (), "engine"))
    stage.act(ping, "hit", who=caller)
    stage.work()
    hits = [
        event
        for process in (ping, pong)
        for event in stage.shown(process)["events"]
        if event.get("action") == "hit"
    ]
    assert len(hits) == 6


def test_a_family_does_only_so_much_in_an_hour(store, clock, run):
    config = OrchestrationConfig(("endless",), ("go",), depth=99, hourly=4)
    stage = Stage(store, clock, run, engine=config)
    stage.keep(ENDLESS)
    begin(stage.engine, run, ALICE, "endless", "go")
    stage.work()
    assert len(stage.of("endless")) == 5
    stage.work(minutes=30)
    assert len(stage.of("endless")) == 5
    stage.work(hours=1)
    assert len(stage.of("endless")) == 9
