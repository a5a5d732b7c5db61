"""A server in this process: the real engine on a real database, and a clock moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from callboard.auth import DEMO_SECRET, demo_token, find_account
from callboard.compose import SystemClock, SystemIds, running
from callboard.server.app import App
from callboard.settings import Settings, load_settings
from callboard.telemetry import SILENT, Telemetry
from tests.databases import DATABASES
from tests.server.contract import check

APPROVAL = """\
name: approval
version: 1.0.0
title: Approval
description: Ask, decide
actors:
  employee: {title: Employee}
  manager: {title: Manager, role: management}
vars:
  amount: {type: number, default: 0}
actions:
  ask:
    title: Ask
    actor: employee
    response:
      properties:
        amount: !required {type: number, exclusiveMinimum: 0}
    update:
      set: vars.amount
      value: !ref current.response.amount
  approve: {title: Approve, actor: manager}
  reject: {title: Reject, actor: manager, response: string}
  note: {title: Note, actor: [employee, manager], response: {}}
states:
  initial:
    transitions:
      - {on: ask, by: employee, goto: waiting}
      - {on: note, goto: ~}
  waiting:
    transitions:
      - {on: approve, by: manager, goto: (approved)}
      - {on: reject, by: manager, goto: (rejected)}
      - {on: note, goto: ~}
  (approved): {title: Approved}
  (rejected): {title: Rejected}
"""


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> None:
        self.at += timedelta(**delta)


class World:
    """A client of the server; who asks is said by the name of a demo account."""

    def __init__(self, runner: asyncio.Runner, app: App, clock: Any) -> None:
        self.app = app
        self.clock = clock
        self.run = runner.run
        transport = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://testserver")

    def __call__(self, method: str, path: str, who: str = "", **options: Any) -> httpx.Response:
        """One request, and its answer, which is as the OpenAPI document declares."""
        headers = dict(options.pop("headers", {}))
        if who:
            headers["authorization"] = f"Bearer {self.token(who)}"
        response = self.run(self.client.request(method, path, headers=headers, **options))
        check(response, method, path)
        return response

    def token(self, who: str) -> str:
        account = find_account(who)
        assert account is not None
        return demo_token(account, self.clock.now().timestamp(), DEMO_SECRET)

    def get(self, path: str, who: str = "", **options: Any) -> httpx.Response:
        return self("GET", path, who, **options)

    def post(self, path: str, who: str = "", **options: Any) -> httpx.Response:
        return self("POST", path, who, **options)

    def delete(self, path: str, who: str = "", **options: Any) -> httpx.Response:
        return self("DELETE", path, who, **options)

    def store(self, text: str = APPROVAL, kind: str = "application/yaml") -> str:
        """Store a scenario as admin; its id."""
        answer = self.post(
            "/scenarios", "admin", content=text.encode(), headers={"content-type": kind}
        )
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].removeprefix("/scenarios/")

    def start(
        self, who: str = "alice", headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """Start an approval."""
        body = {"scenario": "approval", **more}
        return self.post("/processes", who, json=body, headers=headers or {})

    def asked(self, who: str = "alice") -> str:
        """The path of an approval that waits for the manager."""
        action = {"key": "ask", "response": {"amount": 5}}
        answer = self.start(who, action=action)
        assert answer.status_code == 201, answer.text
        location: str = answer.headers["location"]
        return location


@contextmanager
def world(
    folder: Path,
    *,
    examples: bool = False,
    telemetry: Telemetry = SILENT,
    clock: HandClock | SystemClock | None = None,
    **settings: object,
) -> Iterator[World]:
    """A server in development mode over a database in this folder. With the system's clock it has
    its own, which can be moved over the API.
    """
    clock = clock or HandClock()
    given_clock = clock if isinstance(clock, HandClock) else None
    given = {
        "dev": True,
        "database": DATABASES.of(folder).url,
        "scenarios.examples": examples,
        "server.requests_per_minute": 0,
        "engine.checkpoint_seconds": 0,
    }
    composed: Settings = load_settings(overrides=given | settings)
    with asyncio.Runner() as runner:
        opening = running(composed, clock=given_clock, ids=SystemIds(), telemetry=telemetry)
        app = runner.run(opening.__aenter__())
        try:
            made = World(runner, app, clock)
            yield made
            runner.run(made.client.aclose())
        finally:
            runner.run(opening.__aexit__(None, None, None))
