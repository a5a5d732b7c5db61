"""Signing the chains of processes that have ended, or were migrated, before anybody asks for it.

Theory: a chain that was made anew before it was ever signed holds. So a loop beside the steps looks
through what happened, and has those proven as if somebody had asked. It is slow on purpose: a step
must not notice it. Where it has come to is not kept; at start it looks some way back.

Invariants: nothing is signed that `proving` would not sign. A chain that does not hold stops
nothing; it is told in the log, for operators to see.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from callboard.engine.proving import Proving
from callboard.errors import GoneError, NotFoundError, UnavailableError
from callboard.ports.caller import Caller
from callboard.ports.store import Store

LOOKED_BACK: Final = 10_000
"""Changes that are looked through again at start."""
LOOKED_THROUGH: Final = 2_000
"""Changes at once."""
PAUSE_SECONDS: Final = 0.2
"""Between two processes, so that no more than five are proven in a second."""

_log: Final = logging.getLogger("callboard.checkpoints")


@dataclass(slots=True)
class Sealing:
    """The loop; `caller` is the engine itself."""

    store: Store
    proving: Proving
    caller: Caller
    seconds: float
    """How long it sleeps when nothing is left to do; 0 or less: it does nothing at all."""
    pause: float = PAUSE_SECONDS
    _after: int | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for what is to be signed."""
        if self.seconds > 0 and self.proving.signer is not None:
            self._task = asyncio.create_task(self._run(), name="callboard-checkpoints")

    async def stop(self) -> None:
        """Finish the process that is being proven, and begin no other."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def look(self) -> int:
        """Prove what has ended since the last time; how far it looked, 0 when nothing is left."""
        if self._after is None:
            self._after = max(await self.store.last_change() - LOOKED_BACK, 0)
        last, ended = await self.store.unsigned(self._after, LOOKED_THROUGH)
        for process in ended:
            await self._prove(process)
            if await self._slept(self.pause):
                return 0
        looked, self._after = last - self._after, last
        return looked

    async def _run(self) -> None:
        while not await self._slept(self.seconds):
            try:
                while await self.look():
                    pass
            except UnavailableError:
                continue
            except Exception:
                _log.exception("checkpoints cannot be made now")

    async def _prove(self, process: str) -> None:
        try:
            proof = (await self.proving.verify(self.caller, process)).proof
        except (NotFoundError, GoneError):
            return
        if not proof.ok:
            facts = {"process_id": process, "why": proof.code, "index": proof.event}
            _log.error("the chain of a process does not hold", extra=facts)

    async def _slept(self, seconds: float) -> bool:
        """Sleep; whether that was cut short because nothing more is to be begun."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        return self._stopping.is_set()
