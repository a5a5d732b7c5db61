"""`callboard db backup`: a copy of a SQLite database, made while the server runs."""

from __future__ import annotations

from pathlib import Path

import click

from callboard.cli.db.options import database_options, settings_of
from callboard.cli.db.progress import Progress


@click.command()
@database_options
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(database: str | None, config: Path | None, file: Path) -> None:
    """Copy a SQLite database to a file, also while the server runs.

    The copy is of one moment, and keeps nobody from writing. It is read through (integrity) before
    it gets its name; a file that is there already is never replaced. It holds everything that the
    database does, keys included: keep it as safe. For PostgreSQL the command says how pg_dump is
    called.
    """
    from callboard.compose.database import back_up_database

    settings = settings_of(database, config)
    with Progress("copied", "pages") as progress:
        size = back_up_database(settings, file, progress)
    click.echo(f"{file}: {size} bytes, and whole")
