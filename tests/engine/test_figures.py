"""What is counted as it is written is what is there."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

from callboard.engine.admin_commands import CancelCommand, EraseCommand, MigrateCommand
from tests.engine.world import ADMIN, ALICE, BOB, LEAVE, act, begin


def counted(engine, run):
    counts = run(engine.admin.overview(ADMIN)).counts
    return {tuple(item.at): item.count for item in counts}


def stored(path):
    """The same, counted process by process."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT s.id, p.document ->> '$.current.key', p.document ->> '$.isRunning' "
            "FROM processes AS p JOIN scenarios AS s ON s.row = p.scenario"
        ).fetchall()
    return dict(Counter((key, state, bool(running)) for key, state, running in rows))


def test_counts_follow_whatever_happens(engine, run, tmp_path):
    path = tmp_path / "engine.db"
    assert counted(engine, run) == {}
    asked = [begin(engine, run, ALICE, action="ask", response=5)["id"] for _ in range(6)]
    begin(engine, run, ALICE)
    assert counted(engine, run) == stored(path)
    act(engine, run, BOB, asked[0], "approve")
    act(engine, run, BOB, asked[1], "note", response="x")
    act(engine, run, BOB, asked[0], "approve")
    assert counted(engine, run) == stored(path)
    run(engine.admin.cancel(ADMIN, CancelCommand(asked[2], "Twice")))
    newer = LEAVE.replace("1.0.0", "2.0.0")
    run(engine.scenarios.store(ADMIN, newer, "application/yaml"))
    run(
        engine.admin.migrate(
            ADMIN, MigrateCommand("leave@2.0.0", "New", dry_run=False, processes=tuple(asked))
        )
    )
    assert counted(engine, run) == stored(path)
    for process in (asked[0], asked[3]):
        run(engine.admin.erase(ADMIN, EraseCommand(process, "Request 17")))
    assert counted(engine, run) == stored(path)
    assert sum(stored(path).values()) == 5


def test_figures(engine, run):
    asked = begin(engine, run, ALICE, action="ask", response=5)
    figures = run(engine.admin.storage(ADMIN))
    assert figures.processes == 1
    assert figures.events_written == 2
    assert figures.newest == asked["events"][0]["timestamp"]
    assert figures.pages * figures.page_bytes > 0
    assert run(engine.admin.overview(ADMIN)).pending == {"timer": 1, "notify": 0}
