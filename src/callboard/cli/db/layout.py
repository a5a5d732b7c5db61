"""`callboard db layout`: the script that lays the tables out over several machines."""

from __future__ import annotations

from importlib.resources import files

import click


@click.command()
@click.argument("system", type=click.Choice(["citus", "yugabyte"]))
def command(system: str) -> None:
    """Print the script that lays the tables out on Citus or YugabyteDB.

    It is run once, after `callboard db upgrade` and before the first engine starts, by psql or
    ysqlsh; nothing is run here. The engines then need postgres.distributed. What was tried of this
    and what was only designed is in the documentation: distributed PostgreSQL.
    """
    script = files("callboard.store") / "sql" / "layout" / f"{system}.sql"
    click.echo(script.read_text("utf-8"), nl=False)
