"""What a service that is the engine itself is allowed to do (specification: services, `engine`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["ANY", "OrchestrationConfig"]

ANY: Final = "*"
"""Stands for all of them, in a list of names."""


@dataclass(frozen=True, slots=True)
class OrchestrationConfig:
    """Settings of a service that is the engine itself: it starts other processes, steps them and
    waits for their end.
    """

    scenarios: tuple[str, ...]
    """Scenarios, by name or id, whose processes it may start, step and wait for; `*` for all."""
    actions: tuple[str, ...] = ()
    """Actions that it may do, when it starts a process and when it steps one; `*` for all that
    scenarios leave to it."""
    reach: Literal["family", "any"] = "family"
    """`family`: it steps and waits for processes that come from the same one as whoever asks.
    `any`: for others, too, when their scenario names the service."""
    depth: int = 8
    """How many processes may lead to one another."""
    hourly: int = 1_000
    """How often it starts or steps a process in an hour, for all that come from the same one."""
    variables: bool = False
    """Whether an outcome has the variables of the process, too, beside its result."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what cannot be used."""
        if not self.scenarios or "" in self.scenarios:
            raise ValueError("scenarios is to name what may be started and stepped.")
        if "" in self.actions:
            raise ValueError("actions holds an empty name.")
        if self.depth < 1:
            raise ValueError("depth is to be 1 or more.")
        if self.hourly < 1:
            raise ValueError("hourly is to be 1 or more.")
