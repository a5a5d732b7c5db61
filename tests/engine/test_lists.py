"""Lists: their pages, and what they show."""

from __future__ import annotations

import pytest

from callboard.engine import Engine, EngineConfig
from callboard.engine.commands import ListCommand
from callboard.errors import ForbiddenError, InvalidError
from tests.engine.test_scenarios import store_text
from tests.engine.world import ADMIN, ALICE, DAVID, LEAVE, CountedIds, begin


def test_lists_show_further_fields_that_are_configured(store, clock, run):
    config = EngineConfig(scenario_fields=("actors", "owner"), process_fields=("vars", "id"))
    engine = Engine(store, clock, CountedIds(), config)
    store_text(engine, run, LEAVE + "owner: HR\n")
    (scenario,) = run(engine.scenarios.list(ALICE))
    assert scenario.more["owner"] == "HR"
    process = begin(engine, run, ALICE, action="ask", response=4)["id"]
    (shown,) = run(engine.processes.list(ALICE, ListCommand())).items
    assert (shown["id"], shown["vars"]) == (process, {"days": 4})
    assert shown["scenario"]["owner"] == "HR"
    assert shown["scenario"]["title"] == "Leave"


def test_a_summary_says_what_a_list_shows(engine, run):
    process = begin(engine, run, ALICE, action="ask", response=4)
    (shown,) = run(engine.processes.list(ALICE, ListCommand())).items
    assert shown == {
        "id": process["id"],
        "title": "Leave",
        "tags": [],
        "isRunning": True,
        "scenario": {
            "id": process["scenario"]["id"],
            "name": "leave",
            "title": "Leave",
            "description": "Time off",
        },
        "actors": [
            {"key": "employee", "id": "alice", "title": "Employee"},
            {"key": "manager", "title": "Manager", "role": "management"},
        ],
        "current": {"key": "asked", "title": "asked"},
        "created": "2026-01-01T12:00:00.000Z",
        "lastUpdated": "2026-01-01T12:00:00.000Z",
    }


@pytest.mark.parametrize(
    "command", [ListCommand(page=0), ListCommand(limit=0), ListCommand(1, 101)]
)
def test_a_page_that_cannot_be_is_refused(engine, run, command):
    with pytest.raises(InvalidError):
        run(engine.processes.list(ALICE, command))


def test_a_list_has_pages_newest_first(engine, run, clock):
    ids = []
    for _ in range(5):
        ids.append(begin(engine, run, ALICE)["id"])
        clock.move(seconds=1)
    pages = [run(engine.processes.list(ALICE, ListCommand(page, 2))) for page in (1, 2, 3, 4)]
    assert [[item["id"] for item in page.items] for page in pages] == [
        ids[:2:-1],
        ids[2:0:-1],
        ids[:1],
        [],
    ]
    assert [page.has_next for page in pages] == [True, True, False, False]


def test_the_list_of_everything_is_for_operators(engine, run):
    begin(engine, run, ALICE)
    assert run(engine.processes.list(DAVID, ListCommand())).items == []
    assert len(run(engine.processes.list(ADMIN, ListCommand(all=True))).items) == 1
    with pytest.raises(ForbiddenError):
        run(engine.processes.list(ALICE, ListCommand(all=True)))
