"""What operators do to a chain: end it, carry it over to another scenario, erase it."""

from __future__ import annotations

import pytest

from callboard import (
    allowed,
    cancel,
    compile,
    instantiate,
    load,
    migrate,
    normalize,
    predict,
    replay,
    step,
    timeout,
    verify,
)
from callboard.core.process import TimerSet, erased_event, not_carried, retrace, rewrite
from callboard.errors import ChainError

AT = "2026-01-01T00:00:00.000Z"
LATER = "2026-01-03T00:00:00.000Z"
TEXT = """
title: Ask
actors: {one: {}}
vars: {n: integer}
actions: {go: {response: integer, update: vars.n}, note: {}}
states:
  initial: {on: go, goto: waiting}
  waiting:
    transitions:
      - {on: note, goto: ~}
      - {on: go, goto: (done)}
      - {after: 1 day, goto: (late)}
"""


@pytest.fixture(params=["", "{{events}} {{previous}}"], ids=["plain", "reads its histories"])
def scenario(request):
    return compile(normalize(load(TEXT + f"  (done): {{title: !tpl '{request.param}'}}\n")))


@pytest.fixture
def process(scenario):
    started = instantiate(scenario, process_id="p", at=AT, histories=True).process
    return step(scenario, started, action="go", actor="one", response=2, at=AT).process


def cancelled(scenario, process):
    outcome = cancel(scenario, process, reason="A mistake", by="root", at=LATER)
    assert outcome is not None
    return outcome


def test_a_cancelled_process_has_ended_where_it_was(scenario, process):
    after = cancelled(scenario, process).process
    assert not after["isRunning"]
    assert after["current"] == {**process["current"], "actions": [], "notify": []}
    assert after["vars"] == process["vars"]
    entry = {"title": "Cancelled", "description": "A mistake", "timestamp": LATER}
    assert after["previous"][-1] == entry


def test_its_event_says_who_when_and_why(scenario, process):
    event = cancelled(scenario, process).event
    assert event["cancel"] == {"reason": "A mistake", "by": "root"}
    assert (event["timestamp"], event["previous"]) == (LATER, process["events"][-1]["hash"])


def test_replaying_gives_the_very_process(scenario, process):
    after = cancelled(scenario, process).process
    assert replay(scenario, after["events"]) == after
    assert replay(scenario, after["events"][-1:], process=process) == after
    assert verify(after["events"]).ok


def test_a_cancellation_that_was_changed_shows(scenario, process):
    events = cancelled(scenario, process).process["events"]
    events[-1] = {**events[-1], "cancel": {"reason": "Another"}}
    assert verify(events).code == "hash-mismatch"


def test_nothing_can_be_done_any_more(scenario, process):
    after = cancelled(scenario, process).process
    assert allowed(scenario, after, "one") == []
    assert predict(scenario, after) == []
    assert timeout(scenario, after, elapsed=1e9, at=LATER) is None
    assert cancel(scenario, after, reason="Again", at=LATER) is None
    refused = step(scenario, after, action="note", actor="one", at=LATER)
    assert [reason.code for reason in refused.errors] == ["action-not-in-state"]
    assert "cancelled" in refused.errors[0].message
    assert replay(scenario, refused.process["events"]) == refused.process


def test_who_ends_twice_is_not_replayed(scenario, process):
    events = cancelled(scenario, process).process["events"]
    again = cancel(scenario, {**process, "events": events}, reason="Again", at=LATER)
    with pytest.raises(ChainError) as raised:
        replay(scenario, again.process["events"])
    assert (raised.value.reason, raised.value.event) == ("cancelled-late", 3)


def test_a_migrated_chain_begins_with_where_it_came_from(scenario, process):
    came = {"scenario": scenario.id, "head": process["events"][-1]["hash"], "reason": "New rules"}
    other = compile(normalize(load(TEXT + "  (done): {title: Finished}\n  spare: {}\n")))
    after = migrate(other, process["events"], migrated=came)
    assert after["events"][0]["migrated"] == came
    assert verify(after["events"]).ok
    assert replay(other, after["events"]) == after
    assert "migrated" not in process["events"][0]


def test_a_cancelled_chain_migrates(scenario, process):
    other = compile(normalize(load(TEXT + "  (done): {title: Finished}\n  spare: {}\n")))
    after = migrate(other, cancelled(scenario, process).process["events"])
    assert not after["isRunning"]


def test_retracing_gives_what_each_event_brought(scenario, process):
    noted = step(scenario, process, action="note", actor="one", at=AT)
    refused = step(scenario, noted.process, action="go", actor="two", response=1, at=AT)
    outcomes = list(retrace(scenario, rewrite(scenario, refused.process["events"])))
    assert [outcome.event for outcome in outcomes] == refused.process["events"]
    assert [len(outcome.log) for outcome in outcomes] == [0, 1, 1, 0]
    assert any(isinstance(effect, TimerSet) for effect in outcomes[1].effects)
    assert outcomes[3].effects == ()
    entries = [entry for outcome in outcomes for entry in outcome.log]
    assert entries == refused.process["previous"]


def test_a_rewritten_chain_has_all_that_the_older_one_had(scenario, process):
    other = compile(normalize(load(TEXT + "  (done): {title: Finished}\n  spare: {}\n")))
    old = step(scenario, process, action="go", actor="two", response=1, at=AT).process["events"]
    new = rewrite(other, old, migrated={"head": old[-1]["hash"]})
    assert not_carried(old, new) is None
    assert not_carried(old, [*new, new[-1]]) is None
    assert not_carried(old, new[:-1]) == len(old) - 1
    assert not_carried(old, [new[0], {**new[1], "action": "other"}, *new[2:]]) == 1
    assert not_carried(old, [{**new[0], "timestamp": "2020-01-01"}, *new[1:]]) == 0


def test_of_an_erased_chain_the_links_are_checked(process):
    events = [erased_event(event) for event in process["events"]]
    assert verify(events).ok
    assert verify(events).erased == 2
    assert verify(events[1:]).code == "link-mismatch"


def test_an_erased_event_holds_nothing_else(process):
    first, second = process["events"]
    assert verify([first, {**second, "erased": True}]).code == "hash-mismatch"


def test_an_erased_chain_is_not_replayed(scenario, process):
    with pytest.raises(ChainError) as raised:
        replay(scenario, [process["events"][0], erased_event(process["events"][1])])
    assert raised.value.reason == "erased"
