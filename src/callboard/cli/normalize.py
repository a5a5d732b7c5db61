"""`callboard normalize`: a scenario in the one shape that the engine works with."""

from __future__ import annotations

import json
from typing import Literal

import click

from callboard.cli.scenarios import read_normalized
from callboard.core.canonical import scenario_id
from callboard.core.scenario.dump import dump


@click.command()
@click.argument("file")
@click.option(
    "--format", "output", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True
)
@click.option("--id", "only_id", is_flag=True, help="Print only the scenario's id.")
def command(file: str, output: Literal["yaml", "json"], only_id: bool) -> None:
    """Print a scenario with every default filled in, as the engine stores it."""
    scenario = read_normalized(file)
    if only_id:
        click.echo(scenario_id(scenario))
    elif output == "json":
        click.echo(json.dumps(scenario, indent=2, ensure_ascii=False))
    else:
        click.echo(dump(scenario), nl=False)
