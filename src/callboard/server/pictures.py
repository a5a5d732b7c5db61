"""Pictures of scenarios: drawn once, remembered, and few at a time.

Theory: a picture takes a processor for up to `drawing.SECONDS`, and whoever may read scenarios may
ask for one. So what was drawn is kept; whoever asks for what is being drawn waits for that; and
only so many are drawn or wait: others are told to come again. What took too long is not tried again
for a while.

Invariant: what is kept is bounded, by number and by size.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final, NamedTuple

from callboard.core.scenario.diagram import Graph
from callboard.drawing import check_size, svg
from callboard.errors import InvalidError, RequestError, UnavailableError

__all__ = ["Pictures"]

AT_ONCE: Final = 2
"""So many are drawn at once, each in a process of its own."""
WAITING: Final = 16
"""So many different ones are drawn or wait to be."""
KEPT: Final = 256
KEPT_BYTES: Final = 16_000_000
AGAIN_SECONDS: Final = 600.0
"""After this time one that could not be drawn is tried again."""


class _Kept(NamedTuple):
    """A picture, or the error that says why there is none, and until when that holds."""

    content: bytes
    error: RequestError | None = None
    until: float = float("inf")


class Pictures:
    """Draws, and remembers. To be used in one event loop."""

    def __init__(
        self, draw: Callable[[Graph], str] = svg, clock: Callable[[], float] = monotonic
    ) -> None:
        """`draw` is called in threads; `clock` gives seconds that only grow."""
        self._draw = draw
        self._clock = clock
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="callboard-drawing")
        self._under_way: dict[Graph, asyncio.Task[_Kept]] = {}
        self._kept: OrderedDict[Graph, _Kept] = OrderedDict()
        self._bytes = 0

    async def svg(self, graph: Graph) -> bytes:
        """The picture of a graph. Raises InvalidError for one that is too large to be drawn,
        UnavailableError when too many wait or the drawing program does not work.
        """
        check_size(graph)
        kept = self._kept.get(graph)
        if kept is not None and self._clock() < kept.until:
            self._kept.move_to_end(graph)
        else:
            # Whoever goes away does not end it: others may wait for the same.
            kept = await asyncio.shield(self._under_way.get(graph) or self._begin(graph))
        if kept.error is not None:
            raise type(kept.error)(kept.error.message, code=kept.error.problem)
        return kept.content

    def _begin(self, graph: Graph) -> asyncio.Task[_Kept]:
        if len(self._under_way) >= WAITING:
            raise UnavailableError("Many diagrams are being drawn. Try again in a moment.")
        task = asyncio.get_running_loop().create_task(self._made(graph))
        self._under_way[graph] = task
        return task

    async def _made(self, graph: Graph) -> _Kept:
        try:
            loop = asyncio.get_running_loop()
            text = await loop.run_in_executor(self._threads, self._draw, graph)
            made = _Kept(text.encode())
        except InvalidError as error:
            made = _Kept(b"", error, self._clock() + AGAIN_SECONDS)
        except UnavailableError as error:
            return _Kept(b"", error)
        finally:
            del self._under_way[graph]
        self._keep(graph, made)
        return made

    def _keep(self, graph: Graph, made: _Kept) -> None:
        self._forget(graph)
        self._kept[graph] = made
        self._bytes += len(made.content)
        while self._bytes > KEPT_BYTES or len(self._kept) > KEPT:
            self._forget(next(iter(self._kept)))

    def _forget(self, graph: Graph) -> None:
        before = self._kept.pop(graph, None)
        if before is not None:
            self._bytes -= len(before.content)
