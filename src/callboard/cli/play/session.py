"""One process of a scenario, played by one person who takes all parts.

The clock is virtual: it stands still until time is let pass. Actions are done as the actor's key,
so that ids and roles do not matter here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from callboard.core.process import allowed
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import Reason
from callboard.testing.coverage import Coverage
from callboard.testing.world import World

PROCESS = "main"


@dataclass(frozen=True, slots=True)
class Option:
    """An action that an actor or service may do now."""

    actor: str
    action: JsonObject

    @property
    def key(self) -> str:
        return cast("str", self.action["key"])

    @property
    def response(self) -> Json:
        """The schema of the response; `{}` where there is none."""
        return self.action.get("response", {})


class Session:
    """A running process. What it raises leaves it as it was."""

    def __init__(self, scenario: Scenario, now: datetime) -> None:
        self.scenario = scenario
        self._world = World(lambda _: scenario, Coverage())
        self._world.now = now
        self._world.create(PROCESS, scenario.name or scenario.id)

    @property
    def process(self) -> JsonObject:
        """The process document, with its log and events."""
        return self._world.process(PROCESS)

    @property
    def current(self) -> JsonObject:
        return cast("JsonObject", self.process["current"])

    @property
    def running(self) -> bool:
        return bool(self.process["isRunning"])

    @property
    def now(self) -> datetime:
        return self._world.now

    @property
    def due(self) -> datetime | None:
        """When the next time-out comes; None when there is none."""
        self.process  # noqa: B018  (a process is started when it is first looked at)
        timer = self._world.run(PROCESS).timer
        if timer is None:
            return None
        return datetime.fromisoformat(timer.at) + timedelta(seconds=timer.after)

    @property
    def log(self) -> list[JsonObject]:
        return cast("list[JsonObject]", self.process["previous"])

    def options(self) -> list[Option]:
        """Who may do what now: actors in order, then services."""
        found = [
            Option(actor, action)
            for actor in self._candidates()
            for action in allowed(self.scenario, self.process, actor)
        ]
        order = [action["key"] for action in _objects(self.current.get("actions"))]
        return sorted(found, key=lambda option: _place(order, option.key))

    def _candidates(self) -> Iterator[str]:
        yield from cast("JsonObject", self.process["actors"])
        services: dict[str, None] = {}
        for action in _objects(self.current.get("actions")):
            actors = cast("list[str]", action["actor"])
            services |= dict.fromkeys(key for key in actors if key.startswith("service:"))
        yield from services

    def act(self, action: str, actor: str, response: Json | Absent = ABSENT) -> tuple[Reason, ...]:
        """Do an action; the reasons when it is refused."""
        self._world.act(PROCESS, action, {"key": actor}, response)
        return self._world.run(PROCESS).reasons

    def let_pass(self, time: timedelta) -> None:
        """Move the clock; time-outs that fall due happen, each at its time."""
        self._world.let_pass(time, None)

    def instructions(self) -> list[tuple[str, str]]:
        """Actor and what it is told in this state, in the order of the scenario."""
        texts = cast("JsonObject", self.current.get("instructions") or {})
        return [(actor, text) for actor, text in texts.items() if isinstance(text, str) and text]

    def actor_title(self, key: str) -> str:
        """What people call an actor: its title, that of its wildcard, or the service's name."""
        actors = cast("JsonObject", self.process["actors"])
        actor = actors.get(key)
        if isinstance(actor, dict) and isinstance(actor.get("title"), str):
            return cast("str", actor["title"])
        for wildcard in self.scenario.wildcard_actors:
            if wildcard.key == key:
                return wildcard.title
        return key.removeprefix("service:")


def _objects(value: Json | None) -> list[JsonObject]:
    return cast("list[JsonObject]", value) if isinstance(value, list) else []


def _place(order: list[Json], key: str) -> int:
    return order.index(key) if key in order else len(order)
