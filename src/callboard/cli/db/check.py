"""`callboard db check`: whether all that is in the database holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import click

from callboard.cli.db.options import database_options, output_option, settings_of
from callboard.cli.db.progress import Progress
from callboard.cli.failure import Findings


@click.command(
    epilog="Exit codes: 0 all is well, 1 something is wrong, 3 it is no database of Callboard, an "
    "older one, or out of reach."
)
@database_options
@output_option
def command(database: str | None, config: Path | None, output: Literal["text", "json"]) -> None:
    """Say what is wrong in the database: rows, references, all chains.

    Reads everything, as it is at one moment; a server that runs goes on. SQLite checks its pages,
    indexes and references; on PostgreSQL pages are for pg_amcheck. Then: every chain holds, old
    ones and those of erased processes too, has as many events as the process says and ends where
    that says, and nothing that was signed is contradicted; lists, tasks, timers and counters fit
    the processes.
    """
    import asyncio

    from callboard.compose.database import check_database

    settings = settings_of(database, config)
    with Progress("checked", "processes") as progress:
        report = asyncio.run(check_database(settings, progress))
    if output == "json":
        click.echo(json.dumps({"ok": not report.faults, **asdict(report)}, indent=2))
    else:
        for fault in report.faults:
            click.echo(f"{fault.about}: {fault.code}: {fault.text}")
        if (more := sum(report.counts.values()) - len(report.faults)) > 0:
            click.echo(f"and {more} more")
        click.echo(
            f"{report.processes} processes, {report.events} events, {report.erased} erased: "
            f"{'some things are wrong' if report.faults else 'all is well'}"
        )
    if report.faults:
        raise Findings
