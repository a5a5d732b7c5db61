"""Scenarios: from their text to what runs, and back."""

from __future__ import annotations

import json
import time

import pytest

from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.engine import Engine, EngineConfig
from callboard.errors import CallboardError, ForbiddenError, InvalidError, NotFoundError, TextError
from tests.engine.world import ADMIN, ALICE, LEAVE, CountedIds, begin

YAML = "application/yaml"


def store_text(engine, run, text, kind=YAML, caller=ADMIN):
    return run(engine.scenarios.store(caller, text, kind))


def test_the_same_content_is_the_same_scenario(engine, run):
    document = load(LEAVE)
    ids = {
        store_text(engine, run, LEAVE),
        store_text(engine, run, json.dumps(document), "application/json"),
        store_text(engine, run, json.dumps(document, indent=4), YAML),
    }
    assert len(ids) == 1


def test_what_is_read_is_normalised_and_has_no_id(engine, run):
    record = run(engine.scenarios.get(ALICE, store_text(engine, run, LEAVE)))
    assert record.document == normalize(load(LEAVE))
    assert (record.name, record.version, record.source) == ("leave", "1.0.0", LEAVE)


def test_an_id_in_the_text_is_left_out(engine, run):
    text = LEAVE + "id: 0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10\n"
    assert store_text(engine, run, text) == store_text(engine, run, LEAVE)


def test_storing_again_enables_again(engine, run):
    scenario = store_text(engine, run, LEAVE)
    run(engine.scenarios.disable(ADMIN, scenario))
    assert scenario not in [item.id for item in run(engine.scenarios.list(ALICE))]
    assert run(engine.scenarios.get(ALICE, scenario)).disabled
    store_text(engine, run, LEAVE)
    assert scenario in [item.id for item in run(engine.scenarios.list(ALICE))]


def test_everything_that_is_wrong_is_told(engine, run):
    text = "states: {initial: {on: a, goto: b}, c: {on: a, goto: d, by: [x]}, (e): {}}\nvars: 1\n"
    with pytest.raises(InvalidError) as caught:
        store_text(engine, run, text)
    assert caught.value.problem == "scenario-invalid"
    assert {reason.pointer for reason in caught.value.reasons} >= {
        "/states/initial/goto",
        "/states/c/goto",
        "/vars",
    }


@pytest.mark.parametrize("text", ["", "[1]", "7", "null", "{}", "states: {}", "states: ~"])
def test_what_is_no_scenario_is_refused(engine, run, text):
    with pytest.raises(InvalidError):
        store_text(engine, run, text)


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2", "&a [*a]", "a\x00b: 1", "a: .nan"])
def test_what_is_no_document_is_refused_with_its_place(engine, run, text):
    with pytest.raises(TextError) as caught:
        store_text(engine, run, text)
    assert caught.value.line is not None


DOUBLED = ", ".join(
    f"a{n}: {{allOf: [{{$ref: '#/$defs/a{n + 1}'}}, {{$ref: '#/$defs/a{n + 1}'}}]}}"
    for n in range(40)
)
HOSTILE = {
    "a schema in itself": "vars: {v: {$ref: '#'}}",
    "a pattern": "vars: {v: {type: string, pattern: '(a+)+(?=b)'}}",
    "doubled schemas": f"vars: {{v: {{$defs: {{{DOUBLED}}}, $ref: '#/$defs/a0'}}}}",
    "no expression": "result: {default: !ref '((('}",
    "a deep expression": f"result: {{default: !ref '{'(' * 5000}1{')' * 5000}'}}",
    "a deep document": "x: " + "[" * 100 + "]" * 100,
    "a condition": "actions: {go: {if: !ref 'abs(title)'}}",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_scenario_is_stored_or_refused_and_soon(engine, run, what):
    text = "states: {initial: {on: go, goto: (end)}}\n" + HOSTILE[what]
    begun = time.process_time()
    try:
        scenario = store_text(engine, run, text)
        begin(engine, run, ALICE, scenario, action="go")
    except CallboardError:
        pass
    assert time.process_time() - begun < 10


def test_a_large_scenario_is_worked_on_in_a_thread(store, clock, run):
    engine = Engine(store, clock, CountedIds(), EngineConfig(inline_bytes=10, compiled_scenarios=1))
    first = store_text(engine, run, LEAVE)
    store_text(engine, run, LEAVE.replace("Time off", "Holidays"))
    assert begin(engine, run, ALICE, first, action="ask", response=1)["current"]["key"] == "asked"


def test_compiled_scenarios_are_given_up_in_the_order_of_their_use(store, clock, run):
    engine = Engine(store, clock, CountedIds(), EngineConfig(compiled_scenarios=2))
    one, two, three = [
        store_text(engine, run, LEAVE.replace("Time off", title))
        for title in ("One", "Two", "Three")
    ]
    cache = engine.processes.cache
    assert [cache.known(item) is not None for item in (one, two, three)] == [False, True, True]
    cache.known(two)
    begin(engine, run, ALICE, one)
    assert [cache.known(item) is not None for item in (one, two, three)] == [True, True, False]


@pytest.mark.parametrize("scenario", ["nothing", "0b8f3c52-6f4e-4c0e-9a44-7a1d1a3f2f10", ""])
def test_what_is_not_there_is_not_found(engine, run, scenario):
    with pytest.raises(NotFoundError):
        run(engine.scenarios.get(ALICE, scenario))
    with pytest.raises(NotFoundError):
        run(engine.scenarios.disable(ADMIN, scenario))


def test_only_who_may_writes(engine, run):
    scenario = store_text(engine, run, LEAVE)
    with pytest.raises(ForbiddenError):
        store_text(engine, run, LEAVE, caller=ALICE)
    with pytest.raises(ForbiddenError):
        run(engine.scenarios.disable(ALICE, scenario))


def test_nobody_writes_in_read_only_mode(store, clock, engine, run):
    closed = Engine(store, clock, CountedIds(), EngineConfig(read_only=True))
    with pytest.raises(ForbiddenError) as caught:
        store_text(closed, run, LEAVE)
    with pytest.raises(ForbiddenError):
        run(closed.scenarios.disable(ADMIN, store_text(engine, run, LEAVE)))
    assert caught.value.problem == "read-only"


def test_schemas_that_are_known_may_be_referred_to(store, clock, run):
    schemas = {"https://example.com/amount": {"type": "integer", "minimum": 10}}
    engine = Engine(store, clock, CountedIds(), schemas=lambda: schemas)
    text = LEAVE.replace(
        "response: {type: integer, minimum: 1}", "response: https://example.com/amount"
    )
    store_text(engine, run, text)
    with pytest.raises(InvalidError):
        begin(engine, run, ALICE, action="ask", response=9)
    assert begin(engine, run, ALICE, action="ask", response=10)["vars"] == {"days": 10}
