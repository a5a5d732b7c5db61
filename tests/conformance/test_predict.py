"""The states to come, against the vectors."""

import pytest

from callboard.core.process import predict
from callboard.core.values import equal
from callboard.errors import CallboardError
from tests.conformance.steps import compiled, run_step, started

VECTORS = "predict"


def test_predict(case: dict) -> None:
    scenario = compiled(case["scenario"])
    process = started(scenario, case).process
    for given in case["steps"]:
        outcome = run_step(scenario, process, given)
        process = process if outcome is None else outcome.process
    limit = case.get("max", 100)
    if case.get("error"):
        with pytest.raises(CallboardError):
            predict(scenario, process, limit=limit)
        return
    actual = predict(scenario, process, limit=limit)
    assert equal(actual, case["next"]), actual
