"""What has ended is signed though nobody asked, slowly, and nothing else."""

from __future__ import annotations

import asyncio
import json

import pytest

from callboard.auth.signing import Ed25519Signer, new_key
from callboard.engine import Engine
from callboard.engine.admin_commands import CancelCommand, EraseCommand, MigrateCommand
from callboard.engine.sealing import Sealing
from callboard.errors import UnavailableError
from callboard.telemetry.logs import JsonLines
from tests.engine.world import ADMIN, ALICE, BOB, LEAVE, CountedIds, act, begin


@pytest.fixture
def engine(store, clock, run):
    made = Engine(store, clock, CountedIds(), signer=Ed25519Signer(new_key()))
    run(made.scenarios.store(ADMIN, LEAVE, "application/yaml"))
    return made


@pytest.fixture
def sealing(engine, store):
    return Sealing(store, engine.proving, ADMIN, seconds=0.01, pause=0)


def asked(engine, run):
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


@pytest.fixture
def ended(engine, run):
    process = asked(engine, run)
    act(engine, run, BOB, process, "approve")
    return process


def signed(store, run, process):
    return [item.head for item in run(store.checkpoints(process))]


def test_what_ended_is_signed_once_and_what_runs_is_not(engine, store, run, sealing, ended):
    running = asked(engine, run)
    assert run(sealing.look()) > 0
    head = run(store.get_process(ended)).head
    assert signed(store, run, ended) == [head]
    assert signed(store, run, running) == []
    assert run(sealing.look()) == 0
    run(engine.admin.cancel(ADMIN, CancelCommand(running, "A mistake")))
    assert run(sealing.look()) > 0
    assert len(signed(store, run, running)) == 1
    again = Sealing(store, engine.proving, ADMIN, seconds=1, pause=0)
    run(again.look())
    assert signed(store, run, ended) == [head]


def test_what_was_migrated_is_signed(engine, store, run, sealing):
    process = asked(engine, run)
    newer = LEAVE.replace("1.0.0", "2.0.0")
    run(engine.scenarios.store(ADMIN, newer, "application/yaml"))
    command = MigrateCommand("leave@2.0.0", processes=(process,), reason="New", dry_run=False)
    (result,) = run(engine.admin.migrate(ADMIN, command)).results
    run(sealing.look())
    assert signed(store, run, process) == [result.head]


def test_a_chain_that_does_not_hold_is_told_and_stops_nothing(
    engine, store, run, sealing, ended, stored, caplog
):
    forged = r"""UPDATE events SET event = replace(event, '"response":2', '"response":9')"""
    assert stored.change(forged)
    other = asked(engine, run)
    act(engine, run, BOB, other, "approve")
    run(sealing.look())
    (told,) = [item for item in caplog.records if "does not hold" in item.message]
    line = json.loads(JsonLines(messages=False).format(told))
    assert line["event"] == "the chain of a process does not hold"
    assert (line["process_id"], line["why"], line["index"]) == (ended, "hash-mismatch", 1)
    assert signed(store, run, ended) == []
    assert len(signed(store, run, other)) == 1


def test_an_erased_process_stops_nothing(engine, store, run, sealing, ended):
    run(engine.admin.erase(ADMIN, EraseCommand(ended, "Asked to")))
    run(sealing.look())
    assert signed(store, run, ended) == []


def test_it_runs_beside_and_stops_at_once(engine, store, run, sealing, ended):
    async def go():
        sealing.start()
        async with asyncio.timeout(5):
            while not await store.checkpoints(ended):
                await asyncio.sleep(0.01)
        async with asyncio.timeout(1):
            await sealing.stop()

    run(go())


def test_a_store_that_is_away_is_tried_again(engine, store, run, sealing, ended, monkeypatch):
    asks = []

    async def unsigned(after, limit):
        asks.append(after)
        if len(asks) == 1:
            raise UnavailableError("away")
        return await type(store).unsigned(store, after, limit)

    monkeypatch.setattr(store, "unsigned", unsigned)
    test_it_runs_beside_and_stops_at_once(engine, store, run, sealing, ended)
    assert len(asks) > 1


def test_with_no_seconds_nothing_is_signed(engine, store, run, ended):
    idle = Sealing(store, engine.proving, ADMIN, seconds=0, pause=0)

    async def go():
        idle.start()
        await asyncio.sleep(0.05)
        await idle.stop()

    run(go())
    assert signed(store, run, ended) == []
