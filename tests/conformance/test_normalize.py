"""The vectors of normalisation: the normal form, its id, and that it is one."""

from copy import deepcopy

import pytest

from callboard.core.canonical import scenario_id
from callboard.core.scenario.normalize import normalize
from callboard.core.values import equal
from callboard.errors import ScenarioError

VECTORS = "normalize"


def test_normal_form(case: dict) -> None:
    if case.get("error"):
        with pytest.raises(ScenarioError) as refusal:
            normalize(case["scenario"])
        assert all(reason.pointer for reason in refusal.value.reasons)
        return
    normalized = normalize(case["scenario"])
    assert equal(normalized, case["normalized"]), normalized
    assert scenario_id(normalized) == case["id"]


def test_the_input_is_not_changed(case: dict) -> None:
    before = deepcopy(case["scenario"])
    if not case.get("error"):
        normalize(case["scenario"])
        assert case["scenario"] == before


def test_normalising_twice_changes_nothing(case: dict) -> None:
    if not case.get("error"):
        assert equal(normalize(case["normalized"]), case["normalized"])
