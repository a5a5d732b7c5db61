"""A program that does what an operator asks of many processes, and says what was done, until it is
killed.

python -m tests.engine.operating DATABASE migrate|erase SCENARIO
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

from callboard.compose.running import open_database
from callboard.engine import Engine
from callboard.engine.admin_commands import EraseCommand, MigrateCommand
from callboard.ports.store import Place
from callboard.settings import load_settings
from tests.engine.world import ADMIN, CountedIds, HandClock

AT_ONCE = 4
REASON = "Killed or not"


async def migrate(engine: Engine, scenario: str) -> AsyncIterator[str]:
    """Page by page, as the API does; each process that was carried over."""
    after: Place | None = None
    while True:
        command = MigrateCommand(
            "leave@2.0.0", REASON, dry_run=False, scenario=scenario, after=after, limit=AT_ONCE
        )
        page = await engine.admin.migrate(ADMIN, command)
        for result in page.results:
            assert result.fits, result
            yield result.process
        if page.following is None:
            return
        after = page.following


async def erase(engine: Engine, scenario: str) -> AsyncIterator[str]:
    """Several at once; each process that was erased."""
    while found := await engine.admin.store.processes_of(scenario, None, AT_ONCE):
        commands = [EraseCommand(record.id, REASON) for _, record in found]
        erasing = (engine.admin.erase(ADMIN, command) for command in commands)
        for stone in await asyncio.gather(*erasing):
            yield stone.id


async def main(database: str, what: str, scenario: str) -> None:
    store = await open_database(load_settings(overrides={"database": database}))
    engine = Engine(store, HandClock(), CountedIds())
    print("open", flush=True)
    async for process in {"migrate": migrate, "erase": erase}[what](engine, scenario):
        print(process, flush=True)
    await store.close()
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
