"""Ways out of states: the normalised transitions, and where each was written.

A transition that `*` brings into every state was written once; so all of them have one place, and
what is said of several is said once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from callboard.core.scenario.names import ANYBODY, patterns_of
from callboard.core.scenario.normalize.wildcard import ANY_STATE
from callboard.core.scenario.places import ROOT, Place
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.values import Json, JsonObject, truthy

Decides: TypeAlias = Literal["always", "never", "depends"]


@dataclass(frozen=True, slots=True)
class Way:
    """One transition of a state."""

    state: str
    on: str | None
    after: int | None
    by: tuple[str, ...]
    decides: Decides
    """What its `if` says; `depends`: an expression decides."""
    goto: str | None
    place: Place
    """Where it was written: an entry of `transitions`, or the state itself."""

    @property
    def target(self) -> str:
        """The state that it leads to, its own one when it stays."""
        return self.state if self.goto is None else self.goto

    @property
    def is_automatic(self) -> bool:
        return self.on is None and self.after is None


def decision(condition: Json) -> Decides:
    """What a condition says without a process.

    >>> decision(True), decision(0), decision({"<ref>": "vars.ok"})
    ('always', 'never', 'depends')
    """
    if is_function(condition):
        return "depends"
    return "always" if truthy(condition) else "never"


def ways_of(written: JsonObject, states: Mapping[str, JsonObject]) -> dict[str, tuple[Way, ...]]:
    """The transitions of all normalised states."""
    declared = written.get("states")
    texts: JsonObject = declared if isinstance(declared, dict) else {}
    anywhere = list(_places(texts.get(ANY_STATE), ROOT / "states" / ANY_STATE))
    return {
        key: tuple(_ways(key, state, texts.get(key), anywhere)) for key, state in states.items()
    }


def _ways(key: str, state: JsonObject, written: Json, anywhere: list[Place]) -> Iterator[Way]:
    places = [*_places(written, ROOT / "states" / key), *anywhere]
    transitions = cast("list[JsonObject]", state.get("transitions") or [])
    for index, spec in enumerate(transitions):
        place = places[index] if index < len(places) else ROOT / "states" / key
        yield Way(
            state=key,
            on=cast("str | None", spec.get("on")),
            after=cast("int | None", spec.get("after")),
            by=tuple(patterns_of(spec.get("by", [ANYBODY]))),
            decides=decision(spec.get("if", True)),
            goto=cast("str | None", spec.get("goto")),
            place=place,
        )


def _places(state: Json, place: Place) -> Iterator[Place]:
    """Where the transitions of a state stand that was written so."""
    if not isinstance(state, dict):
        return
    listed = state.get("transitions")
    if isinstance(listed, list):
        yield from (place / "transitions" / index for index in range(len(listed)))
    elif "goto" in state:
        yield place
