"""Starting and stepping processes, against the vectors."""

import copy

import pytest

from callboard.errors import CallboardError
from tests.conformance.steps import (
    ask,
    assert_errors,
    assert_process,
    compiled,
    run_step,
    started,
)

VECTORS = "process"


def test_process(case: dict) -> None:
    scenario = compiled(case["scenario"])
    assert scenario.id == case["scenario_id"]
    if "error" in case:
        with pytest.raises(CallboardError) as raised:
            started(scenario, case)
        assert_start_error(raised.value, case["error"])
        return
    process = started(scenario, case).process
    assert_process(process, case["start"], {})
    errors: dict[int, list] = {}
    for given in case["steps"]:
        if given["op"] in ("message", "trigger"):
            assert ask(scenario, process, given) == given["result"]
            continue
        process = check_step(scenario, process, given, errors)


def check_step(scenario: object, process: dict, given: dict, errors: dict[int, list]) -> dict:
    before = copy.deepcopy(process)
    if "error" in given:
        with pytest.raises(CallboardError) as raised:
            run_step(scenario, process, given)
        assert_start_error(raised.value, given["error"])
        assert process == before
        return process
    outcome = run_step(scenario, process, given)
    assert process == before, "a step changes nothing that it was given"
    if outcome is not None:
        process = outcome.process
        errors[len(process["events"]) - 1] = list(outcome.errors)
    assert_process(process, given["process"], errors)
    return process


def assert_start_error(error: CallboardError, wanted: dict | bool) -> None:
    if wanted is True:
        return
    if isinstance(wanted, dict):
        wanted = [wanted]
    reasons = getattr(error, "reasons", ())
    actual = [reason.as_json() for reason in reasons] or [{"code": error.code}]
    assert_errors(actual, wanted)
