"""The desk: where every message is handled, whichever way it came.

Theory: messages come at least once, so the desk remembers what it answered and says it again; two
that come at once are handled once, and both get the answer. What failed is not remembered, for it
is to be tried again; nor is what was turned down, for an operator may send it once more.

Invariants: no more handlers run at once than `concurrency`. A handler that has begun is not
disturbed when whoever asked has gone away; only the end of the worker's patience cancels it.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any, Final, TypeAlias

from callboard.worker.answers import Answered, Failed, Outcome, Refused, Retry, Turned, answered
from callboard.worker.memory import Key, Memory
from callboard.worker.message import Message

__all__ = ["Desk", "Handler"]

log: Final = logging.getLogger("callboard.worker")

Handler: TypeAlias = Callable[[Message], Awaitable[Any] | Any]


class Desk:
    """Handles messages. `handlers` are by the names of their services."""

    def __init__(
        self, handlers: Mapping[str, Handler], *, concurrency: int, remembered: int
    ) -> None:
        self._handlers = handlers
        self._turns = asyncio.Semaphore(concurrency)
        self._memory = Memory(remembered)
        self._running: dict[Key, asyncio.Task[Outcome]] = {}
        self.concurrency = concurrency

    @property
    def services(self) -> tuple[str, ...]:
        """The services that there is a handler for."""
        return tuple(self._handlers)

    async def handle(self, message: Message) -> Outcome:
        """What came of a message for one of the `services`."""
        key = (message.service, message.id)
        former = self._memory.get(key)
        if former is not None:
            return former
        running = self._running.get(key)
        if running is None:
            running = asyncio.create_task(self._handle(message))
            self._running[key] = running
            running.add_done_callback(lambda _: self._running.pop(key))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            asking = asyncio.current_task()
            if asking is None or asking.cancelling() or not running.cancelled():
                raise
            return Failed("The worker ended before this was handled.")

    async def finish(self, seconds: float) -> None:
        """Let what is under way come to its end, and cancel what takes longer."""
        running = list(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _handle(self, message: Message) -> Outcome:
        async with self._turns:
            outcome = await self._outcome(message)
        if isinstance(outcome, Answered):
            self._memory.put((message.service, message.id), outcome)
        return outcome

    async def _outcome(self, message: Message) -> Outcome:
        name = f"{message.service} {message.id!r}"
        try:
            outcome = answered(await _called(self._handlers[message.service], message))
        except Retry as error:
            log.info("%s asks to be told again: %s", name, error)
            return Failed(str(error), error.after)
        except Refused as error:
            log.warning("%s is turned down: %s", name, error)
            return Turned(str(error))
        except Exception:
            log.exception("%s: the handler failed", name)
            return Failed("The service failed.")
        log.info("%s is handled", name)
        return outcome


async def _called(handler: Handler, message: Message) -> Any:
    """What a handler returns; one that is not asynchronous runs in a thread of its own."""
    if inspect.iscoroutinefunction(handler):
        return await handler(message)
    found, error = await _in_thread(handler, message)
    if error is not None:
        raise error
    return await found if inspect.isawaitable(found) else found


async def _in_thread(handler: Handler, message: Message) -> tuple[Any, Exception | None]:
    """What a function returns or raises. Its thread is a daemon: one that hangs does not keep the
    worker from ending.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[tuple[Any, Exception | None]] = loop.create_future()

    def settle(came: tuple[Any, Exception | None]) -> None:
        if not done.done():
            done.set_result(came)

    def work() -> None:
        came: tuple[Any, Exception | None]
        try:
            came = (handler(message), None)
        except Exception as error:
            came = (None, error)
        except BaseException as error:  # Else nobody would ever hear of its end.
            came = (None, RuntimeError(f"the handler ended by {error!r}"))
        with suppress(RuntimeError):  # The worker has ended meanwhile.
            loop.call_soon_threadsafe(settle, came)

    Thread(target=copy_context().run, args=(work,), name=message.service, daemon=True).start()
    return await done
