"""What is counted as it is written is what is there."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

from callboard.engine.admin_commands import CancelCommand, EraseCommand, MigrateCommand
from tests.engine.world import ADMIN, ALICE, BOB, LEAVE, act, begin


def counted(engine, run):
    counts = run(engine.admin.overview(ADMIN)).counts
    return {tuple(item.at): item.count for item in counts}


def one_by_one(adapter):
    """The same, counted process by process."""
    rows = adapter.query(
        "SELECT s.id, p.document FROM processes AS p "
        f"JOIN scenarios AS s ON s.{adapter.key} = p.scenario"
    )
    found = [(str(scenario), json.loads(text)) for scenario, text in rows]
    return dict(Counter((key, one["current"]["key"], one["isRunning"]) for key, one in found))


def test_counts_follow_whatever_happens(engine, run, stored):
    assert counted(engine, run) == {}
    asked = [begin(engine, run, ALICE, action="ask", response=5)["id"] for _ in range(6)]
    begin(engine, run, ALICE)
    assert counted(engine, run) == one_by_one(stored)
    act(engine, run, BOB, asked[0], "approve")
    act(engine, run, BOB, asked[1], "note", response="x")
    act(engine, run, BOB, asked[0], "approve")
    assert counted(engine, run) == one_by_one(stored)
    run(engine.admin.cancel(ADMIN, CancelCommand(asked[2], "Twice")))
    newer = LEAVE.replace("1.0.0", "2.0.0")
    run(engine.scenarios.store(ADMIN, newer, "application/yaml"))
    run(
        engine.admin.migrate(
            ADMIN, MigrateCommand("leave@2.0.0", "New", dry_run=False, processes=tuple(asked))
        )
    )
    assert counted(engine, run) == one_by_one(stored)
    for process in (asked[0], asked[3]):
        run(engine.admin.erase(ADMIN, EraseCommand(process, "Request 17")))
    assert counted(engine, run) == one_by_one(stored)
    assert sum(one_by_one(stored).values()) == 5


def test_figures(engine, run):
    asked = begin(engine, run, ALICE, action="ask", response=5)
    for _ in range(50):  # PostgreSQL counts what was written a moment later.
        figures = run(engine.admin.storage(ADMIN))
        if figures.events_written:
            break
        run(asyncio.sleep(0.1))
    assert figures.processes == 1
    assert figures.events_written == 2
    assert figures.newest == asked["events"][0]["timestamp"]
    assert figures.pages * figures.page_bytes > 0
    assert run(engine.admin.overview(ADMIN)).pending == {"timer": 1, "notify": 0}
