"""What an expression takes of the whole process is a snapshot: nothing ever holds itself."""

import pytest

from callboard import canonical, compile, instantiate, load, normalize, predict, step

AT = "2026-01-01T00:00:00.000Z"
WHOLE = (
    'vars: {x: {}}\nactions: {go: {update: {set: vars.x, value: !ref "@"}}}',
    'vars: {x: {}}\nactions: {go: {update: {set: vars.x, value: !ref "{p: @}"}}}',
    'vars: {x: {}}\nactions: {go: {update: {set: vars.x, value: !ref "[$]", mode: append}}}',
    'vars: {x: {}}\nactions: {go: {title: !ref "@", update: {set: vars.x, value: !ref current}}}',
    "vars: {x: {}}\nactions: {go: {n: !ref current, update: {set: vars.x, value: !ref current}}}",
    'actions: {go: {update: {set: result, value: !ref "@"}}}\nresult: {}',
)


@pytest.mark.parametrize("parts", WHOLE)
def test_a_process_never_holds_itself(parts: str) -> None:
    text = f"{parts}\nstates: {{initial: {{on: go, goto: next}}, next: {{on: go, goto: (done)}}}}"
    scenario = compile(normalize(load(text)))
    outcome = instantiate(scenario, process_id="p", at=AT, histories=True)
    outcome = step(scenario, outcome.process, action="go", actor="actor", at=AT)
    assert outcome.applied
    canonical(outcome.process)
    predict(scenario, outcome.process)


def test_a_state_and_a_log_may_show_the_whole_process() -> None:
    text = """states:
  initial:
    transitions: [{on: go, goto: next, log: {title: !ref '@', more: !ref current}}]
  next: {on: go, goto: (done), whole: !ref '@'}
"""
    scenario = compile(normalize(load(text)))
    outcome = instantiate(scenario, process_id="p", at=AT, histories=True)
    outcome = step(scenario, outcome.process, action="go", actor="actor", at=AT)
    canonical(outcome.process)
