"""Every kind of caller of the matrix, and the processes that are asked about."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from callboard.auth import DEMO_SECRET
from tests.server.world import World, world

OURS = """\
name: ours
version: 1.0.0
title: Ours
actors:
  employee: {title: Employee}
  manager: {title: Manager, role: management}
actions:
  ask: {actor: employee}
  note: {actor: [employee, manager], response: {}}
  approve: {actor: manager}
  check: {actor: service:checker}
states:
  initial: {on: ask, by: employee, goto: waiting}
  waiting:
    transitions:
      - {on: note, goto: ~}
      - {on: check, goto: ~}
      - {on: approve, goto: (approved)}
"""
THEIRS = """\
name: theirs
version: 1.0.0
title: Theirs
actors: {owner: {title: Owner}}
actions: {ask: {actor: owner}, note: {actor: owner}, approve: {actor: owner}}
states:
  initial: {on: ask, goto: waiting}
  waiting:
    transitions:
      - {on: note, goto: ~}
      - {on: approve, goto: (approved)}
"""
LATER = OURS.replace("1.0.0", "2.0.0").replace("title: Ours", "title: Ours, later")

USE = ["scenario:read", "process:read", "process:start", "process:step"]
KEYS: dict[str, dict[str, Any]] = {
    "key-scenario": {"processes": [{"scenario": "ours"}]},
    "key-actor": {"processes": [{"scenario": "ours", "actors": ["manager"]}]},
    "key-action": {"processes": [{"scenario": "ours", "actors": ["manager"], "actions": ["note"]}]},
    "key-service": {"service": "checker"},
    "key-bare": {},
    "key-read": {"privileges": ["process:read"], "processes": [{"scenario": "ours"}]},
    "key-super": {"privileges": [*USE, "process:super"]},
    "key-revoked": {"processes": [{"scenario": "ours"}]},
}
PEOPLE = {"actor": "alice", "role": "bob", "stranger": "david", "admin": "admin"}
CALLERS = ("none", "bad", "expired", *PEOPLE, *KEYS)


@dataclass(slots=True)
class Stage:
    """A server, a credential for every caller, and what is asked about."""

    world: World
    credentials: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    """What the places of paths and bodies stand for."""

    def headers(self, caller: str) -> Mapping[str, str]:
        token = self.credentials.get(caller)
        return {} if token is None else {"authorization": f"Bearer {token}"}

    def issue(self, **body: Any) -> dict[str, Any]:
        """A key, issued by the admin."""
        given = {"privileges": USE, **body}
        answer = self.world.post("/apikey", "admin", json=given)
        assert answer.status_code == 201, answer.text
        issued: dict[str, Any] = answer.json()
        return issued

    def start(self, scenario: str, who: str) -> str:
        """A process that waits for whoever is to approve; its id."""
        body = {"scenario": scenario, "action": "ask"}
        answer = self.world.post("/processes", who, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def set_up(self) -> None:
        """Processes, a scenario to disable or go to, and a key to revoke, all of them fresh."""
        self.facts |= {
            "later": self.world.store(LATER),
            "own": self.start(self.facts["ours"], "alice"),
            "foreign": self.start(self.facts["theirs"], "claire"),
            "absent": str(uuid.UUID(int=7)),
            "key": str(self.issue(name="spare")["id"]),
        }


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    with world(folder, **{"auth.default_account": ""}) as opened:
        made = Stage(opened)
        made.facts["ours"] = opened.store(OURS)
        made.facts["theirs"] = opened.store(THEIRS)
        made.credentials = {"bad": "ey.not.one", "expired": _expired(opened)}
        made.credentials |= {caller: opened.token(who) for caller, who in PEOPLE.items()}
        for caller, body in KEYS.items():
            issued = made.issue(name=caller, **body)
            made.credentials[caller] = issued["token"]
            if caller == "key-revoked":
                opened.delete(f"/apikey/{issued['id']}", "admin")
        yield made


def _expired(opened: World) -> str:
    ended = int(opened.clock.now().timestamp()) - 3600
    claims = {"id": "alice", "roles": ["support"], "exp": ended}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(DEMO_SECRET))
