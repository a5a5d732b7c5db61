"""Scenarios that nobody uploads: the examples, and those of a folder.

Theory: they are stored like any other, also where the API may only read. What services are missing
is told of those that are loaded when they are, of the others that are stored by looking through
them meanwhile. That the examples name services which are not there is no news.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from callboard.compose.folder import ScenarioFolder
from callboard.engine.scenarios import Scenarios
from callboard.engine.unserved import look_through
from callboard.examples import load_examples
from callboard.ports.caller import Caller
from callboard.settings import Settings

__all__ = ["loading"]

log: Final = logging.getLogger("callboard.scenarios")


@asynccontextmanager
async def loading(settings: Settings, scenarios: Scenarios, caller: Caller) -> AsyncIterator[None]:
    """Store them, and what changes in the folder meanwhile."""
    writable = replace(scenarios, config=replace(scenarios.config, read_only=False))
    loaded: set[str] = set()
    if settings.dev and settings.scenarios.examples:
        quiet = replace(writable, services=None)
        for _, text in load_examples():
            loaded.add(await quiet.store(caller, text, "application/yaml"))
    works: list[Coroutine[object, object, None]] = []
    if settings.scenarios.storage == "fs":
        folder = ScenarioFolder(settings.scenarios.path, writable, caller)
        await folder.load()
        loaded |= folder.ids
        works.append(folder.watch())
    if scenarios.services is not None:
        works.append(look_through(scenarios.records, scenarios.services, loaded))
    tasks = [asyncio.create_task(_done(work)) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _done(work: Coroutine[object, object, None]) -> None:
    """Do something at the side; what goes wrong with it is told the log."""
    try:
        await work
    except Exception:
        log.exception("scenarios are not looked at any more")
