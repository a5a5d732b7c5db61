"""Keeping the event loop free: work that takes long is done in a thread.

Theory: how long a step takes depends on its scenario, and most take microseconds, less than handing
them to a thread and back. So work is done at once and its time is taken; when it took long, the
scenario is remembered, and its further work goes to a thread, until that takes little of a
processor's time there. A scenario can hold up the others once (the limits of evaluation bound for
how long), not again and again (architecture 9.8).

Each evaluation has its own bound. Work that consists of many (each actor judged for itself, each
event of a chain) would add them up, so it goes to a thread without being tried first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from time import perf_counter, thread_time
from typing import Final, ParamSpec, TypeVar

T = TypeVar("T")
Given = ParamSpec("Given")

LONG_SECONDS: Final = 0.02
MANY: Final = 8
"""More parts than this, each bounded for itself, are not worked through in the event loop."""
_REMEMBERED: Final = 1_024


class Workload:
    """Does work for scenarios, and remembers for which it took long."""

    __slots__ = ("_heavy",)

    def __init__(self) -> None:
        self._heavy: OrderedDict[str, None] = OrderedDict()

    def is_heavy(self, scenario: str) -> bool:
        """Whether work for this scenario goes to a thread."""
        return scenario in self._heavy

    async def do(
        self, scenario: str, work: Callable[Given, T], *given: Given.args, **named: Given.kwargs
    ) -> T:
        """What `work` gives, here or in a thread."""
        if scenario in self._heavy:
            return await self._in_thread(scenario, partial(work, *given, **named))
        begun = perf_counter()
        try:
            return work(*given, **named)
        finally:
            if perf_counter() - begun > LONG_SECONDS:
                self._remember(scenario)

    async def do_parts(self, scenario: str, parts: int, work: Callable[[], T]) -> T:
        """As `do`, for work of so many parts, each of which may take what limits allow."""
        if parts > MANY:
            return await self._in_thread(scenario, work)
        return await self.do(scenario, work)

    async def _in_thread(self, scenario: str, work: Callable[[], T]) -> T:
        took = LONG_SECONDS

        def timed() -> T:
            nonlocal took
            begun = thread_time()
            try:
                return work()
            finally:
                took = thread_time() - begun

        try:
            return await asyncio.to_thread(timed)
        finally:
            if took < LONG_SECONDS / 2:
                self._heavy.pop(scenario, None)

    def _remember(self, scenario: str) -> None:
        self._heavy[scenario] = None
        while len(self._heavy) > _REMEMBERED:
            self._heavy.popitem(last=False)
