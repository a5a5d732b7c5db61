"""`callboard db upgrade`: bring the database to the newest schema."""

from __future__ import annotations

from pathlib import Path

import click

from callboard.cli.db.options import database_options, settings_of


@click.command(
    epilog="Exit codes: 0 it is the newest now (with --dry-run: 0, whatever is pending)."
)
@database_options
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another upgrade of a SQLite file to end; on PostgreSQL always.",
)
def command(database: str | None, config: Path | None, dry_run: bool, wait: float) -> None:
    """Bring the database to the newest schema.

    Each migration is one transaction: one that fails, or is broken off, leaves the database as it
    was before it. Of several that upgrade at once one does it and the others wait. Back the
    database up before. `callboard serve` does the same when it starts, unless the setting
    `migrate` is off.
    """
    import asyncio

    from callboard.compose.database import database_state, upgrade_database

    settings = settings_of(database, config)
    state = asyncio.run(database_state(settings))
    if dry_run or not state.pending:
        for name in state.pending:
            click.echo(f"would apply {name}")
    else:
        for name in asyncio.run(upgrade_database(settings, wait)):
            click.echo(f"applied {name}")
    if not (dry_run and state.pending):
        click.echo(f"{state.place} is at schema {state.newest}, the newest")
