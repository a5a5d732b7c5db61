"""What load balancers are told, and how soon."""

from __future__ import annotations

import asyncio
from time import monotonic

from callboard.server.readiness import Readiness


def test_a_database_that_hangs_is_told_in_time_and_asked_once(run):
    asked = []

    async def hang():
        asked.append(1)
        await asyncio.sleep(3600)

    async def play():
        readiness = Readiness(hang, 0.05)
        begun = monotonic()
        faults = await asyncio.gather(*(readiness.fault() for _ in range(5)))
        faults.append(await readiness.fault())
        assert monotonic() - begun < 5
        assert faults == ["The database has not answered for 0.05 s."] * 6
        assert len(asked) == 1

    run(play())


def test_what_is_wrong_is_asked_again(run):
    answers = iter(["The database does not answer.", None])

    async def next_answer():
        return next(answers)

    async def play():
        readiness = Readiness(next_answer, 1)
        assert [await readiness.fault() for _ in range(2)] == [
            "The database does not answer.",
            None,
        ]

    run(play())


def test_once_it_drains_it_is_not_ready_whatever_the_database_says(run):
    async def fine():
        return None

    async def play():
        readiness = Readiness(fine, 1)
        readiness.drain()
        assert await readiness.fault() == "The server ends. Ask another one."

    run(play())
