"""Operators erase processes: nothing of what they held is left."""

from __future__ import annotations

import asyncio

import pytest

from callboard.core.process import verify
from callboard.engine import Engine
from callboard.engine.admin_commands import EraseCommand, MigrateCommand
from callboard.engine.commands import Idempotency, ListCommand, StepCommand
from callboard.errors import ForbiddenError, GoneError, NotFoundError, PreconditionError
from tests.engine.world import ADMIN, ALICE, BOB, LEAVE, CountedIds, act, begin, user

SECRET = "Dorothea Vandermeulen"
DOROTHEA = user(f"id {SECRET}", "support", name=SECRET)


@pytest.fixture
def process(engine, run):
    """A process that is full of her: small texts and large ones, some of them no more in use."""
    newer = LEAVE.replace("1.0.0", "2.0.0").replace("description: Time off", "description: Leave")
    started = begin(engine, run, DOROTHEA, action="ask", response=2)["id"]
    for number in range(12):
        text = f"{SECRET} " * (4 ** (number % 6)) + str(number)
        key = Idempotency(f"k{number}", "print")
        act(engine, run, DOROTHEA, started, "note", response=text, idempotency=key)
    run(engine.scenarios.store(ADMIN, newer, "application/yaml"))
    command = MigrateCommand("leave@2.0.0", f"For {SECRET}", dry_run=False, processes=(started,))
    assert run(engine.admin.migrate(ADMIN, command)).results[0].fits
    act(engine, run, DOROTHEA, started, "note", response=SECRET)
    return started


def erase(engine, run, process, caller=ADMIN, **more):
    return run(engine.admin.erase(caller, EraseCommand(process, "Request 17", **more)))


def test_no_file_holds_a_word_of_it(engine, run, process, stored):
    for _ in range(30):
        act(engine, run, BOB, begin(engine, run, ALICE, action="ask", response=1)["id"], "approve")
    assert stored.holds(SECRET)
    erase(engine, run, process)
    assert not stored.holds(SECRET)


def test_it_is_so_when_many_such_processes_lie_between_others(engine, run, stored):
    """Pages are split and joined meanwhile, which leaves copies where SQLite does not look."""
    hers, others = [], []
    for number in range(60):
        hers.append(begin(engine, run, DOROTHEA, action="ask", response=1)["id"])
        others.append(begin(engine, run, ALICE, action="ask", response=1)["id"])
        for process in (hers[number // 2], others[number // 2]):
            text = f"{SECRET if process in hers else 'x'} " * (1 + number * 7 % 90)
            act(engine, run, BOB, process, "note", response=text)
    for process in hers:
        erase(engine, run, process)
    assert not stored.holds(SECRET)
    for process in others:
        assert verify(run(engine.processes.get(ADMIN, process)).document["events"]).ok


def test_nobody_is_left_in_a_table(engine, run, process, stored):
    begin(engine, run, ALICE, action="ask", response=2)
    erase(engine, run, process)
    assert not [name for name in stored.principals() if SECRET in name]
    assert stored.answers() == set()
    told = {row[0] for row in stored.changes()} - {process}
    assert told == {row[0] for row in stored.tasks()} != set()
    assert stored.faults() == []


def test_to_others_it_never_was(engine, run, process):
    erase(engine, run, process)
    for caller in (DOROTHEA, BOB):
        with pytest.raises(NotFoundError):
            run(engine.processes.get(caller, process))
    with pytest.raises(NotFoundError):
        act(engine, run, ADMIN, process, "approve")
    assert run(engine.processes.list(ADMIN, ListCommand(all=True))).items == []


def test_operators_are_told(engine, run, process):
    with pytest.raises(NotFoundError):
        run(engine.admin.look(ADMIN, "nothing"))
    before = run(engine.admin.look(ADMIN, process))
    stone = erase(engine, run, process)
    assert (stone.by, stone.reason, stone.version) == ("root", "Request 17", before.version)
    assert run(engine.admin.look(ADMIN, process)) == stone
    with pytest.raises(GoneError, match="Request 17"):
        run(engine.processes.get(ADMIN, process))


def test_the_links_of_its_chains_stay_checkable(engine, run, process):
    heads = [chain.events[-1]["hash"] for chain in run(engine.admin.chains(ADMIN, process))]
    erase(engine, run, process)
    chains = run(engine.admin.chains(ADMIN, process))
    assert [chain.events[-1]["hash"] for chain in chains] == heads
    assert [(chain.verification.ok, chain.verification.erased) for chain in chains] == [
        (True, 14),
        (True, 15),
    ]


def test_again_is_as_once(engine, run, process):
    assert erase(engine, run, process) == erase(engine, run, process)


def test_who_may_and_when(engine, run, process):
    with pytest.raises(ForbiddenError):
        erase(engine, run, process, caller=BOB)
    with pytest.raises(PreconditionError):
        erase(engine, run, process, if_match=("other",))
    with pytest.raises(NotFoundError):
        erase(engine, run, "00000000-0000-4000-8000-000000000000")


def test_steps_and_an_erasure_at_once(store, clock, engine, run, process, stored):
    """By several nodes: whoever is late finds nothing, and leaves nothing."""
    nodes = [engine, *(Engine(store, clock, CountedIds()) for _ in range(3))]

    async def at_once():
        notes = [
            nodes[n % 4].processes.step(DOROTHEA, StepCommand(process, "note", SECRET))
            for n in range(12)
        ]
        erasure = nodes[3].admin.erase(ADMIN, EraseCommand(process, "Now"))
        return await asyncio.gather(*notes[:5], erasure, *notes[5:], return_exceptions=True)

    results = run(at_once())
    assert {type(result).__name__ for result in results} <= {
        "Stepped", "Tombstone", "NotFoundError",
    }  # fmt: skip
    erase(engine, run, process)
    assert not stored.holds(SECRET)


def test_what_others_start_later_is_not_taken_for_it(store, engine, run, process):
    """The number of its row is not given again, though it was the last."""
    erase(engine, run, process)
    after = begin(engine, run, ALICE, action="ask", response=2)["id"]
    changes = run(store.changes_after(0, 100))
    assert [(change.process, change.kind) for change in changes] == [
        (process, "erased"),
        (after, "created"),
    ]
