"""Scenarios."""

from __future__ import annotations

from dataclasses import dataclass, replace

import httpx

from callboard.client.models.document import Titled

__all__ = ["Scenario", "ScenarioSummary", "scenario_of"]


class ScenarioSummary(Titled):
    """A scenario in a list."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """Its UUID, made from its content."""
        return str(self.raw["id"])

    @property
    def name(self) -> str | None:
        """By which a process may be started."""
        return self.raw.get("name")

    @property
    def version(self) -> str | None:
        """`name@version` names this one exactly."""
        return self.raw.get("version")

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(self.raw.get("tags") or ())


@dataclass(frozen=True, slots=True, repr=False)
class Scenario(Titled):
    """A scenario, normalised."""

    id: str = ""
    """Its UUID, made from its content."""
    etag: str | None = None
    """For conditional requests."""
    disabled: bool = False
    """Whether no new process starts with it."""


def scenario_of(response: httpx.Response, scenario_id: str) -> Scenario:
    """The scenario in an answer."""
    headers = response.headers
    found = Scenario(response.json(), id=scenario_id, etag=headers.get("etag"))
    return replace(found, disabled=headers.get("x-disabled") == "true")
