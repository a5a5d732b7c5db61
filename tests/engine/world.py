"""Callers, a clock that is moved by hand, and scenarios for the tests of the engine."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from callboard.engine import Engine
from callboard.engine.commands import FirstAction, StartCommand, StepCommand
from callboard.ports.caller import Caller, KeyIdentity, Privilege, ProcessLimit, User

SIGNED_IN: tuple[Privilege, ...] = (
    "scenario:read",
    "process:read",
    "process:start",
    "process:step",
)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


class CountedIds:
    """Ids that are the same in every run."""

    def __init__(self) -> None:
        self.count = 0

    def new(self) -> str:
        self.count += 1
        return str(uuid.UUID(int=self.count))

    def secret(self, size: int) -> bytes:
        self.count += 1
        return self.count.to_bytes(size, "big")


def user(identity: str, /, *roles: str, **info: Any) -> Caller:
    return Caller(frozenset(SIGNED_IN), User(identity, roles, info))


def key(
    *limits: ProcessLimit,
    service: str | None = None,
    privileges: tuple[Privilege, ...] = SIGNED_IN,
    name: str = "k",
) -> Caller:
    return Caller(frozenset(privileges), key=KeyIdentity(name, limits, service))


ADMIN = Caller(frozenset({"*"}), User("root", ("admin",), {"name": "Root"}))
ALICE = user("alice", "support", name="Alice")
BOB = user("bob", "management")
DAVID = user("david")

LEAVE = """
title: Leave
name: leave
version: 1.0.0
description: Time off
actors:
  employee: {title: Employee}
  manager: {title: Manager, role: management}
vars:
  days: integer
actions:
  ask: {actor: employee, response: {type: integer, minimum: 1}, update: vars.days}
  approve: {actor: manager}
  note: {actor: [employee, manager], response: string}
states:
  initial: {on: ask, goto: asked}
  asked:
    transitions:
      - {on: approve, goto: (approved)}
      - {on: note, goto: ~}
      - {after: 1 day, goto: (late)}
"""

ORDER = """
title: Order
name: order
version: 1.0.0
actors: {buyer: {}}
actions:
  order: {actor: buyer}
  confirm: {actor: service:supplier}
states:
  initial: {on: order, goto: ordered}
  ordered: {on: confirm, goto: (confirmed)}
"""


def begin(
    engine: Engine,
    run: Any,
    caller: Caller,
    scenario: str = "leave",
    action: str | None = None,
    response: Any = None,
    **more: Any,
) -> dict[str, Any]:
    """Start a process; its document."""
    first = None if action is None else FirstAction(action, response)
    command = StartCommand(scenario, action=first, **more)
    return run(engine.processes.start(caller, command)).document


def act(engine: Engine, run: Any, caller: Caller, process: str, action: str, **more: Any) -> Any:
    return run(engine.processes.step(caller, StepCommand(process, action, **more)))
