"""A list shows exactly what single reads would show, to anybody (api, details 10): as it is, with
filters, in any order, page by page and back; and an inbox exactly what may be done.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.core.process import allowed
from callboard.engine import Engine, EngineConfig, access
from callboard.engine.commands import InboxCommand, ListCommand, StartCommand, StepCommand
from callboard.errors import CallboardError, InvalidError, NotFoundError
from callboard.ports.caller import Caller, KeyIdentity, ProcessLimit, User
from tests.databases import DATABASES
from tests.engine.world import ADMIN, SIGNED_IN, CountedIds, HandClock

SCENARIOS = [
    """
title: Plain
name: plain
version: 1.0.0
actors: {one: {}, two: {role: r1}, three: {role: [r1, r2]}}
states: {initial: {on: go, goto: next}, next: {on: "end", by: service:s1, goto: (done)}}
""",
    """
title: Guests
name: guests
version: 1.0.0
actors: {guest_*: {role: r2}, host: {}}
actions: {go: {update: {set: actors.guest_2, value: {id: u2}}}}
states: {initial: {on: go, goto: next}, next: {on: "end", goto: (done)}}
""",
    """
title: Computed
name: computed
version: 1.0.0
actors: {one: {}}
vars: {who: {default: "service:s2"}}
actions:
  go: {update: {set: actors.one.id, value: u3}}
  end: {actor: !ref vars.who}
states: {initial: {on: go, goto: next}, next: {on: "end", goto: (done)}}
""",
    """
title: Turns
name: turns
version: 1.0.0
actors: {one: {}, two: {role: r1}, three: {role: [r1, r2]}}
actions:
  go: {actor: "*"}
  end: {actor: "*", if: !ref "current.actor.key == 'three' || current.actor.id == 'u1'"}
states:
  initial: {on: go, goto: next}
  next: {transitions: [{on: "end", goto: (done)}, {after: 1 hour, goto: (late)}]}
""",
]
USERS, ROLES, SERVICES = ["u1", "u2", "u3"], ["r1", "r2"], ["s1", "s2"]
NAMES = ["plain", "guests", "computed", "turns", "other"]
ACTORS = ["one", "two", "guest_*", "guest_1", "guest_2", "host", "*", "service:s1"]

users = st.builds(User, st.sampled_from(USERS), st.lists(st.sampled_from(ROLES)).map(tuple))
limits = st.builds(
    ProcessLimit,
    st.none() | st.sampled_from(NAMES),
    st.none() | st.lists(st.sampled_from(ACTORS), max_size=2).map(tuple),
    st.none() | st.lists(st.sampled_from(["go", "end"]), max_size=1).map(tuple),
)
keys = st.builds(
    KeyIdentity,
    st.just("k"),
    st.lists(limits, max_size=3).map(tuple),
    st.none() | st.sampled_from(SERVICES),
)
callers = st.one_of(
    st.builds(Caller, st.just(frozenset(SIGNED_IN)), users),
    st.builds(Caller, st.just(frozenset(SIGNED_IN)), st.none(), keys),
)
starts = st.tuples(
    st.sampled_from(NAMES[:4]),
    st.dictionaries(
        st.sampled_from(["one", "host", "guest_1"]),
        st.fixed_dictionaries({"id": st.sampled_from(USERS)}),
    ),
    st.sampled_from([0, 1, 2]),
)


async def build(engine: Engine, clock: HandClock, wanted: list[Any]) -> list[str]:
    """Start and step processes as far as they go, a second between all of it."""
    for text in SCENARIOS:
        await engine.scenarios.store(ADMIN, text, "application/yaml")
    ids = []
    for name, actors, _ in wanted:
        clock.move(seconds=1)
        try:
            view = await engine.processes.start(ADMIN, StartCommand(name, actors))
        except CallboardError:
            continue
        ids.append(str(view.document["id"]))
    for identity, (_, _, steps) in zip(ids, wanted, strict=False):
        for action in ("go", "end")[:steps]:
            clock.move(seconds=1)
            document = (await engine.processes.get(ADMIN, identity)).document
            actor = [*document["actors"]][-1]
            await engine.processes.step(ADMIN, StepCommand(identity, action, as_actor=actor))
    return ids


async def listed(engine: Engine, caller: Caller, *, everything: bool = False) -> list[str]:
    """All pages of a list."""
    found, page, more = [], 1, True
    while more:
        shown = await engine.processes.list(caller, ListCommand(page, 3, everything))
        found += [str(item["id"]) for item in shown.items]
        page, more = page + 1, shown.has_next
    return found


async def readable(engine: Engine, caller: Caller, ids: list[str]) -> set[str]:
    found = set()
    for process in ids:
        try:
            found.add(str((await engine.processes.get(caller, process)).document["id"]))
        except NotFoundError:
            continue
    return found


async def compare(folder: Path, wanted: list[Any], who: list[Caller]) -> None:
    async with opened(folder) as (engine, clock):
        ids = await build(engine, clock, wanted)
        for caller in who:
            shown = await listed(engine, caller)
            assert len(shown) == len(set(shown))
            assert set(shown) == await readable(engine, caller, ids)
        assert set(await listed(engine, ADMIN, everything=True)) == set(ids)


@asynccontextmanager
async def opened(folder: Path, **config: Any) -> AsyncIterator[tuple[Engine, HandClock]]:
    store, clock = await DATABASES.of(folder).start(), HandClock()
    try:
        yield Engine(store, clock, CountedIds(), EngineConfig(**config)), clock
    finally:
        await store.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(starts, max_size=8), st.lists(callers, min_size=1, max_size=12))
def test_a_list_shows_what_single_reads_show(wanted: list[Any], who: list[Caller]) -> None:
    with tempfile.TemporaryDirectory() as folder, DATABASES.removing():
        asyncio.run(compare(Path(folder), wanted, who))


lists = st.builds(
    ListCommand,
    limit=st.integers(1, 4),
    scenario=st.none() | st.sampled_from(NAMES),
    running=st.none() | st.booleans(),
    state=st.none() | st.sampled_from(["initial", "next", "(done)"]),
    tags=st.sampled_from([(), (), ("done",), ("done", "x"), ("(done)",)]),
    actors=st.sampled_from([(), (), ("one",), ("u1",), ("one", "u2")]),
    sort=st.lists(
        st.sampled_from(["created", "-created", "lastUpdated", "-lastUpdated", "title", "-title"]),
        min_size=1,
        max_size=2,
        unique_by=lambda text: text.lstrip("-"),
    ).map(",".join),
)
BY_INDEX = ("created", "lastUpdated")
bounds = st.fixed_dictionaries(
    {"looked_at": st.sampled_from([1, 2, 5, 100]), "sorted_processes": st.sampled_from([1, 3, 100])}
)


def fits(document: Any, command: ListCommand) -> bool:
    """Whether a process passes the filters."""
    ids = {actor.get("id") for actor in document["actors"].values()}
    return (
        command.scenario in (None, document["scenario"]["name"])
        and command.running in (None, document["isRunning"])
        and command.state in (None, document["current"]["key"])
        and set(command.tags) <= {*document["tags"]}
        and set(command.actors) <= {*document["actors"], *ids}
    )


def in_order(documents: list[Any], sort: str) -> list[Any]:
    """The processes sorted; what is alike, newest first."""
    reads: dict[str, Any] = {
        "created": lambda document: document["events"][0]["timestamp"],
        "lastUpdated": lambda document: document["events"][-1]["timestamp"],
        "title": lambda document: document["title"].casefold(),
    }
    found = sorted(documents, key=reads["created"], reverse=True)
    for part in reversed(sort.split(",")):
        found.sort(key=reads[part.lstrip("-")], reverse=part.startswith("-"))
    return found


async def walked(engine: Engine, caller: Caller, command: ListCommand) -> list[str]:
    """All pages by cursor to the end, which are the same on the way back."""
    pages, page = [], await engine.processes.list(caller, command)
    pages.append(page)
    while page.next is not None:
        page = await engine.processes.list(caller, replace(command, cursor=page.next))
        pages.append(page)
    found = [str(item["id"]) for page in pages for item in page.items]
    back = [str(item["id"]) for item in page.items]
    if back:
        while page.prev is not None:
            page = await engine.processes.list(caller, replace(command, cursor=page.prev))
            back = [str(item["id"]) for item in page.items] + back
        assert back == found
    return found


async def check_lists(
    folder: Path, wanted: list[Any], who: list[tuple[Caller, ListCommand]], config: Any
) -> None:
    async with opened(folder, **config) as (engine, clock):
        ids = await build(engine, clock, wanted)
        for caller, command in who:
            seen = await readable(engine, caller, ids)
            documents = [(await engine.processes.get(ADMIN, key)).document for key in seen]
            left = in_order([one for one in documents if fits(one, command)], command.sort)
            fitting = [one["id"] for one in left]
            if len(ids) > config["sorted_processes"] and command.sort.lstrip("-") not in BY_INDEX:
                with suppress(InvalidError):  # It may be too long to be sorted.
                    assert await walked(engine, caller, command) == fitting
            else:
                assert await walked(engine, caller, command) == fitting


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(starts, max_size=8),
    st.lists(st.tuples(callers, lists), min_size=1, max_size=12),
    bounds,
)
def test_pages_are_what_filters_leave_in_order(
    wanted: list[Any], who: list[tuple[Caller, ListCommand]], config: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder, DATABASES.removing():
        asyncio.run(check_lists(Path(folder), wanted, who, config))


async def doable(engine: Engine, caller: Caller, identity: str) -> set[tuple[str, str]]:
    """The actions that a caller may do now as one of its own actors, worked out one by one."""
    try:
        record, scenario, standing = await engine.inbox.reading.visible(caller, identity)
    except NotFoundError:
        return set()
    return {
        (str(action["key"]), actor)
        for actor in standing.own
        for action in allowed(scenario, record.document, actor)
        if access.may_do(caller, scenario, actor, str(action["key"]))
    }


async def check_inboxes(folder: Path, wanted: list[Any], who: list[Caller], config: Any) -> None:
    async with opened(folder, **config) as (engine, clock):
        ids = await build(engine, clock, wanted)
        for caller in who:
            expected = {key: await doable(engine, caller, key) for key in ids}
            expected = {key: actions for key, actions in expected.items() if actions}
            page = await engine.inbox.page(caller, InboxCommand(limit=2))
            items = [*page.items]
            while page.next is not None:
                command = InboxCommand(limit=2, cursor=page.next)
                page = await engine.inbox.page(caller, command)
                items += page.items
            shown: dict[str, Any] = {item["process"]["id"]: item["actions"] for item in items}
            assert len(items) == len(shown)
            found = {
                key: {(action["key"], action["actor"]) for action in actions}
                for key, actions in shown.items()
            }
            assert found == expected
            if caller.key is None or caller.key.service is not None:
                since = [str(item["since"]) for item in items]
                assert since == sorted(since, reverse=True)
            count = await engine.inbox.count(caller)
            assert count.more or count.total == len(expected) == sum(count.scenarios.values())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(starts, max_size=8), st.lists(callers, min_size=1, max_size=12), bounds)
def test_an_inbox_is_what_may_be_done(wanted: list[Any], who: list[Caller], config: Any) -> None:
    with tempfile.TemporaryDirectory() as folder, DATABASES.removing():
        asyncio.run(check_inboxes(Path(folder), wanted, who, config))
