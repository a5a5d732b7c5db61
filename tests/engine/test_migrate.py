"""Operators carry processes over to another scenario."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from callboard.core.canonical import event_hash
from callboard.core.process import replay, timeout, verify
from callboard.engine import Engine
from callboard.engine.admin_commands import CancelCommand, MigrateCommand
from callboard.engine.chains import checked
from callboard.engine.commands import StepCommand
from callboard.engine.transition import stepped
from callboard.errors import ForbiddenError, InvalidError, NotFoundError
from callboard.ports.records import ProcessWrite
from callboard.ports.store import StaleError
from tests.engine.world import ADMIN, ALICE, BOB, LEAVE, CountedIds, act, begin
from tests.store.records import step

LONGER = LEAVE.replace("1.0.0", "2.0.0").replace("after: 1 day", "after: 3 days")
STRICT = LEAVE.replace("1.0.0", "3.0.0").replace("minimum: 1", "minimum: 4")
OTHER = (
    LEAVE.replace("1.0.0", "4.0.0").replace("note:", "remark:").replace("on: note", "on: remark")
)


@pytest.fixture
def asked(engine, run):
    return begin(engine, run, ALICE, action="ask", response=2)["id"]


@pytest.fixture
def versions(engine, run, asked):
    """Three newer versions of the scenario, which come after the process has started."""
    return [
        run(engine.scenarios.store(ADMIN, text, "application/yaml"))
        for text in (LONGER, STRICT, OTHER)
    ]


def document(engine, run, process):
    return run(engine.processes.get(ADMIN, process)).document


def migrate(engine, run, to, caller=ADMIN, **more):
    command = MigrateCommand(f"leave@{to}", **{"reason": "New rules", "dry_run": False} | more)
    return run(engine.admin.migrate(caller, command))


def test_a_dry_run_says_what_fits_and_changes_nothing(engine, run, asked, versions):
    before = document(engine, run, asked)
    for to, fits in ("2.0.0", True), ("3.0.0", False), ("4.0.0", True):
        (result,) = migrate(engine, run, to, processes=(asked,), dry_run=True).results
        assert (result.fits, result.head) == (fits, None)
    assert document(engine, run, asked) == before


def test_what_does_not_fit_says_at_which_event_and_why(engine, run, asked, versions):
    act(engine, run, BOB, asked, "note", response="x")
    (strict,) = migrate(engine, run, "3.0.0", processes=(asked,)).results
    (other,) = migrate(engine, run, "4.0.0", processes=(asked,)).results
    assert (strict.reasons[0].code, strict.reasons[0].details["event"]) == ("should-be-skipped", 1)
    assert strict.reasons[0].details["errors"][0]["code"] == "response-invalid"
    assert other.reasons[0].details["event"] == 2
    assert document(engine, run, asked)["scenario"]["version"] == "1.0.0"


def test_a_migrated_process_goes_on_under_the_new_scenario(engine, run, asked, versions, stored):
    before = document(engine, run, asked)
    (result,) = migrate(engine, run, "2.0.0", processes=(asked,)).results
    after = document(engine, run, asked)
    assert after["scenario"]["version"] == "2.0.0"
    assert after["id"] == asked
    assert after["events"][-1]["hash"] == result.head != before["events"][-1]["hash"]
    came = after["events"][0]["migrated"]
    assert came["head"] == before["events"][-1]["hash"]
    assert (came["scenario"], came["by"]) == (before["scenario"]["id"], "root")
    assert came["reason"] == "New rules"
    assert stored.changes()[-1] == (asked, 2, "migrated")
    assert {(job[2], job[3]) for job in stored.jobs()} == {("timer", "2026-01-04T12:00:00.000Z")}
    assert act(engine, run, BOB, asked, "approve").reasons == ()
    assert verify(document(engine, run, asked)["events"]).ok


def test_the_new_chain_gives_the_process_that_is_stored(engine, run, asked, versions):
    migrate(engine, run, "2.0.0", processes=(asked,))
    after = document(engine, run, asked)
    scenario = run(engine.admin.reading.cache.get(after["scenario"]["id"]))
    assert replay(scenario, after["events"]) == {**after, "scenario": {"id": scenario.id}}


def test_the_old_chain_is_kept_and_both_are_checked(engine, run, asked, versions):
    old = document(engine, run, asked)["events"]
    for to in ("2.0.0", "4.0.0"):
        migrate(engine, run, to, processes=(asked,))
    chains = run(engine.admin.chains(ADMIN, asked))
    assert [chain.verification.ok for chain in chains] == [True] * 3
    assert chains[0].events == old
    assert chains[2].events == document(engine, run, asked)["events"]
    assert [chain.scenario for chain in chains[1:]] == [versions[0], versions[2]]


def test_an_old_chain_that_is_cut_shows(engine, run, asked, versions, stored):
    migrate(engine, run, "2.0.0", processes=(asked,))
    assert stored.change("DELETE FROM old_events WHERE seq = 1")
    first, second = run(engine.admin.chains(ADMIN, asked))
    assert first.verification.ok
    assert second.verification.code == "link-mismatch"


def test_a_chain_that_was_taken_along_otherwise_shows(engine, run, asked, versions):
    migrate(engine, run, "2.0.0", processes=(asked,))
    old, new = (list(chain.events) for chain in run(engine.admin.chains(ADMIN, asked)))
    new[1] = {**new[1], "response": 20}
    new[1] |= {"hash": event_hash(new[1])}
    assert [view.verification.event for view in checked([old, new])] == [None, 1]


def test_all_of_a_scenario_page_by_page(engine, run, asked, versions):
    """Running ones only, each with its own result."""
    scenario = document(engine, run, asked)["scenario"]["id"]
    more = [begin(engine, run, ALICE, "leave@1.0.0", "ask", days)["id"] for days in (5, 6, 7)]
    ended = begin(engine, run, ALICE, "leave@1.0.0", "ask", 9)["id"]
    act(engine, run, BOB, ended, "approve")
    results, after = [], None
    for _ in range(3):
        page = migrate(engine, run, "3.0.0", scenario=scenario, limit=2, after=after)
        results += page.results
        after = page.following
    assert after is None
    assert {result.process: result.fits for result in results} == {
        asked: False, **dict.fromkeys(more, True),
    }  # fmt: skip
    assert document(engine, run, more[0])["scenario"]["version"] == "3.0.0"
    assert document(engine, run, ended)["scenario"]["version"] == "1.0.0"


def test_ended_ones_when_asked_for(engine, run, asked, versions):
    run(engine.admin.cancel(ADMIN, CancelCommand(asked, "Twice")))
    (refused,) = migrate(engine, run, "2.0.0", processes=(asked,)).results
    assert refused.reasons[0].code == "ended"
    (result,) = migrate(engine, run, "2.0.0", processes=(asked,), ended=True).results
    assert result.fits
    assert document(engine, run, asked)["isRunning"] is False


def test_what_cannot_be_asked(engine, run, asked, versions):
    with pytest.raises(ForbiddenError):
        migrate(engine, run, "2.0.0", processes=(asked,), caller=BOB)
    with pytest.raises(InvalidError):
        migrate(engine, run, "9.0.0", processes=(asked,))
    with pytest.raises(NotFoundError):
        migrate(engine, run, "2.0.0", scenario="00000000-0000-4000-8000-000000000000")
    (unknown,) = migrate(engine, run, "2.0.0", processes=("nothing",)).results
    (same,) = migrate(engine, run, "1.0.0", processes=(asked,)).results
    assert unknown.reasons[0].code == "not-found"
    assert same.reasons[0].code == "same-scenario"


def test_steps_and_migrations_at_once(store, clock, engine, run, asked, versions):
    """By several nodes: none is lost, and none is applied to a chain that is gone."""
    nodes = [engine, *(Engine(store, clock, CountedIds()) for _ in range(3))]

    async def at_once():
        notes = [
            nodes[n % 4].processes.step(BOB, StepCommand(asked, "note", str(n))) for n in range(12)
        ]
        command = MigrateCommand("leave@2.0.0", "Now", dry_run=False, processes=(asked,))
        return await asyncio.gather(*notes[:5], nodes[3].admin.migrate(ADMIN, command), *notes[5:])

    run(at_once())
    after = document(engine, run, asked)
    assert verify(after["events"]).ok
    assert len(after["events"]) == 14
    assert after["scenario"]["version"] == "2.0.0"
    assert all(chain.verification.ok for chain in run(engine.admin.chains(ADMIN, asked)))


def test_a_step_worked_out_on_the_old_chain_is_stale(store, engine, run, asked, versions):
    """The chains are equally long, so the version alone would let it through."""
    record = run(store.get_process(asked))
    migrate(engine, run, "2.0.0", processes=(asked,))
    late = step(record, who="late")
    with pytest.raises(StaleError):
        run(store.write_process(late))


def test_of_two_migrations_worked_out_at_once_one_is_stale(store, engine, run, asked, versions):
    record = run(store.get_process(asked))
    events = tuple(run(store.get_events(asked, record.version)))
    write = ProcessWrite(record, 2, events, "migrated", drops_jobs=True, replaces=record.head)
    migrate(engine, run, "2.0.0", processes=(asked,))
    with pytest.raises(StaleError):
        run(store.write_process(write))


def test_a_time_out_that_has_happened_does_not_happen_again(store, engine, run, stored):
    """A state of several that stay: of its timers the last one is set anew."""
    text = LEAVE.replace(
        "after: 1 day, goto: (late)", "after: 1 day, goto: ~}\n      - {after: 9 days, goto: (late)"
    )
    for version in ("1.1.0", "1.2.0"):
        run(engine.scenarios.store(ADMIN, text.replace("1.0.0", version), "application/yaml"))
    asked = begin(engine, run, ALICE, "leave@1.1.0", "ask", 2)["id"]
    record = run(store.get_process(asked))
    scenario = run(engine.admin.reading.cache.get(record.scenario))
    outcome = timeout(
        scenario, record.document, elapsed=86_400, at="2026-01-02T12:00:00.000Z", head=record.head
    )
    run(store.write_process(replace(stepped(scenario, record, outcome), drops_jobs=True)))
    migrate(engine, run, "1.2.0", processes=(asked,))
    assert {job[3] for job in stored.jobs()} == {"2026-01-10T12:00:00.000Z"}
