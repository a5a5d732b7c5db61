"""The core in memory: events (a start and four actions each process) per second against bare dict
work, JSON and SHA-256.

python -m benchmarks.core
"""

from __future__ import annotations

import gc
import hashlib
import statistics
import time
from collections.abc import Callable

import orjson

from benchmarks.shape import ACTIONS, SCENARIO, response
from callboard import Outcome, Scenario, compile, instantiate, normalize, step
from callboard.core.values import JsonObject

AT = "2026-01-01T00:00:00.000Z"
ID = "11111111-2222-4333-8444-555555555555"
ROUNDS = 5
PROCESSES = 2000
RESPONSES = [response(number) for number in range(4)]


EVENTS = 1 + len(ACTIONS)


def floor() -> int:
    """What no engine can avoid: a document copied along its path, an event as JSON, its hash."""
    for _ in range(PROCESSES):
        head = sealed({"id": ID, "timestamp": AT, "scenario": ID})["hash"]
        process = {"id": ID, "vars": {}, "current": {"key": "initial"}}
        for number, (action, actor) in enumerate(ACTIONS):
            event = {"previous": head, "timestamp": AT, "action": action, "actor": {"key": actor}}
            event["response"] = RESPONSES[number]
            head = sealed(event)["hash"]
            process = {**process, "vars": {**process["vars"], action: RESPONSES[number]}}
            process["current"] = {"key": action, "timestamp": AT}
    return PROCESSES * EVENTS


def sealed(event: dict) -> dict:
    text = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    return {**event, "hash": hashlib.sha256(text).hexdigest()}


def steps() -> int:
    for _ in range(PROCESSES):
        outcome = instantiate(COMPILED, process_id=ID, at=AT)
        process, head = outcome.process, outcome.head
        for number, (action, actor) in enumerate(ACTIONS):
            outcome = step(
                COMPILED,
                process,
                action=action,
                actor=actor,
                response=RESPONSES[number],
                at=AT,
                head=head,
            )
            process, head = outcome.process, outcome.head
        assert not process["isRunning"]
    return PROCESSES * EVENTS


def stored_steps() -> int:
    """As when nothing is kept in memory: read the JSON, step, write the JSON."""
    for _ in range(PROCESSES):
        outcome = instantiate(COMPILED, process_id=ID, at=AT)
        text, head = orjson.dumps(outcome.process), outcome.head
        for number, (action, actor) in enumerate(ACTIONS):
            outcome = step(
                COMPILED,
                orjson.loads(text),
                action=action,
                actor=actor,
                response=RESPONSES[number],
                at=AT,
                head=head,
            )
            text, head = orjson.dumps(outcome.process), outcome.head
    return PROCESSES * EVENTS


def with_history(length: int) -> Callable[[], int]:
    """Steps of a process behind which `length` events lie."""
    scenario = {
        "actions": {"note": {"response": "string", "update": "vars.note"}},
        "vars": {"note": "string"},
        "states": {"initial": {"on": "note", "goto": None}},
    }
    compiled = compile(normalize(scenario))
    outcome = instantiate(compiled, process_id=ID, at=AT)
    for number in range(length):
        outcome = _note(compiled, outcome.process, outcome.head, f"note {number}")
    process, head = outcome.process, outcome.head

    def run() -> int:
        for _ in range(PROCESSES):
            _note(compiled, process, head, "one more")
        return PROCESSES

    return run


def _note(compiled: Scenario, process: JsonObject, head: str, text: str) -> Outcome:
    return step(compiled, process, action="note", actor="actor", response=text, at=AT, head=head)


COMPILED = compile(normalize(SCENARIO))


def rate(work: Callable[[], int]) -> float:
    gc.collect()
    start = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - start)


def main() -> None:
    works = {
        "floor-hash": floor,
        "core step": steps,
        "JSON + core step": stored_steps,
        "step after 10 events": with_history(10),
        "step after 10,000 events": with_history(10_000),
    }
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            rates[name].append(rate(work))
    base = statistics.median(rates["floor-hash"])
    print(f"{'work':28} {'events/s':>10} {'min':>10} {'max':>10} {'x floor':>8}")
    for name, found in rates.items():
        median, low, high = statistics.median(found), min(found), max(found)
        print(f"{name:28} {median:10,.0f} {low:10,.0f} {high:10,.0f} {median / base:8.2f}")


if __name__ == "__main__":
    main()
