"""Services that are the engine itself: a process starts another, steps it, or waits for its end
(specification: services, `engine`; architecture 9.1).

Theory: a notification to such a service holds an order. It is carried out by the same use cases as
anything else, by a caller that is the service, whose limits are the operator's settings. What was
done for a notification is written with it (`ports.links`), so one that is delivered again does
nothing again: it finds what was done, and goes on from there. So waiting needs no memory of its
own: the notification is delivered once more when the other process has ended.

Invariants: what the settings do not name is not done. Nobody learns of a process that was neither
started by whoever asks nor shown to the service. To ask for a process that is not there is like
asking for one that is not its own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from callboard.core.canonical import uuid5
from callboard.core.scenario.names import SERVICE
from callboard.core.values import ABSENT, Absent, JsonObject
from callboard.engine import access
from callboard.engine.commands import FirstAction, StartCommand, StepCommand
from callboard.engine.identifiers import uuid_of
from callboard.engine.lineage import Place, check, place_of, root_of
from callboard.engine.orders import Order, Start, Step, Wait, order_of
from callboard.engine.processes import Processes
from callboard.engine.times import to_text
from callboard.errors import (
    CallboardError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UnavailableError,
    told,
)
from callboard.ports.caller import Caller, KeyIdentity, Privilege, ProcessLimit
from callboard.ports.clock import Clock
from callboard.ports.jobs import HeldJob
from callboard.ports.links import LinkKind, LinkRecord
from callboard.ports.orchestration import ANY, OrchestrationConfig
from callboard.ports.records import ProcessRecord
from callboard.ports.store import DuplicateKeyError, StaleError, Store
from callboard.ports.transport import DeliveryError, Reply

__all__ = ["WAITS", "Orchestrating", "UntilEnd"]

log: Final = logging.getLogger("callboard.orchestrating")

WAITS: Final = "waits"
"""In the payload of a job: the process for whose end it waits, or has waited."""
_PRIVILEGES: Final[frozenset[Privilege]] = frozenset(
    ("process:read", "process:start", "process:step")
)


@dataclass(frozen=True, slots=True)
class UntilEnd:
    """What is answered is how a process ends, which still runs."""

    process: str


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, for which notification, and what it may do."""

    held: HeldJob
    service: str
    config: OrchestrationConfig
    caller: Caller
    place: Place

    @property
    def process(self) -> str:
        return self.held.job.process

    @property
    def job(self) -> str:
        return self.held.job.id

    def link(self, kind: LinkKind, process: str) -> LinkRecord:
        """The link of what is done now; the event is not known yet."""
        place = self.place
        return LinkRecord(
            *(self.job, kind, process, self.process, self.service, place.root, place.depth + 1),
            event="",
            at="",
        )


@dataclass(frozen=True, slots=True)
class Orchestrating:
    """The use case of a notification to the engine itself. `services` are the settings of such
    services, by name.
    """

    store: Store
    clock: Clock
    processes: Processes
    services: Mapping[str, OrchestrationConfig]

    async def carry_out(self, held: HeldJob) -> Reply | UntilEnd | None:
        """Do what a notification asks for, unless it was done; the answer. None where it asks for
        nothing: it has no message of its own, so it is there only because the service may act in
        this state. Raises `DeliveryError`, and UnavailableError when the database cannot be
        written.
        """
        message = held.job.payload.get("message", ABSENT)
        if isinstance(message, Absent):
            return None
        try:
            return await self._carry_out(held, order_of(message))
        except (DeliveryError, UnavailableError):
            raise
        except ConflictError as error:
            raise DeliveryError(error.message) from error
        except ForbiddenError as error:
            text = "the settings of this service do not allow it"
            if error.problem != "key-limit":
                text = error.message
            raise DeliveryError(f"Nothing was done: {text}.", final=True) from error
        except CallboardError as error:
            raise DeliveryError(f"Nothing was done: {error.message}", final=True) from error
        except Exception as error:
            log.exception("an order failed", extra={"job": held.job.id})
            raise DeliveryError(f"It failed: {type(error).__name__}.") from error

    async def _carry_out(self, held: HeldJob, order: Order) -> Reply | UntilEnd:
        asking = await self._asking(held)
        if isinstance(order, Wait):
            return await self._outcome(asking, await self._reach(asking, order.process))
        link = await self.store.links.get(asking.job)
        if link is None:
            link = await self._do(asking, order)
        if order.wait:
            return await self._outcome(asking, link.process)
        return await self._done(link)

    async def _asking(self, held: HeldJob) -> _Asking:
        service = held.job.service or ""
        config = self.services[service]
        place = await place_of(self.store.links, held.job.process, held.job.event)
        return _Asking(held, service, config, _caller(service, config), place)

    async def _do(self, asking: _Asking, order: Start | Step) -> LinkRecord:
        """Do it for the first time; what was done, be it by somebody else meanwhile."""
        await check(self.store.links, asking.place, asking.config, to_text(self.clock.now()))
        try:
            if isinstance(order, Start):
                await self._start(asking, order)
            else:
                await self._step(asking, order)
        except (DuplicateKeyError, StaleError):
            log.info("an order was carried out meanwhile", extra={"job": asking.job})
        link = await self.store.links.get(asking.job)
        if link is None:
            raise ConflictError("It could not be told whether it was done.")
        return link

    async def _start(self, asking: _Asking, order: Start) -> None:
        command = StartCommand(order.scenario, order.actors)
        if order.action is not None:
            first = FirstAction(order.action, order.response)
            command = replace(command, action=first, as_actor=SERVICE + asking.service)
        link = asking.link("start", uuid5("start", asking.job))
        await self.processes.start(asking.caller, command, link)

    async def _step(self, asking: _Asking, order: Step) -> None:
        process = await self._reach(asking, order.process)
        actor = SERVICE + asking.service
        command = StepCommand(process, order.action, order.response, as_actor=actor)
        stepped = await self.processes.step(asking.caller, command, asking.link("step", process))
        if stepped.reasons:
            text = f"{order.action!r} was refused: {told(stepped.reasons)}"
            raise DeliveryError(text, final=True)

    async def _reach(self, asking: _Asking, name: str) -> str:
        """The id of another process that may be asked for. Raises NotFoundError."""
        process = uuid_of(name)
        if process is None:
            raise _unseen()
        if process == asking.process:
            raise DeliveryError(
                "Nothing was done: a process steps itself and waits for itself without a service.",
                final=True,
            )
        root = await root_of(self.store.links, process)
        if asking.config.reach == "family" and root != asking.place.root:
            raise _unseen()
        return process

    async def _done(self, link: LinkRecord) -> Reply:
        record = await self.store.get_process(link.process)
        if record is None:
            return _gone(link.process)
        outcome = "started" if link.kind == "start" else "stepped"
        return Reply({"process": record.id, "outcome": outcome, "state": _state(record)})

    async def _outcome(self, asking: _Asking, process: str) -> Reply | UntilEnd:
        """How a process has ended, or that it still runs."""
        involved = await self._is_involved(asking, process)
        record = await self.store.get_process(process)
        if record is None:
            if involved or asking.held.job.payload.get(WAITS) == process:
                return _gone(process)
            raise _unseen()
        scenario = await self.processes.cache.get(record.scenario)
        if not access.may_await(asking.caller, scenario, record.document, involved=involved):
            raise _unseen()
        if record.document["isRunning"]:
            return UntilEnd(process)
        return Reply(await self._ended(record, variables=asking.config.variables))

    async def _is_involved(self, asking: _Asking, process: str) -> bool:
        """Whether the service started or stepped a process for the one that asks."""
        links = (
            await self.store.links.started(process),
            await self.store.links.get(asking.job),
        )
        mine = (process, asking.process, asking.service)
        return any(
            link is not None and (link.process, link.asker, link.service) == mine for link in links
        )

    async def _ended(self, record: ProcessRecord, *, variables: bool) -> JsonObject:
        events = await self.store.get_events(record.id, record.version)
        cancelled = any("cancel" in item.event for item in events)
        outcome: JsonObject = {
            "process": record.id,
            "outcome": "cancelled" if cancelled else "ended",
            "state": _state(record),
            "result": record.document["result"],
        }
        return {**outcome, "vars": record.document["vars"]} if variables else outcome


def _caller(service: str, config: OrchestrationConfig) -> Caller:
    """The service, limited to what its settings name. There is always a limit."""
    actions = None if ANY in config.actions else config.actions
    limits = tuple(
        ProcessLimit(None if name == ANY else name, actions=actions) for name in config.scenarios
    )
    return Caller(_PRIVILEGES, key=KeyIdentity(f"{SERVICE}{service}", limits, service))


def _state(record: ProcessRecord) -> str:
    return str(cast("JsonObject", record.document["current"])["key"])


def _gone(process: str) -> Reply:
    return Reply({"process": process, "outcome": "gone"})


def _unseen() -> NotFoundError:
    return NotFoundError("there is no such process, or it is not this service's.")
