"""`callboard db export`: everything in one file."""

from __future__ import annotations

from pathlib import Path

import click

from callboard.cli.db.options import database_options, settings_of
from callboard.cli.db.progress import Progress


@click.command()
@database_options
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(database: str | None, config: Path | None, file: Path) -> None:
    """Write everything in the database to one file.

    JSON lines, packed when FILE ends in .gz: scenarios, processes with all events as they are
    stored, what is to be done later, API keys (hashes), signing keys, and all else. It is of one
    moment; a server that runs goes on. The same content gives the same bytes on every kind of
    database. The last line has counts and a SHA-256. Keep it as safe as the database.
    """
    import asyncio

    from callboard.compose.database import export_database

    settings = settings_of(database, config)
    with Progress("wrote", "lines") as progress:
        counts = asyncio.run(export_database(settings, file, progress))
    click.echo(f"{file}: {counts['processes']} processes, {counts['events']} events")
