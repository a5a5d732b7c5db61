"""A task of a service as a message, and its answer as a step.

Theory: a task is one entry of a process into a state; the event that entered it names the message.
What the scenario would send by a notification is in the process, so the message is the same; which
action an answer means is said by the answer, by the `trigger` where that is a plain name, or by
there being only one.

Invariants: nothing is done for a state that was left, or that the service has answered already.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from callboard.client import (
    ABSENT,
    AsyncClient,
    ConflictError,
    PreconditionFailedError,
    ProblemError,
    Process,
    RateLimitedError,
    ServerError,
    Task,
    UnreachableError,
)
from callboard.worker.answers import Answered, Failed
from callboard.worker.desk import Desk
from callboard.worker.message import Message, message_of

__all__ = ["Case", "Later", "case_of", "settle"]

log: Final = logging.getLogger("callboard.worker")

SERVICE: Final = "service:"
ATTEMPTS: Final = 5
"""How often a step is tried while others step through the same process."""


@dataclass(frozen=True, slots=True)
class Case:
    """An entry into a state in which a service has something to do."""

    process: str
    state: str
    since: str
    service: str

    def holds(self, process: Process) -> bool:
        """Whether the process still is in this entry of the state."""
        current = process.raw["current"]
        entry = (current.get("key"), current.get("timestamp"))
        return process.is_running and entry == (self.state, self.since)


class Later(Exception):  # noqa: N818 (nothing is wrong: it has to wait)
    """The task is to be tried again, not before so many seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


def case_of(task: Task, services: Collection[str]) -> Iterator[Case]:
    """What a task asks of these services."""
    named = dict.fromkeys(name for action in task.actions for name in action.actors)
    for name in named:
        service = name.removeprefix(SERVICE)
        if name != service and service in services:
            since = str(task.raw.get("since"))
            yield Case(task.process.id, task.state.key, since, service)


async def settle(client: AsyncClient, desk: Desk, case: Case, task: Task) -> None:
    """Handle a task, and do what is answered. Raises `Later`, and `ProblemError` for what the
    engine refuses.
    """
    try:
        for _ in range(ATTEMPTS):
            process = await client.get(case.process)
            entered = _entered(process, case.since)
            if not case.holds(process) or _is_answered(process, case, entered):
                return
            message = _message(process, case, task, entered)
            outcome = await desk.handle(message)
            if isinstance(outcome, Failed):
                raise Later(outcome.after)
            if not isinstance(outcome, Answered) or outcome.action is outcome.value is None:
                return
            action = outcome.action or _meant(process, case, task)
            if action is None:
                log.error("%r means no action: return a Step, that says which", message.id)
                return
            if await _step(client, process, message, action, outcome.value):
                return
    except (UnreachableError, ServerError, RateLimitedError) as error:
        log.warning("a task of %s is tried again: %s", case.service, error)
        raise Later(0.0) from error
    raise Later(0.0)


async def _step(
    client: AsyncClient, process: Process, message: Message, action: str, value: Any
) -> bool:
    """Whether the step is done, now or before; else the process has moved on."""
    version = f"{message.id}/{process.etag}".encode()
    try:
        await client.step(
            process,
            action,
            ABSENT if value is None else value,
            if_match=True,
            idempotency_key=hashlib.sha256(version).hexdigest(),
        )
    except (PreconditionFailedError, ConflictError):
        return False
    except ProblemError as error:
        if isinstance(error, ServerError | RateLimitedError):
            raise
        log.error("%r: the answer was refused: %s", message.id, error)
    return True


def _entered(process: Process, since: str) -> int:
    """The place of the event that entered the state: the last one of that moment."""
    events = process.events
    at = [place for place, event in enumerate(events) if event.get("timestamp") == since]
    return at[-1] if at else len(events) - 1


def _is_answered(process: Process, case: Case, entered: int) -> bool:
    """Whether the service has done something since."""
    after = [event.raw for event in process.events[entered + 1 :]]
    return any(
        (event.get("actor") or {}).get("key") == SERVICE + case.service
        for event in after
        if not event.get("skipped")
    )


def _message(process: Process, case: Case, task: Task, entered: int) -> Message:
    etag = str(process.events[entered].raw["hash"])
    told = [item for item in _notified(process.raw["current"], case) if "message" in item]
    body = told[0]["message"] if told else _standard(case, task, etag)
    message_id = str(uuid5(UUID(case.process), f"{etag}/task/{case.service}"))
    return message_of(case.service, message_id, body, process=case.process, etag=etag)


def _standard(case: Case, task: Task, etag: str) -> dict[str, Any]:
    """The standard message, as the engine would send it (specification: services, details 1)."""
    about, scenario = task.process, task.process.scenario.raw
    named = {name: scenario[name] for name in ("id", "name") if name in scenario}
    told: dict[str, Any] = {
        "process": {"id": case.process, "title": about.title, "scenario": named},
        "actions": [action.raw for action in task.actions],
    }
    instructions = task.instructions.get(SERVICE + case.service)
    if instructions is not None:
        told["instructions"] = instructions
    return {**told, "etag": etag}


def _meant(process: Process, case: Case, task: Task) -> str | None:
    """The action that an answer means which does not say it."""
    states = process.raw["scenario"].get("states") or {}
    for item in _notified(states.get(case.state) or {}, case):
        if isinstance(item.get("trigger"), str):
            return str(item["trigger"])
    own = [action.key for action in task.actions if SERVICE + case.service in action.actors]
    return own[0] if len(own) == 1 else None


def _notified(state: dict[str, Any], case: Case) -> list[dict[str, Any]]:
    """What a state tells the service."""
    return [item for item in state.get("notify") or () if item.get("service") == case.service]
