"""What is told about scenarios and processes: why, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from callboard.client.errors import Reason, reason
from callboard.client.models.document import Document, each, time
from callboard.client.models.processes import CurrentState

__all__ = ["Answer", "CheckedScenario", "Checkpoint", "Explanation", "Finding", "Proof"]


class Answer(Document):
    """Whether an actor may do an action now."""

    __slots__ = ()

    @property
    def action(self) -> str:
        """The key of the action."""
        return str(self.raw["action"])

    @property
    def actor(self) -> str:
        """The key of the actor."""
        return str(self.raw["actor"])

    @property
    def may(self) -> str:
        """`yes`, `no`, or `depends`: the response decides."""
        return str(self.raw["may"])

    @property
    def you(self) -> bool:
        """Whether I may act as this actor."""
        return bool(self.raw["you"])

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Everything that speaks against it."""
        return tuple(map(reason, self.raw["reasons"]))


class Explanation(Document):
    """Who may do what in a process now, and why not."""

    __slots__ = ()

    @property
    def state(self) -> CurrentState:
        """The state that it is in."""
        return CurrentState(self.raw["state"])

    @property
    def answers(self) -> tuple[Answer, ...]:
        """For each actor and action that was asked about."""
        return each(Answer, self.raw["answers"])

    @property
    def timeouts(self) -> tuple[Mapping[str, Any], ...]:
        """What time will do: `after`, `due`, `goto`."""
        return tuple(self.raw["timeouts"])


class Finding(Document):
    """Something about a scenario: an error, or what lint found."""

    __slots__ = ()

    @property
    def message(self) -> str:
        """What is wrong."""
        return str(self.raw["message"])

    @property
    def pointer(self) -> str:
        """JSON Pointer into the scenario."""
        return str(self.raw["pointer"])

    @property
    def line(self) -> int | None:
        """Where in the text, from 1."""
        return self.raw.get("line")

    @property
    def code(self) -> str | None:
        """The rule of lint."""
        return self.raw.get("code")


class CheckedScenario(Document):
    """What is wrong with a scenario that was not stored."""

    __slots__ = ()

    @property
    def valid(self) -> bool:
        """Whether it could be stored."""
        return bool(self.raw["valid"])

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What would keep it from being stored."""
        return each(Finding, self.raw["errors"])

    @property
    def lint(self) -> tuple[Finding, ...]:
        """What could be better."""
        return each(Finding, self.raw["lint"])

    @property
    def id(self) -> str | None:
        """The id that it would have."""
        return self.raw.get("id")


class Checkpoint(Document):
    """What the engine signed of a chain. `raw` is what the signature is over, and that itself."""

    __slots__ = ()

    @property
    def events(self) -> int:
        """How many events the chain had."""
        return int(self.raw["events"])

    @property
    def head(self) -> str:
        """The hash of the last one."""
        return str(self.raw["head"])

    @property
    def at(self) -> datetime | None:
        """When it was signed."""
        return time(self.raw.get("at"))

    @property
    def kid(self) -> str:
        """The key that signed, by its thumbprint."""
        return str(self.raw["kid"])


class Proof(Document):
    """Whether the chain of a process holds."""

    __slots__ = ()

    @property
    def ok(self) -> bool:
        """Whether it does, leads to what is stored, and fits what was signed of it."""
        return bool(self.raw["ok"])

    @property
    def head(self) -> str:
        """The hash of its last event."""
        return str(self.raw["head"])

    @property
    def compared(self) -> int:
        """With how many checkpoints the chain was compared."""
        return int(self.raw.get("compared", 0))

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """The newest of them, the newest last."""
        return each(Checkpoint, self.raw.get("checkpoints"))

    @property
    def code(self) -> str | None:
        """What does not hold."""
        return self.raw.get("code")

    @property
    def message(self) -> str | None:
        """What does not hold, to read."""
        return self.raw.get("message")

    @property
    def event(self) -> int | None:
        """The index of the event that does not hold."""
        return self.raw.get("event")

    @property
    def earlier(self) -> tuple[Document, ...]:
        """The chains that the process had before it was migrated, oldest first: `ok`, `events`,
        `head`, `migrated`, …
        """
        return each(Document, self.raw.get("earlier"))

    @property
    def erased(self) -> Mapping[str, Any] | None:
        """When the process was erased, by whom and why, and how many `events` are known by their
        links only; None when it was not.
        """
        return self.raw.get("erased")
