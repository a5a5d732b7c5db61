"""`callboard verify`: whether the chain of an exported process holds."""

from __future__ import annotations

from typing import cast

import click

from callboard.cli.checkpoints import check_checkpoints
from callboard.cli.exports import process_in, read_export
from callboard.cli.failure import Failure, Findings
from callboard.cli.lineage import check_lineage, check_remains, say_erased
from callboard.cli.scenarios import read_compiled
from callboard.core.process import replay, verify
from callboard.core.process.bundle import FORMAT, VERSION, prove
from callboard.core.scenario.compile import compile_scenario
from callboard.core.values import Json, JsonObject, equal
from callboard.errors import ChainError


@click.command()
@click.argument("process", metavar="PROCESS.json")
@click.option("--scenario", metavar="FILE", help="Replay the process on its scenario, too.")
@click.option("--keys", metavar="FILE", help="The server's published keys, saved before.")
def command(process: str, scenario: str | None, keys: str | None) -> None:
    """Check hashes and links of an exported process, offline.

    With its scenario, the process is rebuilt from its events and compared, so that a state or value
    that was changed by hand shows. A bundle has its scenario with it,
    and checkpoints that the server signed. With its keys, saved before from
    /.well-known/callboard-keys, a bundle that somebody else signed shows, too.
    Exit code 1 when something does not hold.
    """
    given = read_export(process)
    bundle = _bundle(given, process)
    if bundle is not None and scenario is None:
        chain = _prove(bundle)
        check_lineage(bundle, chain)
        check_checkpoints(bundle, chain, keys)
        return
    if keys is not None:
        raise Failure("--keys is for bundles, checked by the scenario that they have with them.")
    document = process_in(given, process)
    events = document["events"]
    if not isinstance(events, list):
        raise TypeError("an exported process has a list of events")
    chain = [event for event in events if isinstance(event, dict)]
    result = verify(chain)
    if not result.ok:
        click.echo(f"event {result.event}: {result.code}")
        raise Findings
    click.echo(f"{len(chain)} events, hashes and links hold")
    say_erased(result.erased, len(chain))
    if scenario is not None:
        _replay(document, chain, scenario)


def _bundle(document: Json, name: str) -> JsonObject | None:
    """What was read, where it is a bundle."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return None
    if document.get("version") != VERSION:
        raise Failure(f"{name}: this program knows bundles of version {VERSION} only.")
    return document


def _prove(bundle: JsonObject) -> list[JsonObject]:
    """Check a bundle with nothing but itself. Its scenario is the one that the chain names only
    when it has that id by its content. Returns its chain.
    """
    given, schemas, process = bundle["scenario"], bundle["schemas"], bundle["process"]
    if not isinstance(given, dict) or not isinstance(schemas, dict):
        raise Failure("The bundle has no scenario.")
    if not isinstance(process, dict) or not isinstance(process.get("events"), list):
        raise Failure("The bundle has no process with events.")
    content = {name: value for name, value in given.items() if name != "id"}
    compiled = compile_scenario(content, schemas=schemas)
    events = [event for event in cast("list[Json]", process["events"]) if isinstance(event, dict)]
    if "erased" in process:
        check_remains(process, events)
        return events
    proof = prove(compiled, events, process)
    if not proof.ok:
        place = "" if proof.event is None else f"event {proof.event}: "
        click.echo(f"{place}{proof.code}: {proof.message}")
        raise Findings
    click.echo(f"{len(events)} events, hashes and links hold")
    click.echo("replayed: the events lead to this very process, by the scenario that they name")
    return events


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
