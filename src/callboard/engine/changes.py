"""The changes that were read last, and waiting for the next ones.

Theory: whoever follows what happens asks by position, so nothing is queued for anybody and a slow
one holds nobody up. New changes are read from the store once, and kept for a while; who is further
behind reads the store itself. A commit in this process is a hint that there is something to read;
several within a moment are one hint, so that many streams cost little when much happens. Behind the
hints there is a slow poll, for what other nodes write.

Invariants: what is kept is everything after `_floor`, in order, up to `_newest`; its size is
bounded. Nothing runs while nobody waits.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from callboard.ports.records import ChangeRecord
from callboard.ports.store import ChangeStore

PAGE: Final = 250
"""So many changes are read, and told, at once."""
KEPT: Final = 4_000
MOMENT: Final = 0.02
"""Hints this close to each other (seconds) are one."""
POLL: Final = 5.0
"""How often to look where there was no hint, in seconds."""

_SEQ: Final = attrgetter("seq")


class Changes:
    """What happened last. To be used in one event loop."""

    def __init__(self, store: ChangeStore) -> None:
        self._store = store
        self._kept: list[ChangeRecord] = []
        self._floor = self._newest = 0
        self._stale = True
        self._hints = 0
        self._read_at = self._roused_at = float("-inf")
        self._reading = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        store.watch(self._hint)

    @property
    def hints(self) -> int:
        """A number that changes whenever something may have happened."""
        return self._hints

    async def last(self) -> int:
        """The number of the newest change."""
        return await self._store.last_change()

    async def after(self, seq: int) -> Sequence[ChangeRecord]:
        """The next ones after a number that was once given, in order, at most `PAGE`."""
        if self._stale and seq >= self._newest:
            await self._read(seq)
        if seq < self._floor:
            return await self._store.changes_after(seq, PAGE)
        begin = bisect_right(self._kept, seq, key=_SEQ)
        return self._kept[begin : begin + PAGE]

    async def wait(self, seq: int, seconds: float) -> None:
        """Return when there may be something after a number, at the latest after some seconds."""
        if self._newest > seq:
            return
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.add(future)
        if self._stale:
            self._arm(loop)
        try:
            await asyncio.wait((future,), timeout=min(seconds, POLL))
        finally:
            self._waiting.discard(future)
        if loop.time() - self._read_at >= POLL:
            self._note()

    async def _read(self, seq: int) -> None:
        """Read on, once for all that want it."""
        async with self._reading:
            if not self._stale:
                return
            self._stale = False
            if self._newest < seq:  # Nobody followed for a while.
                self._kept = []
                self._floor = self._newest = seq
            try:
                found = await self._store.changes_after(self._newest, PAGE)
            except BaseException:
                self._stale = True
                raise
            self._read_at = asyncio.get_running_loop().time()
            if found:
                self._keep(found)

    def _keep(self, found: Sequence[ChangeRecord]) -> None:
        self._hints += 1
        self._kept += found
        self._newest = found[-1].seq
        self._stale = self._stale or len(found) == PAGE
        if len(self._kept) > 2 * KEPT:
            self._floor = self._kept[-KEPT - 1].seq
            del self._kept[:-KEPT]

    def _note(self) -> None:
        self._stale = True
        self._hints += 1

    def _hint(self) -> None:
        self._note()
        if self._waiting:
            self._arm(asyncio.get_running_loop())

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        """Rouse everybody, a moment after the last time at the earliest."""
        if self._timer is None:
            at = max(loop.time(), self._roused_at + MOMENT)
            self._timer = loop.call_at(at, self._rouse, loop)

    def _rouse(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._roused_at = loop.time()
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
