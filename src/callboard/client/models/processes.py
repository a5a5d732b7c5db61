"""Processes: whole, in lists, as tasks, and as news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from callboard.client.models.document import Document, Titled, each, time
from callboard.client.models.scenarios import ScenarioSummary

__all__ = [
    "Action",
    "Actor",
    "CurrentState",
    "Event",
    "Process",
    "ProcessSummary",
    "Task",
    "TaskCount",
    "process_of",
]


class Action(Titled):
    """What can be done in a state."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """What `step` is told."""
        return str(self.raw["key"])

    @property
    def actors(self) -> tuple[str, ...]:
        """The keys of the actors that may do it."""
        actor = self.raw.get("actor") or ()
        return (actor,) if isinstance(actor, str) else tuple(actor)

    @property
    def response(self) -> Any:
        """JSON Schema of what has to be said; None when nothing is asked."""
        return self.raw.get("response")


class Actor(Titled):
    """An actor of a process."""

    __slots__ = ()

    @property
    def id(self) -> str | None:
        """The user's id; None while nobody in particular is it."""
        return self.raw.get("id")

    @property
    def role(self) -> str | list[str] | None:
        """Who may be it."""
        return self.raw.get("role")


class CurrentState(Titled):
    """The state that a process is in."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """The key of the state in the scenario."""
        return str(self.raw.get("key", ""))

    @property
    def instructions(self) -> Mapping[str, str]:
        """What is asked, by the key of the actor."""
        return self.raw.get("instructions") or {}

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done, by whoever may."""
        return each(Action, self.raw.get("actions"))

    @property
    def timestamp(self) -> datetime | None:
        """Since when."""
        return time(self.raw.get("timestamp"))


class Acted(Titled):
    """What a process and its summary have in common."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """Its UUID."""
        return str(self.raw["id"])

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return bool(self.raw.get("isRunning"))

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(self.raw.get("tags") or ())


@dataclass(frozen=True, slots=True, repr=False)
class Process(Acted):
    """A process: who takes part, its data, where it is, and what has happened."""

    etag: str | None = None
    """The version that this is, for `step(…, if_match=True)` and `refresh`."""

    @property
    def scenario(self) -> str:
        """The id of its scenario."""
        return str(self.raw["scenario"]["id"])

    @property
    def actors(self) -> Mapping[str, Actor]:
        """Who takes part, by key."""
        return {key: Actor(value) for key, value in self.raw["actors"].items()}

    @property
    def vars(self) -> Mapping[str, Any]:
        """Its data."""
        return self.raw.get("vars") or {}

    @property
    def result(self) -> Any:
        """What came of it."""
        return self.raw.get("result")

    @property
    def current(self) -> CurrentState:
        """Where it is."""
        return CurrentState(self.raw["current"])

    @property
    def previous(self) -> tuple[Document, ...]:
        """What happened, for people."""
        return each(Document, self.raw.get("previous"))

    @property
    def events(self) -> tuple[Document, ...]:
        """What happened: the chain of hashes."""
        return each(Document, self.raw.get("events"))

    @property
    def next(self) -> tuple[Document, ...]:
        """The states to come, where `predict` asked for them."""
        return each(Document, self.raw.get("next"))


class ProcessSummary(Acted):
    """A process in a list."""

    __slots__ = ()

    @property
    def scenario(self) -> ScenarioSummary:
        """What is acted out."""
        return ScenarioSummary(self.raw.get("scenario") or {})

    @property
    def actors(self) -> Mapping[str, Actor]:
        """Who takes part, by key."""
        return {actor["key"]: Actor(actor) for actor in self.raw.get("actors") or ()}

    @property
    def current(self) -> CurrentState:
        """Where it is: key and title."""
        return CurrentState(self.raw.get("current") or {})

    @property
    def created(self) -> datetime | None:
        """When it was started."""
        return time(self.raw.get("created"))

    @property
    def last_updated(self) -> datetime | None:
        """When something happened last."""
        return time(self.raw.get("lastUpdated"))


class Task(Document):
    """What waits for whoever asks."""

    __slots__ = ()

    @property
    def process(self) -> ProcessSummary:
        """In which process."""
        return ProcessSummary(self.raw["process"])

    @property
    def state(self) -> CurrentState:
        """In which state."""
        return CurrentState(self.raw["state"])

    @property
    def instructions(self) -> Mapping[str, str]:
        """What is asked, by the keys of the actors that I am."""
        return self.raw.get("instructions") or {}

    @property
    def since(self) -> datetime | None:
        """Since when it waits."""
        return time(self.raw.get("since"))

    @property
    def due(self) -> datetime | None:
        """When a time-out ends it; None when nothing does."""
        return time(self.raw.get("due"))

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return each(Action, self.raw.get("actions"))


class TaskCount(Document):
    """How much waits for whoever asks, as far as it was counted."""

    __slots__ = ()

    @property
    def total(self) -> int:
        """In all."""
        return int(self.raw["total"])

    @property
    def overdue(self) -> int:
        """What should have been done by now."""
        return int(self.raw["overdue"])

    @property
    def more(self) -> bool:
        """Whether there are others that were not counted."""
        return bool(self.raw["more"])

    @property
    def scenarios(self) -> Mapping[str, int]:
        """By the id of the scenario."""
        return {item["scenario"]: item["total"] for item in self.raw["scenarios"]}


@dataclass(frozen=True, slots=True, repr=False)
class Event(Document):
    """Something that happened, as the stream tells it."""

    id: str = ""
    """Its place in the stream: `stream(last_event_id=…)` goes on after it."""
    type: str = "message"
    """What happened."""

    @property
    def process(self) -> ProcessSummary:
        """The process as it is now, in short; of a task that is gone only its id."""
        return ProcessSummary(self.raw.get("process") or {})

    @property
    def action(self) -> str | None:
        """What was done."""
        return self.raw.get("action")

    @property
    def actor(self) -> str | None:
        """The key of the actor that did it."""
        return self.raw.get("actor")

    @property
    def at(self) -> datetime | None:
        """When it happened."""
        return time(self.raw.get("at"))

    @property
    def head(self) -> str | None:
        """The hash of the event in the chain: the ETag of the process then."""
        return self.raw.get("head")

    def __repr__(self) -> str:
        about = self.process.get("id")
        return f"Event(id={self.id!r}, type={self.type!r}, process={about!r})"


def process_of(response: httpx.Response) -> Process:
    """The process in an answer, with its version."""
    return Process(response.json(), etag=response.headers.get("etag"))
