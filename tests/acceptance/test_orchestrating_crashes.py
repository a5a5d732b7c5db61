"""A server that is killed while processes start, step and wait for others: each is done once."""

from __future__ import annotations

import asyncio
import json
import secrets
from random import Random

import httpx

from callboard import verify
from tests.acceptance.crashing import SETTINGS, YAML, Ordering, chains, crash, rows, settle
from tests.acceptance.forking import Nursery
from tests.server.staging import free_port

CRASHES = 30
BUYERS = 2
PARENT = """
title: Supply
name: supply
version: 1.0.0
actors: {buyer: {role: support}}
actions:
  order: {actor: buyer}
  began: {actor: service:engine, response: {}, update: vars.check}
  hurried: {actor: service:engine, response: {}}
  ended: {actor: service:engine, response: {}, update: vars.outcome}
vars: {check: {}, outcome: {}}
states:
  initial: {on: order, goto: starting}
  starting:
    notify: {service: engine, trigger: began, message: {start: check, action: begin}}
    on: began
    goto: hurrying
  hurrying:
    notify:
      service: engine
      trigger: hurried
      message: {step: !ref vars.check.process, action: hurry}
    on: hurried
    goto: waiting
  waiting:
    notify: {service: engine, trigger: ended, message: {wait: !ref vars.check.process}}
    on: ended
    goto: (done)
"""
CHECK = """
title: Check
name: check
version: 1.0.0
actions:
  begin: {actor: service:engine}
  hurry: {actor: service:engine}
states:
  initial: {on: begin, goto: open}
  open: {on: hurry, goto: hurried}
  hurried: {after: 1 second, goto: (checked)}
"""
ENGINE = {"provider": "engine", "scenarios": ["check"], "actions": ["begin", "hurry"]}


async def play(folder, seed):
    chance = Random(seed)
    database = folder / "callboard.db"
    services = {"CALLBOARD_SERVICES": json.dumps({"engine": ENGINE})}
    server = Nursery(database, free_port(), **SETTINGS, **services)
    try:
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.until_ready)
        for text in (PARENT, CHECK):
            httpx.post(f"{server.url}/scenarios", content=text, headers=YAML).raise_for_status()
        ordering = Ordering(server.url, Random(seed + 1))
        await asyncio.to_thread(server.kill)
        buyers = [asyncio.create_task(ordering.buy()) for _ in range(BUYERS)]
        for _ in range(CRASHES):
            await crash(server, chance)
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.until_ready)
        ordering.stopped = True
        await asyncio.gather(*buyers)
        await settle(database)
        await asyncio.to_thread(server.stop)
    finally:
        server.close()
    return ordering.promised.values(), chains(database), database


def test_what_processes_ask_of_others_is_done_once(tmp_path, run):
    seed = secrets.randbits(32)
    print("seed", seed)
    orders, found, database = run(play(tmp_path, seed))
    steps = {
        process: [event.get("action") for event in events[1:]] for process, events in found.items()
    }
    parents = {process for process, actions in steps.items() if "order" in actions}
    assert parents == set(orders)
    assert len(found) == 2 * len(parents)
    for process, events in found.items():
        assert verify(events).ok
        ours = ["order", "began", "hurried", "ended"]
        assert steps[process] == (ours if process in parents else ["begin", "hurry", None])
    children = [found[process][2]["response"]["process"] for process in parents]
    assert {*children} == found.keys() - parents
    for process in parents:
        outcome = found[process][-1]["response"]
        assert (outcome["outcome"], outcome["state"]) == ("ended", "(checked)")
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    print(len(parents), "processes that started another")
