"""`callboard verify`: whether the chain of an exported process holds."""

from __future__ import annotations

import click

from callboard.cli.exports import read_process
from callboard.cli.failure import Findings
from callboard.cli.scenarios import read_compiled
from callboard.core.process import replay, verify
from callboard.core.values import JsonObject, equal
from callboard.errors import ChainError


@click.command()
@click.argument("process", metavar="PROCESS.json")
@click.option("--scenario", metavar="FILE", help="Replay the process on its scenario, too.")
def command(process: str, scenario: str | None) -> None:
    """Check hashes and links of an exported process, offline.

    With its scenario, the process is rebuilt from its events and compared, so that a state or value
    that was changed by hand shows. Exit code 1 when something does not hold.
    """
    document = read_process(process)
    events = document["events"]
    if not isinstance(events, list):
        raise TypeError("an exported process has a list of events")
    chain = [event for event in events if isinstance(event, dict)]
    result = verify(chain)
    if not result.ok:
        click.echo(f"event {result.event}: {result.code}")
        raise Findings
    click.echo(f"{len(chain)} events, hashes and links hold")
    if scenario is not None:
        _replay(document, chain, scenario)


def _replay(document: JsonObject, chain: list[JsonObject], file: str) -> None:
    try:
        rebuilt = replay(read_compiled(file), chain)
    except ChainError as error:
        click.echo(f"event {error.event}: {error.reason}: {error.message}")
        raise Findings from error
    differing = [
        key
        for key in rebuilt
        if key in document and key != "scenario" and not equal(rebuilt[key], document[key])
    ]
    if differing:
        click.echo(f"the events do not lead to this process: {', '.join(differing)} differ")
        raise Findings
    click.echo("replayed: the events lead to this very process")
