"""`callboard lint`: what valid scenarios still get wrong as state machines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import click

from callboard.cli.failure import Failure, Findings
from callboard.cli.folders import schemas_option
from callboard.cli.sources import Source, read_source
from callboard.cli.validate import check
from callboard.core.scenario.lint import RULES, Finding, lint
from callboard.core.scenario.text import load_document
from callboard.core.values import Json
from callboard.schemas import load_schemas

Output: TypeAlias = Literal["text", "json", "github", "sarif"]

_GITHUB = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF = {"error": "error", "warning": "warning", "info": "note"}


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@click.option("--select", multiple=True, metavar="CODE", help="Look only for this; repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Do not look for this; repeatable.")
@schemas_option
def command(
    files: Sequence[str],
    output: Output,
    select: Sequence[str],
    ignore: Sequence[str],
    schemas: Path,
) -> None:
    """Find what a valid scenario gets wrong: dead ends, names that nobody has, and more.

    FILE is a YAML or JSON file, `-` for standard input, or the name of an example. What does not
    pass `callboard validate` is reported first. Exit code 1 when there is any error or warning.
    """
    unknown = [code for code in (*select, *ignore) if code not in RULES]
    if unknown:
        raise Failure(f"There is no rule {unknown[0]!r}. The rules: {', '.join(RULES)}.")
    known = load_schemas(schemas)
    results = [
        (source, findings(source, select, ignore, known)) for source in map(read_source, files)
    ]
    click.echo(_PRINT[output](results), nl=False)
    if any(item.severity != "info" for _, found in results for item in found):
        raise Findings


def findings(
    source: Source, select: Sequence[str], ignore: Sequence[str], schemas: Mapping[str, Json]
) -> list[Finding]:
    """What validation finds; where that is nothing, what lint finds."""
    invalid = [
        Finding(f"invalid:{e.keyword}", "error", e.pointer, e.message, "", e.line, e.column)
        for e in check(source, schemas)
    ]
    if invalid:
        return invalid
    document = load_document(source.text, format=source.format)
    if not isinstance(document.value, dict):
        return []
    return lint(document.value, document=document, schemas=schemas, select=select, ignore=ignore)


Results: TypeAlias = "list[tuple[Source, list[Finding]]]"


def _text(results: Results) -> str:
    lines = []
    for source, found in results:
        for item in found:
            place = f"{source.name}:{item.line}:{item.column}"
            code = click.style(item.code, bold=True)
            lines.append(f"{place}: {item.severity} {code}: {item.message} {item.hint}".rstrip())
        noun = "finding" if len(found) == 1 else "findings"
        lines.append(f"{source.name}: {len(found) or 'no'} {noun if found else 'findings'}")
    return "\n".join(lines) + "\n"


def _json(results: Results) -> str:
    report = [
        {
            "file": source.name,
            "findings": [
                {
                    "code": item.code,
                    "severity": item.severity,
                    "pointer": item.pointer,
                    "line": item.line,
                    "column": item.column,
                    "message": item.message,
                    "hint": item.hint,
                }
                for item in found
            ],
        }
        for source, found in results
    ]
    return json.dumps(report, indent=2) + "\n"


def _github(results: Results) -> str:
    """Workflow commands, which show at the lines of a pull request."""
    return "".join(
        f"::{_GITHUB[item.severity]} file={source.name},line={item.line},col={item.column},"
        f"title={item.code}::{_escaped(item.message)}\n"
        for source, found in results
        for item in found
    )


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _sarif(results: Results) -> str:
    """SARIF 2.1.0, for code scanning."""
    codes = sorted({item.code for _, found in results for item in found} | set(RULES))
    driver = {"name": "callboard lint", "rules": [{"id": code} for code in codes]}
    run = {
        "tool": {"driver": driver},
        "results": [
            {
                "ruleId": item.code,
                "level": _SARIF[item.severity],
                "message": {"text": f"{item.message} {item.hint}".rstrip()},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": source.name},
                            "region": {
                                "startLine": item.line or 1,
                                "startColumn": item.column or 1,
                            },
                        }
                    }
                ],
            }
            for source, found in results
            for item in found
        ],
    }
    document = {
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=2) + "\n"


_PRINT = {"text": _text, "json": _json, "github": _github, "sarif": _sarif}
