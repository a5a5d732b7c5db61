"""`callboard validate`: everything that is wrong with scenarios, with its place in the text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from callboard.cli.counting import counted
from callboard.cli.failure import Findings
from callboard.cli.folders import schemas_option
from callboard.cli.sources import Source, read_sources
from callboard.errors import TextError

if TYPE_CHECKING:  # the core is imported when there is something to look at
    from callboard.core.values import Json


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. The place in the text is None where there is none."""

    line: int | None
    column: int | None
    pointer: str
    keyword: str
    message: str


def check(source: Source, schemas: Mapping[str, Json]) -> list[Finding]:
    """All findings of one text: what keeps it from being read, or from being valid."""
    from callboard.core.scenario.text import load_document
    from callboard.core.scenario.validate import validate

    try:
        document = load_document(source.text, format=source.format)
    except TextError as error:
        return [Finding(error.line, error.column, "", "text", error.text)]
    return [
        Finding(
            *document.place(error["instancePath"]),
            error["instancePath"],
            error["keyword"],
            error["message"],
        )
        for error in validate(document.value, schemas=schemas)
    ]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@schemas_option
def command(files: Sequence[str], output: Literal["text", "json"], schemas: Path) -> None:
    """Say everything that is wrong with scenarios.

    FILE is a YAML or JSON file, `-` for standard input, or the name of an example. Every finding is
    printed as `file:line:column: place: message`. Exit code 1 when there is any.
    """
    from callboard.schemas import load_schemas

    known = load_schemas(schemas)
    sources = read_sources(files)
    results = [(source, check(source, known)) for source in sources.read]
    if output == "json":
        click.echo(json.dumps([_as_json(*result) for result in results], indent=2))
    else:
        for source, findings in results:
            _print(source, findings)
    sources.finish()
    if any(findings for _, findings in results):
        raise Findings


def _as_json(source: Source, findings: Sequence[Finding]) -> dict[str, object]:
    return {
        "file": source.name,
        "valid": not findings,
        "errors": [asdict(finding) for finding in findings],
    }


def _print(source: Source, findings: Sequence[Finding]) -> None:
    for finding in findings:
        place = "".join(
            f"{number}:" for number in (finding.line, finding.column) if number is not None
        )
        pointer = f"{click.style(finding.pointer, bold=True)}: " if finding.pointer else ""
        click.echo(f"{source.name}:{place} {pointer}{finding.message}")
    if not findings:
        click.echo(f"{source.name}: {click.style('valid', fg='green')}")
    else:
        click.echo(f"{source.name}: {counted(len(findings), 'error')}", err=True)
