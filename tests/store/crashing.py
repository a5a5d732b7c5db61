"""A program that steps processes and prints each acknowledged write, until it is killed.

python -m tests.store.crashing ADAPTER FOLDER SEED
"""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from tests.store.adapters import ADAPTERS
from tests.store.records import scenario, start, step


async def client(store, seed: str) -> None:
    """Starts processes and steps them; says what was acknowledged, before it goes on."""
    chance = random.Random(seed)
    while True:
        write = start(chance.getrandbits(120))
        for _ in range(chance.randint(1, 8)):
            await store.write_process(write)
            print(write.record.id, write.record.version, write.record.head, flush=True)
            write = step(write.record, who="x" * chance.randint(0, 3000))


async def main(name: str, folder: str, seed: str) -> None:
    adapter = ADAPTERS[name](Path(folder))
    store = await adapter.start(**adapter.BUSY)
    await store.put_scenario(scenario())
    print("open", flush=True)
    await asyncio.gather(*(client(store, f"{seed} {number}") for number in range(16)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
