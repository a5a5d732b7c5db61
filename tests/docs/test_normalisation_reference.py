"""The page on normalisation: its examples become what it says."""

from __future__ import annotations

import json

import pytest

from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.normalize.periods import seconds_of
from callboard.core.scenario.normalize.titles import title_of
from callboard.core.values import Json
from tests.docs.tables import REFERENCE, rows

PAGE = REFERENCE / "normalisation.md"
EXAMPLES = rows(PAGE, "written", "becomes")
ACTIONS = [row for row in EXAMPLES if not row[1].startswith("[")]
STATES = [row for row in EXAMPLES if row[1].startswith("[")]


def normalized_state(state: Json) -> dict[str, Json]:
    scan = {"actor": "service:ocr"}
    scenario = {"states": {"initial": state}, "actions": {"scan": scan, "act": {}}}
    return normalize(scenario)["states"]["initial"]


@pytest.mark.parametrize(("key", "title"), rows(PAGE, "key", "title"))
def test_titles(key: str, title: str) -> None:
    assert title_of(key) == title


@pytest.mark.parametrize(("written", "meant"), ACTIONS)
def test_actions(written: str, meant: str) -> None:
    scenario = {"states": {"initial": {}}, "actions": {"act": json.loads(written)}}
    assert normalize(scenario)["actions"] == {"act": json.loads(meant)}


@pytest.mark.parametrize(("written", "meant"), STATES)
def test_states(written: str, meant: str) -> None:
    assert normalized_state(json.loads(written))["transitions"] == json.loads(meant)


@pytest.mark.parametrize(("notify", "meant"), rows(PAGE, "notify", "becomes"))
def test_notifications(notify: str, meant: str) -> None:
    state = {"on": "scan", "goto": None, "notify": json.loads(notify)}
    assert normalized_state(state)["notify"] == json.loads(meant)


@pytest.mark.parametrize(("period", "seconds"), rows(PAGE, "period", "seconds"))
def test_periods(period: str, seconds: str) -> None:
    assert seconds_of(json.loads(period), "") == json.loads(seconds)


def test_the_bounds_are_those_in_force() -> None:
    limits = DEFAULT_LIMITS
    text = PAGE.read_text(encoding="utf-8")
    assert f"{limits.states:,} states" in text
    assert f"{limits.actors:,} declared actors" in text
    assert f"{limits.transitions:,} transitions" in text
