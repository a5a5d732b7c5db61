"""Checkpoints of processes that move on, are migrated, and are erased."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from callboard.auth.signing import Ed25519Signer, new_key
from callboard.engine import Engine
from callboard.engine.admin_commands import EraseCommand, MigrateCommand
from callboard.engine.commands import StepCommand
from callboard.engine.proving import SHOWN
from tests.engine.world import ADMIN, ALICE, LEAVE, ORDER, CountedIds, act, begin


@pytest.fixture
def engine(store, clock, run):
    made = Engine(store, clock, CountedIds(), signer=Ed25519Signer(new_key()))
    for text in (LEAVE, ORDER):
        run(made.scenarios.store(ADMIN, text, "application/yaml"))
    return made


@pytest.fixture
def asked(engine, run):
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


def proven(engine, run, process):
    found = run(engine.proving.verify(ALICE, process))
    assert found.proof.ok, found
    return found


def test_a_chain_that_grew_fits_what_was_signed(engine, run, asked):
    first = proven(engine, run, asked)
    act(engine, run, ALICE, asked, "note", response="more")
    second = proven(engine, run, asked)
    assert (first.compared, second.compared) == (1, 2)
    assert [item["events"] for item in second.checkpoints] == [first.events, second.events]


def test_a_migrated_process_fits_by_its_old_chain(engine, run, asked):
    proven(engine, run, asked)
    newer = LEAVE.replace("1.0.0", "2.0.0")
    run(engine.scenarios.store(ADMIN, newer, "application/yaml"))
    command = MigrateCommand("leave@2.0.0", processes=(asked,), reason="New", dry_run=False)
    (result,) = run(engine.admin.migrate(ADMIN, command)).results
    after = proven(engine, run, asked)
    assert after.compared == 2, result
    assert [item["head"] for item in after.checkpoints] == [after.head]
    bundle = run(engine.proving.bundle(ALICE, asked))
    assert bundle["checkpoints"] == list(after.checkpoints)


def test_an_old_checkpoint_that_no_chain_fits_shows(engine, store, run, asked):
    record = run(store.get_process(asked))
    wrong = replace(record, head="0" * 64)
    run(store.put_checkpoint(engine.proving._signed(engine.proving.signer, wrong)))
    found = run(engine.proving.verify(ALICE, asked))
    assert (found.proof.code, found.proof.event) == ("checkpoint-mismatch", record.version - 1)
    assert all(item["head"] != record.head for item in found.checkpoints)


class Overtaken:
    """A store in which something happens right after a process was read, once."""

    def __init__(self, store, happening):
        self.store = store
        self.happening = happening

    def __getattr__(self, name):
        return getattr(self.store, name)

    async def get_process(self, process):
        record = await self.store.get_process(process)
        happening, self.happening = self.happening, None
        if happening:
            await happening()
        return record


def test_proof_while_it_moves_on_never_looks_like_a_cut(engine, store, clock, run, asked):
    async def moves_on():
        await engine.processes.step(ALICE, StepCommand(asked, "note", response="more"))
        await engine.proving.verify(ALICE, asked)

    overtaken = Overtaken(store, moves_on)
    slow = Engine(overtaken, clock, CountedIds(), signer=engine.proving.signer)
    assert run(slow.proving.verify(ALICE, asked)).proof.ok
    assert [item.events for item in run(store.checkpoints(asked))] == [2, 3]


def test_proof_at_once_with_steps(engine, run, asked):
    async def look():
        return [await engine.proving.verify(ALICE, asked) for _ in range(10)]

    async def go():
        for number in range(20):
            await engine.processes.step(ALICE, StepCommand(asked, "note", response=str(number)))

    async def all_at_once():
        *seen, _ = await asyncio.gather(look(), look(), look(), go())
        return [found for part in seen for found in part]

    assert all(found.proof.ok for found in run(all_at_once()))


def test_so_many_are_handed_out_and_all_compared(engine, run, asked):
    for number in range(SHOWN + 2):
        act(engine, run, ALICE, asked, "note", response=str(number))
        found = proven(engine, run, asked)
    assert found.compared == SHOWN + 2
    assert len(found.checkpoints) == SHOWN
    assert found.checkpoints[-1]["head"] == found.head


def test_erasing_removes_them_and_none_comes_after(engine, store, run, asked):
    proven(engine, run, asked)
    record = run(store.get_process(asked))
    run(engine.admin.erase(ADMIN, EraseCommand(asked, "Asked to")))
    assert run(store.checkpoints(asked)) == []
    run(store.put_checkpoint(engine.proving._signed(engine.proving.signer, record)))
    assert run(store.checkpoints(asked)) == []


def test_without_a_signer_nothing_is_signed(store, clock, run, engine, asked):
    silent = Engine(store, clock, CountedIds())
    found = run(silent.proving.verify(ALICE, asked))
    assert (found.proof.ok, found.compared) == (True, 0)
    assert run(silent.proving.keys()) == []
