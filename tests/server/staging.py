"""A server and the services that it tells, in one loop."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

from callboard.compose import SystemClock
from tests.server.world import World, world
from tests.transports.receiver import Answer, Receiver, receiving

SUPPLY = """
title: Supply
name: supply
version: 1.0.0
actors: {buyer: {role: support}}
actions:
  order: {actor: buyer}
  reserve:
    actor: service:stock
    response: {properties: {count: !required integer}}
    update: {set: vars.count, value: !ref current.response.count}
  ship: {actor: service:carrier}
vars: {count: integer}
states:
  initial: {on: order, goto: ordered}
  ordered: {on: reserve, by: service:stock, goto: reserved}
  reserved:
    notify: {service: carrier, trigger: ship, message: !tpl "Send {{ vars.count }}"}
    on: ship
    goto: (shipped)
"""

QUICK = {"engine.delivery_seconds": 0.05}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


class Stage:
    """The server is `world`; services are there once they are opened, at the address that the
    server was told of.
    """

    def __init__(self, made: World, ports: dict[str, int]) -> None:
        self.world = made
        self.ports = ports
        self.opened = AsyncExitStack()

    def service(self, name: str, *answers: Answer) -> Receiver:
        """Let a service be there, which answers so, in this order."""
        receiver: Receiver = self.world.run(
            self.opened.enter_async_context(receiving(*answers, port=self.ports[name]))
        )
        return receiver

    def order(self, scenario: str = "supply") -> str:
        """Start a process that waits for the stock; its id."""
        body = {"scenario": scenario, "action": "order"}
        answer = self.world.post("/processes", "alice", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def shown(self, process: str) -> dict[str, Any]:
        document: dict[str, Any] = self.world.get(f"/processes/{process}", "admin").json()
        return document

    def state(self, process: str) -> str:
        return str(self.shown(process)["current"]["key"])

    def tries(self, process: str) -> list[tuple[str, str, str]]:
        """Service, outcome and detail of every try."""
        path = f"/admin/processes/{process}/notifications"
        found = self.world.get(path, "admin").json()
        return [(item["service"], item["outcome"], item["detail"]) for item in found]

    def until(self, holds: Callable[[], object], seconds: float = 40) -> None:
        """Return when it holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it did not happen"
            self.world.run(asyncio.sleep(0.02))

    def until_given_up(self, process: str) -> dict[str, Any]:
        """The notification of a process that was given up, once there is one."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            listed = self.world.get("/admin/notifications", "admin").json()
            found[:] = [item for item in listed if item["process"] == process]
            return bool(found)

        self.until(look)
        return found[0]

    def until_state(self, process: str, key: str) -> None:
        self.until(lambda: self.state(process) == key)


@contextmanager
def staged(folder: Path, ports: dict[str, int], **settings: Any) -> Iterator[Stage]:
    """A server over the database of this folder, whose services are at these ports."""
    tables = {
        name: {"provider": "webhook", "url": f"http://127.0.0.1:{port}/told", "timeout": 1}
        for name, port in ports.items()
    }
    given = {"clock": SystemClock(), "services": tables} | QUICK | settings
    with world(folder, **given) as made:
        stage = Stage(made, ports)
        try:
            yield stage
        finally:
            made.run(stage.opened.aclose())
