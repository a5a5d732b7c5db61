"""`callboard run`: act out a scenario in the terminal, taking all parts."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from callboard.cli.failure import FINDINGS, Failure, Findings
from callboard.cli.folders import SCHEMAS
from callboard.cli.play.loop import play
from callboard.cli.play.reader import Lines, Reader, Terminal
from callboard.cli.play.session import Session
from callboard.cli.sources import STDIN, read_source
from callboard.cli.validate import check
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import load
from callboard.core.values import JsonObject
from callboard.schemas import load_schemas


@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--script",
    metavar="FILE",
    help="Read the lines from a file instead of the terminal; `-` is standard input.",
)
@click.option(
    "--clock",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help="When the process starts, in UTC. [default: now]",
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the process with its events to this file at the end, as JSON.",
)
def command(file: str, script: str | None, clock: datetime | None, save: Path | None) -> None:
    """Act out a scenario in the terminal.

    FILE is a YAML or JSON file, or the name of an example (`callboard info` lists them). You take
    all parts: you see the state, what everybody is told and what each actor may do, and are asked
    for responses by their schema. The clock is virtual: `wait` lets time-outs come. Nothing is
    stored.

    In a pipe, or with --script, the same lines are read as from the terminal; the run stops at the
    first one that does not work, with exit code 1.
    """
    session = Session(_load(file), _start(clock))
    succeeded = play(session, _reader(script, file))
    if save is not None:
        _save(session, save)
    if not succeeded:
        raise Findings


def _load(file: str) -> Scenario:
    """The compiled scenario; findings are printed like `validate` prints them."""
    source = read_source(file)
    schemas = load_schemas(SCHEMAS)
    findings = check(source, schemas)
    for finding in findings:
        place = "".join(f"{n}:" for n in (finding.line, finding.column) if n is not None)
        click.echo(f"{source.name}:{place} {finding.pointer} {finding.message}", err=True)
    if findings:
        raise click.exceptions.Exit(FINDINGS)
    document = load(source.text, format=source.format)
    if not isinstance(document, dict):
        raise Failure(f"{source.name}: this is no scenario.")
    return compile_scenario(normalize(document), schemas=schemas)


def _start(clock: datetime | None) -> datetime:
    now = datetime.now(UTC) if clock is None else clock.replace(tzinfo=UTC)
    return now.replace(microsecond=0)


def _reader(script: str | None, file: str) -> Reader:
    if script is not None and script != STDIN:
        return Lines(read_source(script).text.decode("utf-8-sig").splitlines())
    if file == STDIN:
        raise click.UsageError("The scenario comes from standard input: give --script FILE too.")
    if script is None and sys.stdin.isatty():
        return Terminal()
    return Lines(sys.stdin)


def _save(session: Session, path: Path) -> None:
    process: JsonObject = {**session.process, "scenario": session.scenario.document}
    try:
        path.write_text(json.dumps(process, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from error
