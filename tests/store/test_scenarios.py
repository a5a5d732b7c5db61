"""Scenarios: stored once, disabled and enabled."""

from __future__ import annotations

from uuid import UUID

from callboard.ports.records import ScenarioSummary
from tests.store.records import OTHER, SCENARIO, at, scenario


def test_a_scenario_is_there_as_it_was_put(store, run):
    assert run(store.get_scenario(SCENARIO)) == scenario()
    assert run(store.get_scenario(OTHER)) is None


def test_a_list_shows_what_the_document_says(store, run):
    assert run(store.list_scenarios()) == [
        ScenarioSummary(SCENARIO, "Approval", "Two people.", ("a", "b"))
    ]


def test_a_document_need_not_say_anything(store, run):
    run(store.put_scenario(scenario(OTHER, document={})))
    assert run(store.list_scenarios())[0] == ScenarioSummary(OTHER, "", "")


def test_lists_are_by_title_then_id(store, run):
    for number, title in ((3, "B"), (2, "B"), (1, "C")):
        key = str(UUID(f"{number}" * 32))
        run(store.put_scenario(scenario(key, document={"title": title})))
    assert [item.id[0] for item in run(store.list_scenarios())] == ["0", "2", "3", "1"]


def test_one_that_is_disabled_is_not_in_lists(store, run):
    assert run(store.disable_scenario(SCENARIO, at(1)))
    assert run(store.list_scenarios()) == []
    assert run(store.get_scenario(SCENARIO)).disabled == at(1)


def test_it_stays_disabled_since_the_first_time(store, run):
    run(store.disable_scenario(SCENARIO, at(1)))
    assert run(store.disable_scenario(SCENARIO, at(2)))
    assert run(store.get_scenario(SCENARIO)).disabled == at(1)
    assert not run(store.disable_scenario(OTHER, at(1)))


def test_putting_it_again_enables_it_and_changes_nothing(store, run):
    run(store.disable_scenario(SCENARIO, at(1)))
    run(store.put_scenario(scenario(source="other", created=at(9))))
    assert run(store.get_scenario(SCENARIO)) == scenario()


def test_those_of_a_name_come_oldest_first(store, run):
    for number, second in ((1, 5), (2, 3), (3, 4)):
        key = str(UUID(f"{number}" * 32))
        run(store.put_scenario(scenario(key, name="n", version=str(number), created=at(second))))
    run(store.disable_scenario(str(UUID("3" * 32)), at(9)))
    assert [found.version for found in run(store.find_scenarios("n"))] == ["2", "1"]
    assert run(store.find_scenarios("m")) == []


def test_ids_are_those_of_a_name_or_all_and_the_disabled_ones_too(store, run):
    run(store.put_scenario(scenario(OTHER, name="n", version="1")))
    run(store.disable_scenario(OTHER, at(1)))
    assert run(store.scenario_ids("n")) == [OTHER]
    assert run(store.scenario_ids("m")) == []
    assert set(run(store.scenario_ids())) == {SCENARIO, OTHER}
