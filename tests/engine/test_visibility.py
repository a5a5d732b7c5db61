"""A list shows exactly what single reads would show, to anybody (api, details 10)."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.engine import Engine
from callboard.engine.commands import ListCommand, StartCommand, StepCommand
from callboard.errors import CallboardError, NotFoundError
from callboard.ports.caller import Caller, KeyIdentity, ProcessLimit, User
from callboard.store import open_sqlite
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
]
USERS, ROLES, SERVICES = ["u1", "u2", "u3"], ["r1", "r2"], ["s1", "s2"]
NAMES = ["plain", "guests", "computed", "other"]
ACTORS = ["one", "two", "guest_*", "guest_1", "guest_2", "host", "*", "service:s1"]

users = st.builds(User, st.sampled_from(USERS), st.lists(st.sampled_from(ROLES)).map(tuple))
limits = st.builds(
    ProcessLimit,
    st.none() | st.sampled_from(NAMES),
    st.none() | st.lists(st.sampled_from(ACTORS), max_size=2).map(tuple),
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
    st.sampled_from(NAMES[:3]),
    st.dictionaries(
        st.sampled_from(["one", "host", "guest_1"]),
        st.fixed_dictionaries({"id": st.sampled_from(USERS)}),
    ),
    st.sampled_from([0, 1, 2]),
)


async def build(engine: Engine, wanted: list[Any]) -> list[str]:
    """Start and step processes as far as they go."""
    for text in SCENARIOS:
        await engine.scenarios.store(ADMIN, text, "application/yaml")
    ids = []
    for name, actors, steps in wanted:
        try:
            view = await engine.processes.start(ADMIN, StartCommand(name, actors))
        except CallboardError:
            continue
        ids.append(str(view.document["id"]))
        for action in ("go", "end")[:steps]:
            actor = next(iter(view.document["actors"]))
            await engine.processes.step(ADMIN, StepCommand(ids[-1], action, as_actor=actor))
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
    store = open_sqlite(folder / "lists.db")
    try:
        engine = Engine(store, HandClock(), CountedIds())
        ids = await build(engine, wanted)
        for caller in who:
            shown = await listed(engine, caller)
            assert len(shown) == len(set(shown))
            assert set(shown) == await readable(engine, caller, ids)
        assert set(await listed(engine, ADMIN, everything=True)) == set(ids)
    finally:
        await store.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(starts, max_size=8), st.lists(callers, min_size=1, max_size=12))
def test_a_list_shows_what_single_reads_show(wanted: list[Any], who: list[Caller]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare(Path(folder), wanted, who))
