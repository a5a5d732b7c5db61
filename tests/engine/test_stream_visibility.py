"""A stream tells exactly what single reads would show, and its tasks are the inbox, to anybody
(api, details 10).
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import covers
from callboard.engine import Engine
from callboard.engine.admin_commands import EraseCommand
from callboard.engine.choosing import may_act, offers
from callboard.engine.commands import StartCommand, StepCommand
from callboard.engine.streaming import Following, News, StreamCommand
from callboard.errors import CallboardError, NotFoundError
from callboard.ports.caller import Caller, User
from tests.databases import DATABASES
from tests.engine.test_visibility import SCENARIOS, callers, readable, starts, users
from tests.engine.world import ADMIN, CountedIds, HandClock

everybody = st.one_of(callers, st.builds(Caller, st.just(frozenset({"*"})), users))


async def play(engine: Engine, wanted: list[Any]) -> AsyncIterator[str]:
    """Start processes and step them, turn by turn; the process of each change."""
    for text in SCENARIOS:
        await engine.scenarios.store(ADMIN, text, "application/yaml")
    begun = []
    for name, actors, steps in wanted:
        try:
            view = await engine.processes.start(ADMIN, StartCommand(name, actors))
        except CallboardError:
            continue
        begun.append((str(view.document["id"]), next(iter(view.document["actors"])), steps))
        yield begun[-1][0]
    for turn, action in enumerate(("go", "end")):
        for process, actor, steps in begun:
            if turn < steps:
                await engine.processes.step(ADMIN, StepCommand(process, action, as_actor=actor))
                yield process


async def inbox(engine: Engine, caller: Caller, ids: set[str]) -> set[str]:
    """Whose turn it is, worked out actor by actor and, of keys with limits, action by action."""
    found = set()
    for process in ids:
        try:
            seen = await engine.processes.reading.visible(caller, process)
        except NotFoundError:
            continue
        document = seen.record.document
        own = seen.standing.own
        if not document["isRunning"]:
            continue
        if caller.key is None or not caller.key.limits:
            if any(may_act(seen.scenario, document, key) for key in own):
                found.add(process)
        elif any(_left(caller, seen.scenario, document, key) for key in own):
            found.add(process)
    return found


def _left(caller: Caller, scenario: Scenario, document: Any, actor: str) -> bool:
    """Whether the limits of a key leave it something to do as an actor."""
    named = [
        limit
        for limit in caller.key.limits
        if limit.scenario in (None, scenario.id, scenario.name)
        and (limit.actors is None or any(covers(name, actor) for name in limit.actors))
    ]
    return any(
        limit.actions is None or action["key"] in limit.actions
        for action in offers(scenario, document, actor)
        for limit in named
    )


class Listener:
    """What a stream has told somebody."""

    def __init__(self, caller: Caller, following: Following) -> None:
        self.caller = caller
        self.following = following
        self.tasks: set[str] = set()

    async def news(self) -> list[News]:
        found = list(await self.following.next(0))
        for one in found:
            limited = self.caller.key is not None and self.caller.key.limits
            if one.event == "task-appeared":
                assert limited or process_of(one) not in self.tasks
                self.tasks.add(process_of(one))
            elif one.event == "task-gone":
                assert limited or process_of(one) in self.tasks
                self.tasks.discard(process_of(one))
        return found


def process_of(news: News) -> str:
    data: Any = news.data
    return str(data["process"]["id"])


def happened(news: list[News]) -> Counter[str]:
    return Counter(process_of(one) for one in news if not one.event.startswith("task-"))


async def compare(folder: Path, wanted: list[Any], who: list[Caller]) -> None:
    store = await DATABASES.of(folder).start()
    try:
        engine = Engine(store, HandClock(), CountedIds())
        follow = engine.streaming.follow
        listeners = [Listener(one, await follow(one, StreamCommand("0"))) for one in who]
        every: Counter[str] = Counter()
        async for process in play(engine, wanted):
            every[process] += 1
            for listener in listeners:
                shown = await readable(engine, listener.caller, [process])
                assert set(happened(await listener.news())) == shown
                assert listener.tasks == await inbox(engine, listener.caller, set(every))
        for caller in who:
            late = Listener(caller, await follow(caller, StreamCommand("0")))
            seen = await readable(engine, caller, list(every))
            assert happened(list(await late.following.next(0))) == {
                key: count for key, count in every.items() if key in seen
            }
        for process in every:
            shown_to = [await readable(engine, one.caller, [process]) for one in listeners]
            await engine.admin.erase(ADMIN, EraseCommand(process, "Request 17"))
            for listener, shown in zip(listeners, shown_to, strict=True):
                assert set(happened(await listener.news())) == shown
                assert process not in listener.tasks
    finally:
        await store.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(starts, max_size=8), st.lists(everybody, min_size=1, max_size=12))
def test_a_stream_tells_what_single_reads_show(wanted: list[Any], who: list[Caller]) -> None:
    with tempfile.TemporaryDirectory() as folder, DATABASES.removing():
        asyncio.run(compare(Path(folder), wanted, who))


def test_it_tells_of_a_user_whose_own_process_it_became() -> None:
    wanted = [("computed", {"one": {"id": "u1"}}, 1)]
    who = [Caller(frozenset({"process:read"}), User(one)) for one in ("u1", "u3")]
    with tempfile.TemporaryDirectory() as folder, DATABASES.removing():
        asyncio.run(compare(Path(folder), wanted, who))
