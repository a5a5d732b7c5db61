"""`callboard db`: looking after the database; one command a file, as in `callboard.cli`."""

from __future__ import annotations

from typing import Final

import click

from callboard.cli.listed import Listed

__all__ = ["COMMANDS", "command"]

COMMANDS: Final[tuple[tuple[str, str], ...]] = (
    ("backup", "Copy a SQLite database to a file, also while the server runs."),
    ("check", "Say what is wrong in the database: rows, references, all chains."),
    ("export", "Write everything in the database to one file."),
    ("import", "Fill an empty database from an export, of either kind."),
    ("layout", "Print the script that lays the tables out on Citus or YugabyteDB."),
    ("status", "Say how the database is: schema, size, what it holds."),
    ("upgrade", "Bring the database to the newest schema."),
)


class DatabaseCommands(Listed):
    """The group."""

    package = "callboard.cli.db"
    listed = COMMANDS


@click.group(cls=DatabaseCommands)
def command() -> None:
    """Look after the database: upgrade, check, copy and move it.

    Which database that is, is a setting (`database`), given as for `callboard serve`.
    """
