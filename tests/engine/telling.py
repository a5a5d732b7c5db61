"""Services that are told of a process, and a process that they are told of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from callboard.engine import Engine
from callboard.engine.worker import Worker
from callboard.ports.store import Store
from callboard.ports.transport import Later, Message, Reply
from tests.engine.world import ADMIN, ALICE, CountedIds, HandClock, act, begin

ORDER = """
title: Order
name: order
version: 1.0.0
actors: {buyer: {role: support}}
actions:
  order: {actor: buyer}
  reserve: {actor: service:stock, response: {properties: {count: integer}}}
  leave: {actor: buyer}
states:
  initial: {on: order, goto: ordered}
  ordered:
    notify:
      - {service: stock, trigger: reserve}
      - {service: audit, message: {seen: !ref title}}
    transitions:
      - {on: reserve, goto: (reserved)}
      - {on: leave, goto: (left)}
"""


@dataclass
class Recorder:
    """A service that keeps what it is told, and answers what it is made to."""

    told: list[Message] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    default: Any = None

    async def deliver(self, message: Message) -> Reply | Later | None:
        self.told.append(message)
        answer = self.answers.pop(0) if self.answers else self.default
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        return None


class Order:
    """An order, of which `stock` is told and will answer later, and `audit` whose
    answer means nothing.
    """

    def __init__(self, run: Any, store: Store, clock: HandClock, text: str = ORDER) -> None:
        self.run, self.store, self.clock = run, store, clock
        self.stock = Recorder(default=Later(30))
        self.audit = Recorder(default=Later(30))
        services = {"stock": self.stock, "audit": self.audit}
        self.engine = Engine(store, clock, CountedIds(), services=services)
        run(self.engine.scenarios.store(ADMIN, text, "application/yaml"))
        self.id = begin(self.engine, run, ALICE, "order", "order")["id"]

    def send(self, service: str = "stock", **delta: float) -> int:
        """Let a service be told what is due for it then; how many messages were looked at."""
        self.clock.move(**delta)
        do = self.engine.delivery.deliver
        count: int = self.run(Worker(self.store, self.clock, "notify", do, service=service).work())
        return count

    def sent(self) -> str:
        """Tell the stock; the id of the message."""
        self.send()
        return self.stock.told[-1].id

    def hear(self, message: str, reply: Any, service: str = "stock") -> None:
        """Let a service answer."""
        self.run(self.engine.replies.receive(service, message, reply))

    def leave(self) -> None:
        act(self.engine, self.run, ALICE, self.id, "leave")

    @property
    def document(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.run(self.engine.processes.get(ADMIN, self.id)).document
        return shown

    @property
    def state(self) -> str:
        return str(self.document["current"]["key"])

    @property
    def tries(self) -> list[tuple[str, str]]:
        """Outcome and detail of every try."""
        found = self.run(self.store.jobs.attempts(self.id))
        return [(one.outcome, one.detail) for one in found]
