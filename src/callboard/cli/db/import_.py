"""`callboard db import`: an export becomes a database again, of either kind."""

from __future__ import annotations

from pathlib import Path

import click

from callboard.cli.db.options import database_options, settings_of
from callboard.cli.db.progress import Progress


@click.command("import")
@database_options
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def command(database: str | None, config: Path | None, file: Path) -> None:
    """Fill an empty database from an export, of either kind.

    All of it or nothing: before it is committed everything is read back and compared with the file
    byte for byte. What is broken off leaves the database empty; begin again. Stop the servers
    before the export, and start them on the new database after the import: what runs goes on
    there, time-outs included.
    """
    import asyncio

    from callboard.compose.database import import_database

    settings = settings_of(database, config)
    with Progress("read", "lines") as progress:
        counts = asyncio.run(import_database(settings, file, progress))
    click.echo(
        f"{counts['processes']} processes, {counts['events']} events: "
        "all that is in the file reads back byte for byte"
    )
