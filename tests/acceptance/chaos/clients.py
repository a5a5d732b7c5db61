"""Clients that use any node, several at once the same process, and remember what they saw.

Theory: what is asked is drawn from the seed; how it comes out is not. An answer that never came
says nothing: the step may have been done, may be done later, or not at all. With an
Idempotency-Key the same is asked again, of any node, until it is answered: that is one operation,
from the first time to the last. What could not even be sent was never asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import aiohttp

from tests.acceptance.chaos.errands import ENDED, shown
from tests.acceptance.chaos.model import Act
from tests.acceptance.chaos.seen import Process, Seen

PATIENCE = 4.0
"""Seconds until a client gives up waiting for an answer."""
AGAIN = 60.0
"""Seconds for which it asks again, where it has a key for that."""
LIVE_SHARE = 4
"""So many clients share one process."""
LENGTHS = (20, 80)
"""How often a process is asked something before it is closed."""
SHOW = {"prefer": "return=representation"}


class NotSentError(Exception):
    """There was nobody who could have heard it."""


class LostError(Exception):
    """It was asked, and not answered."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of a node."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def head(self) -> str | None:
        tag = self.headers.get("etag")
        return tag.strip('"') if tag else None

    @property
    def code(self) -> str:
        return str(self.body.get("type", "")).rpartition(":")[2] if self.body else ""


@dataclass
class Web:
    """Asks nodes."""

    nodes: list[str]
    token: str
    session: aiohttp.ClientSession

    async def ask(
        self, chance: Random, method: str, path: str, body: Any = None, **headers: str
    ) -> Answered:
        """One request to any node. Raises `NotSentError`, `LostError`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given |= {"authorization": f"Bearer {self.token}"}
        url = chance.choice(self.nodes) + path
        try:
            async with self.session.request(method, url, json=body, headers=given) as answer:
                told = await answer.json(content_type=None) if answer.status != 204 else None
                found = Answered(answer.status, answer.headers, told)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError from error
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise LostError from error
        if found.status == 503:
            raise LostError
        return found


@dataclass
class Client:
    """Does one thing after the other, until it is stopped."""

    web: Web
    seen: Seen
    chance: Random
    live: list[Process]
    most: int
    """How many processes there are to be at once."""
    pause: float
    stopped: bool = field(default=False)

    async def run(self) -> None:
        while not self.stopped:
            self.live[:] = [process for process in self.live if not process.ended]
            try:
                if len(self.live) < self.most:
                    await self.start()
                else:
                    await self.use(self.chance.choice(self.live))
            except AssertionError as error:
                self.seen.complain(str(error))
            await asyncio.sleep(self.chance.random() * 2 * self.pause)

    async def use(self, process: Process) -> None:
        """Read it, or do some step."""
        process.asked += 1
        drawn = self.chance.random()
        length = LENGTHS[0] + int(process.id[-6:], 16) % (LENGTHS[1] - LENGTHS[0])
        if process.asked > length and drawn < 0.3:
            await self.step(process, "close")
        elif drawn < 0.35:
            await self.read(process)
        elif drawn < 0.55:
            await self.step(process, "ask", self.seen.note())
        else:
            await self.step(process, "note", self.seen.note())

    async def start(self) -> Process | None:
        """Start a process, with a note that is in it alone."""
        note = self.seen.note()
        body = {"scenario": "errands", "action": {"key": "note", "response": note}}
        self.seen.started[note] = None
        try:
            answer, _ = await self._until_answered("/processes", body, {"as_actor": "clerk"})
        except NotSentError:
            return None
        except LostError:
            self.seen.counts["starts unknown"] += 1
            return None
        if answer.status != 201:
            self.seen.complain(f"a start was answered with {answer.status}: {answer.body}")
            return None
        process = Process(answer.body["id"], shown(answer.body, answer.head))
        self.seen.counts["starts acknowledged"] += 1
        self.seen.started[note] = process.id
        self.seen.processes[process.id] = process
        self.live.append(process)
        return process

    async def read(self, process: Process) -> None:
        """See how it is, or whether it has changed."""
        headers = {}
        if process.heads and self.chance.random() < 0.4:
            headers = {"if_none_match": f'"{process.heads[-1]}"'}
            known = process.heads[-1]
        begun = time.monotonic()
        try:
            answer = await self.web.ask(self.chance, "GET", f"/processes/{process.id}", **headers)
        except (NotSentError, LostError):
            return
        self.seen.counts["reads"] += 1
        if answer.status == 200:
            act = Act("read", shown=shown(answer.body, answer.head))
        elif answer.status == 304 and headers:
            act = Act("same", head=known)
        else:
            self.seen.complain(f"a read of {process.id}: {answer.status} {answer.body}")
            return
        process.see(begun, time.monotonic(), act)

    async def step(self, process: Process, action: str, note: str | None = None) -> None:
        """Do an action."""
        headers, if_match = {"as_actor": "clerk"}, None
        if process.heads and self.chance.random() < 0.3:
            if_match = process.heads[-1]
            headers["if_match"] = f'"{if_match}"'
        if self.chance.random() < 0.25:
            headers |= SHOW
        asked = Act("unknown", action, note, if_match)
        begun = time.monotonic()
        path = f"/processes/{process.id}/{action}"
        try:
            answer, often = await self._until_answered(path, note, headers)
        except NotSentError:
            return
        except LostError:
            self.seen.lost(process, begun, asked)
            return
        ended = time.monotonic()
        self.seen.slowest = max(self.seen.slowest, ended - begun if not often else 0)
        if answer.status == 409 and answer.code == "busy":
            if often:
                self.seen.lost(process, begun, asked)
            self.seen.counts["busy"] += 1
            return
        act = _told(asked, answer)
        if act is None:
            what = f"{action} {note} of {process.id} (asked again {often} times)"
            self.seen.complain(f"{what}: {answer.status} {answer.body}")
            return
        self.seen.counts[act.kind] += 1
        process.ended |= action == "close" and act.kind == "done"
        self.seen.counts["asked again"] += bool(often)
        process.see(begun, ended, act)

    async def _until_answered(
        self, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[Answered, int]:
        """The answer, and how often it was asked again; with a key that is done for a while."""
        keyed = self.chance.random() < 0.4
        if keyed:
            headers = headers | {"idempotency_key": f'"{self.chance.getrandbits(64)}"'}
        end, lost = time.monotonic() + AGAIN, 0
        while True:
            with suppress(NotSentError):
                try:
                    return await self.web.ask(self.chance, "POST", path, body, **headers), lost
                except LostError:
                    lost += 1
            if not keyed or time.monotonic() > end:
                raise LostError if lost else NotSentError
            await asyncio.sleep(0.05)

    async def finish(self, process: Process) -> None:
        """Let it rest once more, and close it."""
        rested = False
        while True:
            await self.read(process)
            last = process.history[-1].act.shown if process.history else None
            if last is not None and last.key == ENDED:
                return
            if last is not None and last.key == "initial":
                await self.step(process, *(("close",) if rested else ("ask", self.seen.note())))
                rested = True
            await asyncio.sleep(0.1 + self.chance.random() / 5)


def _told(asked: Act, answer: Answered) -> Act | None:
    """What an answer to a step says; None for one that there should not be."""
    if answer.status == 204 and answer.head:
        return replace(asked, kind="done", head=answer.head)
    if answer.status == 200 and answer.head:
        there = shown(answer.body, answer.head)
        return replace(asked, kind="done", head=answer.head, shown=there)
    if answer.status == 400 and answer.code == "refused" and answer.head:
        return replace(asked, kind="refused", head=answer.head)
    if answer.status == 412:
        return replace(asked, kind="stale")
    return None
