"""What operators are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from callboard.client.errors import Reason, reason
from callboard.client.models.document import Document, each, time

__all__ = ["Chain", "Erased", "Migrated", "OperatorProcess", "Overview"]


class Migrated(Document):
    """What came of carrying one process over."""

    __slots__ = ()

    @property
    def process(self) -> str:
        """The id of the process."""
        return str(self.raw["process"])

    @property
    def fits(self) -> bool:
        """Whether its chain fits the other scenario."""
        return bool(self.raw["fits"])

    @property
    def migrated(self) -> bool:
        """Whether it was carried over; never in a dry run."""
        return bool(self.raw["migrated"])

    @property
    def state(self) -> str | None:
        """The state that it then is in."""
        return self.raw.get("state")

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it does not fit."""
        return tuple(map(reason, self.raw["reasons"]))


class Chain(Document):
    """A chain of a process, checked."""

    __slots__ = ()

    @property
    def ok(self) -> bool:
        """Whether hashes and links hold."""
        return bool(self.raw["verification"]["ok"])

    @property
    def verification(self) -> Mapping[str, Any]:
        """What the check found."""
        return dict(self.raw["verification"])

    @property
    def scenario(self) -> str | None:
        """The scenario that it ran."""
        return self.raw.get("scenario")

    @property
    def events(self) -> tuple[Document, ...]:
        """The events."""
        return each(Document, self.raw["events"])


class Erased(Document):
    """What came of one of somebody's processes."""

    __slots__ = ()

    @property
    def process(self) -> str:
        """The id of the process."""
        return str(self.raw["process"])

    @property
    def erased(self) -> bool:
        """Whether it was erased; never in a dry run."""
        return bool(self.raw["erased"])

    @property
    def state(self) -> str:
        """The state that it was in."""
        return str(self.raw["state"])

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it was not, if it should be."""
        return tuple(map(reason, self.raw["reasons"]))


class OperatorProcess(Document):
    """A process from outside, or what is left of one that was erased."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """Its UUID."""
        return str(self.raw["id"])

    @property
    def scenario(self) -> str:
        """The id of its scenario."""
        return str(self.raw["scenario"])

    @property
    def state(self) -> str | None:
        """The key of its state; None when it was erased."""
        return self.raw.get("state")

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return bool(self.raw.get("isRunning"))

    @property
    def erased(self) -> Mapping[str, Any] | None:
        """When it was erased, by whom and why (`at`, `by`, `reason`); None when it was not."""
        return self.raw.get("erased")

    @property
    def started_by(self) -> Mapping[str, Any] | None:
        """Which process had it started (`process`, `service`, `root`, `depth`); None: none had."""
        return self.raw.get("startedBy")

    @property
    def created(self) -> datetime | None:
        """When it was started."""
        return time(self.raw.get("created"))

    @property
    def last_updated(self) -> datetime | None:
        """When something happened last."""
        return time(self.raw.get("lastUpdated"))


class Overview(Document):
    """How many processes are in which state."""

    __slots__ = ()

    @property
    def running(self) -> int:
        """Processes that run."""
        return int(self.raw["running"])

    @property
    def ended(self) -> int:
        """Processes that have ended."""
        return int(self.raw["ended"])

    @property
    def scenarios(self) -> tuple[Document, ...]:
        """Each with its `states`: `state`, `isRunning`, `count`."""
        return each(Document, self.raw["scenarios"])

    @property
    def pending(self) -> Mapping[str, int]:
        """What is to be done later, by kind."""
        return dict(self.raw["pending"])
