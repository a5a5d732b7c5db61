"""Responses that are checked by computed schemas, and steps after the end."""

from callboard import compile, instantiate, load, normalize, step

AT = "2026-01-01T00:00:00.000Z"
COMPUTED = """
most: 5
actions:
  go: {response: {properties: {n: {maximum: !ref scenario.most}, p: {$ref: 'schema:person'}}}}
states: {initial: {on: go, goto: (done)}}
"""
PERSON = {"schema:person": {"type": "object", "required": ["name"]}}


def answered(response: object) -> list[str]:
    scenario = compile(normalize(load(COMPUTED)), schemas=PERSON)
    outcome = instantiate(scenario, process_id="p", at=AT, histories=True)
    outcome = step(scenario, outcome.process, action="go", actor="actor", response=response, at=AT)
    return [f"{reason.pointer} {reason.keyword}" for reason in outcome.errors]


def test_a_computed_schema_may_name_one_of_the_folder() -> None:
    assert answered({"n": 5, "p": {"name": "Ada"}}) == []
    assert answered({"n": 6, "p": {}}) == ["/n maximum", "/p required"]


def test_a_step_after_the_end_says_so() -> None:
    scenario = compile(normalize(load("states: {initial: {on: go, goto: (done)}}")))
    outcome = instantiate(scenario, process_id="p", at=AT, histories=True)
    outcome = step(scenario, outcome.process, action="go", actor="actor", at=AT)
    late = step(scenario, outcome.process, action="go", actor="actor", at=AT)
    assert [reason.code for reason in late.errors] == ["action-not-in-state"]
    assert "has ended in '(done)'" in late.errors[0].message
