"""What pages cost in a database of many processes against one of few: what both databases share.

Both sizes hold rows that the engine itself wrote once, ten events for each process, copied under
new ids and times. A fifth of the processes waits in each state of `benchmarks.shape`, a fifth has
ended. Each round asks all sizes everything in turn, through the engine, without HTTP; medians are
shown, and their ratio. Deep pages are 1,000 pages of 50 down, or as far as there is anything. A
user with 500 processes is there for what is sorted in memory.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from benchmarks.shape import ACTIONS, SCENARIO, response
from benchmarks.still import AT, RandomIds, StillClock, text
from callboard.engine import Engine
from callboard.engine.commands import InboxCommand, ListCommand, StartCommand, StepCommand
from callboard.ports.caller import Caller, User
from callboard.ports.store import Store

PAGE: Final = 50
DEEP: Final = 1_000
SELDOM: Final = 500
EVENTS: Final = 10
ROOT: Final = Caller(frozenset({"*"}), User("root"))
SCATTER: Final = 0x9E3779B97F4A7C15
"""An odd number: ids come in no order, as those of real processes do."""
NAME: Final = "benchmark-pages"
PAGES: Final[dict[str, Any]] = {
    **SCENARIO,
    "name": NAME,
    "actions": {
        **SCENARIO["actions"],
        "remark": {**SCENARIO["actions"]["submit"], "title": "Remark", "actor": "requester"},
    },
    "states": {
        name: {"transitions": [state, {"on": "remark", "goto": None}]}
        for name, state in SCENARIO["states"].items()
    },
}
"""The shape, with remarks: every process has as many events, wherever it is."""


def caller(name: str) -> Caller:
    return Caller(frozenset({"process:read", "process:step"}), User(name))


async def write_templates(store: Store) -> list[str]:
    """A process for each number of actions, as the engine writes it; for each of two requesters."""
    engine = Engine(store, StillClock(), RandomIds())
    await engine.scenarios.store(ROOT, orjson.dumps(PAGES).decode(), "application/json")
    ids = []
    for requester in ("alice", "carol"):
        for count in range(len(ACTIONS) + 1):
            who = {"requester": {"id": requester}, "approver": {"id": "bob"}}
            view = await engine.processes.start(ROOT, StartCommand(NAME, who))
            ids.append(str(view.document["id"]))
            remarks = [("remark", "requester")] * (EVENTS - 1 - count)
            for number, (action, actor) in enumerate([*remarks, *ACTIONS[:count]]):
                command = StepCommand(ids[-1], action, response(number), as_actor=actor)
                stepped = await engine.processes.step(ROOT, command)
                assert not stepped.reasons
    return ids


def identity_of(number: int) -> str:
    """The id of a copy."""
    return str(UUID(int=(number * SCATTER % 2**64 << 64) + number))


def template_of(number: int, total: int) -> int:
    """Which of the templates a copy is of."""
    return number % 5 + 5 * (number % max(1, total // SELDOM) == 0)


def time_of(number: int) -> str:
    """When a copy was started: a second after the one before."""
    return text(AT + timedelta(0, number))


Ask = Callable[[], Awaitable[object]]


class Subject:
    """A database that is asked."""

    def __init__(self, store: Store, total: int, begun: int = 0) -> None:
        """`begun`: steps that were made in it before."""
        self.store = store
        self.engine = Engine(store, StillClock(), RandomIds())
        self.total = total
        self.steps = begun

    def listing(self, who: Caller, **more: Any) -> Ask:
        command = ListCommand(limit=PAGE, **more)
        return lambda: self.engine.processes.list(who, command)

    def inbox(self, who: Caller, **more: Any) -> Ask:
        command = InboxCommand(limit=PAGE, **more)
        return lambda: self.engine.inbox.page(who, command)

    async def deep(self, page: Callable[[str | None], Ask]) -> Ask:
        """The same, so many pages further on."""
        before = cursor = None
        for _ in range(DEEP):
            found: Any = await page(cursor)()
            if found.next is None:
                return page(before)
            before, cursor = cursor, found.next
        return page(cursor)

    async def step(self) -> None:
        """A step of a process that waits for the first action, each time another one."""
        self.steps += 1
        number = self.total * self.steps // 1_000 // 5 * 5
        command = StepCommand(identity_of(number), "submit", response(1))
        stepped = await self.engine.processes.step(self.actor(number), command)
        assert not stepped.reasons

    def actor(self, number: int) -> Caller:
        seldom = number % max(1, self.total // SELDOM) == 0
        return caller("carol" if seldom else "alice")

    async def start(self) -> None:
        who = {"requester": {"id": "alice"}, "approver": {"id": "bob"}}
        await self.engine.processes.start(ROOT, StartCommand(NAME, who))

    async def get(self) -> None:
        self.steps += 1
        number = self.total * self.steps // 1_000
        await self.engine.processes.get(caller("bob"), identity_of(number))

    async def asks(self) -> dict[str, Ask]:
        """What is measured, by name."""
        bob, carol, seldom = caller("bob"), caller("carol"), replace(ROOT)
        name = NAME
        return {
            "list, first": self.listing(bob),
            "list, deep": await self.deep(lambda at: self.listing(bob, cursor=at)),
            "list, oldest first": self.listing(bob, sort="created"),
            "all, first": self.listing(seldom, all=True),
            "all, deep": await self.deep(lambda at: self.listing(seldom, all=True, cursor=at)),
            "all of a scenario": self.listing(seldom, all=True, scenario=name),
            "list, state and running": self.listing(bob, state="deciding", running=True),
            "list, actor carol (sparse)": self.listing(bob, actors=("carol",)),
            "list, tag of none": self.listing(bob, tags=("none",)),
            "all, -lastUpdated": self.listing(seldom, all=True, sort="-lastUpdated"),
            "500 by title": self.listing(carol, sort="title"),
            "inbox, first": self.inbox(bob),
            "inbox, deep": await self.deep(lambda at: self.inbox(bob, cursor=at)),
            "inbox of a scenario": self.inbox(bob, scenario=name),
            "inbox, count": lambda: self.engine.inbox.count(bob),
            "get": self.get,
            "start": self.start,
            "step": self.step,
        }


async def measure(subjects: list[Subject], rounds: int) -> dict[str, list[float]]:
    """The median milliseconds of each question, database by database."""
    asks = [await subject.asks() for subject in subjects]
    times: dict[str, list[list[float]]] = {name: [[] for _ in subjects] for name in asks[0]}
    for turn in range(rounds + 3):
        for name in asks[0]:
            for at, asked in enumerate(asks):
                begin = time.perf_counter()
                await asked[name]()
                if turn >= 3:
                    times[name][at].append(1_000 * (time.perf_counter() - begin))
    for subject in subjects:
        await subject.store.close()
    return {name: [*map(statistics.median, found)] for name, found in times.items()}


def report(totals: list[int], medians: Mapping[str, list[float]]) -> None:
    print(f"{'p50 in ms':28}" + "".join(f"{total:>12,}" for total in totals) + f"{'ratio':>8}")
    for name, found in medians.items():
        shown = "".join(f"{value:12.2f}" for value in found)
        print(f"{name:28}{shown}{found[-1] / found[0]:8.2f}")
    for name in ("list", "all", "inbox"):
        for at, total in enumerate(totals):
            ratio = medians[f"{name}, deep"][at] / medians[f"{name}, first"][at]
            print(f"{name}, deep / first, {total:,}: {ratio:.2f}")
