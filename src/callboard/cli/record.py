"""`callboard record`: from an exported process to a feature that plays it again."""

from __future__ import annotations

import click

from callboard.cli.exports import read_whole_process
from callboard.testing.record import record


@click.command()
@click.argument("process", metavar="PROCESS.json")
@click.option("--scenario", required=True, metavar="NAME", help="Name of the scenario's file.")
def command(process: str, scenario: str) -> None:
    """Print a feature that takes the same steps as an exported process.

    PROCESS.json is what `GET /processes/{id}` gives, `-` for standard input.
    """
    click.echo(record(read_whole_process(process), scenario), nl=False)
