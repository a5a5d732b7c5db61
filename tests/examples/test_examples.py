"""The examples are valid, well kept, and can be played to each of their ends."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.core.scenario.validate import validate
from callboard.core.values import ABSENT, JsonObject
from callboard.examples import example_names, load_example, load_examples
from callboard.testing.coverage import Coverage
from callboard.testing.world import World
from tests.examples.plays import PLAYS, Move

NAMES = example_names()


def normalized(name: str) -> JsonObject:
    return normalize(cast("JsonObject", load(load_example(name))))


def compiled(name: str) -> Scenario:
    return compile_scenario(normalized(name))


def play(name: str, moves: list[Move]) -> JsonObject:
    """The process after the moves; none of them may be refused."""
    world = World(lambda _: compiled(name), Coverage())
    world.create("main", name)
    for move in moves:
        if isinstance(move, timedelta):
            world.let_pass(move, None)
        else:
            response = move[2] if len(move) == 3 else ABSENT
            world.act("main", move[1], {"key": move[0]}, response)
            assert not world.run("main").reasons, move
    return world.process("main")


def test_there_are_at_least_six() -> None:
    assert len(NAMES) >= 6
    assert [name for name, _ in load_examples()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid(name: str) -> None:
    assert validate(load(load_example(name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name: str) -> None:
    scenario = normalized(name)
    assert scenario["name"] == name
    assert scenario["version"]
    assert scenario["description"]
    assert scenario["tags"]
    assert load_example(name).startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_every_action_has_a_title_and_a_description(name: str) -> None:
    actions = cast("dict[str, JsonObject]", normalized(name)["actions"])
    assert not [key for key, action in actions.items() if not action["description"]]
    assert not [key for key, action in actions.items() if action["title"] == key]


@pytest.mark.parametrize("name", NAMES)
def test_every_state_instructs_somebody(name: str) -> None:
    states = compiled(name).document["states"]
    mute = [
        key
        for key, state in cast("dict[str, JsonObject]", states).items()
        if state.get("transitions") and not state["instructions"]
    ]
    assert not mute


@pytest.mark.parametrize("name", NAMES)
def test_every_end_has_a_play(name: str) -> None:
    ends = {key for key, state in compiled(name).states.items() if state.is_end}
    assert ends == {end.split()[0] for example, end in PLAYS if example == name}


@pytest.mark.parametrize(("name", "end"), PLAYS, ids=" ".join)
def test_it_can_be_played_to_the_end(name: str, end: str) -> None:
    process = play(name, PLAYS[name, end])
    current = cast("JsonObject", process["current"])
    assert current["key"] == end.split()[0]
    assert process["isRunning"] is False


def test_an_unknown_example_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_example("../errors")
