"""Receiving by asking: the worker fetches its tasks with the API key of a service.

Theory: what a service may do is a task of its key, so it can be asked for where nothing can reach
the worker. The stream says when to ask; asking now and then makes up for what it missed. A task is
made a message, and its answer a step (`tasks`), which happens only if the process still is as it
was seen. Whether a task was answered is read from the chain, so a worker that begins anew knows.

Invariants: no more tasks are under way than the desk handles at once. A step is never done twice:
it has an idempotency key made of the message and the version.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Final

from callboard.client import (
    AsyncClient,
    ClientError,
    ForbiddenError,
    ServerError,
    Task,
    UnauthenticatedError,
    UnreachableError,
)
from callboard.worker.desk import Desk
from callboard.worker.tasks import Case, Later, case_of, settle
from callboard.worker.ways import backoff, happens

__all__ = ["Polling"]

log: Final = logging.getLogger("callboard.worker")

NEWS: Final = ("task-appeared",)


@dataclass(frozen=True, slots=True)
class Polling:
    """The worker asks for its tasks.

        worker.run(Polling("https://callboard.example.com", key=os.environ["STOCK_KEY"]))

    For workers that nothing can reach. What a state only tells a service, and gives it nothing to
    do, is no task, and is not found.
    """

    url: str
    """Where the engine is."""
    key: str | Callable[[], str] = field(repr=False)
    """An API key of the service, with `process:read` and `process:step`; or a function that gives
    one, and is asked for each request."""
    every: float = 30.0
    """Seconds after which it asks anew, although it was told of nothing."""
    verify: bool | SSLContext = True
    """For engines with certificates of their own."""

    async def receive(self, desk: Desk, stop: asyncio.Event) -> None:
        """Ask until `stop` is set. Raises `ProblemError` when the key is not accepted."""
        async with AsyncClient(self.url, token=self.key, verify=self.verify) as client:
            await _Asking(client, desk, self.every).until(stop)


class _Asking:
    """Asking with one key."""

    def __init__(self, client: AsyncClient, desk: Desk, every: float) -> None:
        self._client = client
        self._desk = desk
        self._every = every
        self._news = asyncio.Event()
        self._under_way: dict[Case, asyncio.Task[None]] = {}
        self._settled: set[Case] = set()
        self._later: dict[Case, tuple[int, float]] = {}
        """How often a case failed, and when it is looked at again."""

    async def until(self, stop: asyncio.Event) -> None:
        """Ask until then, and finish what is under way."""
        asking = asyncio.create_task(self._ask())
        listening = asyncio.create_task(self._listen())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((asking, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (listening, stopping, asking):
                task.cancel()
            await asyncio.gather(listening, stopping, asking, return_exceptions=True)
        if self._under_way:
            await asyncio.wait(self._under_way.values())
        if not asking.cancelled():
            asking.result()

    async def _ask(self) -> None:
        """Look at all tasks, again and again. Raises what will not be better next time."""
        failures = 0
        while True:
            self._news.clear()
            try:
                await self._look()
                failures = 0
            except (UnauthenticatedError, ForbiddenError):
                raise
            except ClientError as error:
                failures += 1
                log.warning("the engine cannot be asked: %s", error)
            wait = backoff(failures) if failures else self._wait()
            await happens(self._news, min(wait, self._every))

    async def _look(self) -> None:
        """Begin with all tasks that are new, or are to be tried again by now."""
        listed: set[Case] = set()
        async for task in self._client.tasks(sort="since"):
            for case in case_of(task, self._desk.services):
                listed.add(case)
                if self._is_new(case):
                    await self._begin(case, task)
        self._settled &= listed
        self._later = {case: said for case, said in self._later.items() if case in listed}

    def _is_new(self, case: Case) -> bool:
        if case in self._settled or case in self._under_way:
            return False
        _, due = self._later.get(case, (0, 0.0))
        return due <= _now()

    async def _begin(self, case: Case, task: Task) -> None:
        while len(self._under_way) >= self._desk.concurrency:
            await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
        running = asyncio.create_task(self._settle(case, task))
        self._under_way[case] = running

    async def _settle(self, case: Case, task: Task) -> None:
        try:
            await settle(self._client, self._desk, case, task)
            self._settled.add(case)
            self._later.pop(case, None)
        except Later as later:
            failures = self._later.get(case, (0, 0.0))[0] + 1
            self._later[case] = (failures, _now() + backoff(failures, later.after))
            self._news.set()
        except Exception:
            log.exception("a task of %s failed", case.service)
            self._settled.add(case)
        finally:
            del self._under_way[case]

    def _wait(self) -> float:
        """Seconds until something is to be tried again."""
        due = [at for _, at in self._later.values()]
        return max(0.0, min(due) - _now()) if due else self._every

    async def _listen(self) -> None:
        """Ask at once when there is something new. Without the stream, only now and then."""
        while True:
            try:
                async with self._client.stream() as events:
                    self._news.set()
                    async for event in events:
                        if event.type in NEWS:
                            self._news.set()
            except (UnreachableError, ServerError):
                pass
            except ClientError as error:
                log.warning(
                    "there is no stream, the engine is asked every %gs: %s", self._every, error
                )
                return
            await asyncio.sleep(self._every)


def _now() -> float:
    return asyncio.get_running_loop().time()
