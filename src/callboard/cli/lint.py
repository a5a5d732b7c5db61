"""`callboard lint`: what valid scenarios still get wrong as state machines."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callboard.cli.failure import Findings
from callboard.cli.folders import schemas_option

if TYPE_CHECKING:  # the core is imported when there is something to look at
    from callboard.cli.lint_output import Output
    from callboard.cli.sources import Source
    from callboard.core.scenario.lint import Finding
    from callboard.core.values import Json


def _codes(
    ctx: click.Context,  # noqa: ARG001 (click's way of calling)
    param: click.Parameter,  # noqa: ARG001 (the same)
    value: Sequence[str],
) -> tuple[str, ...]:
    """The codes of rules, given one by one or separated by commas."""
    codes = [code.strip() for item in value for code in item.split(",") if code.strip()]
    if not codes:
        return ()
    from callboard.core.scenario.lint import RULES

    unknown = [code for code in codes if code not in RULES]
    if unknown:
        raise click.BadParameter(f"there is no rule {unknown[0]!r}. The rules: {', '.join(RULES)}.")
    return tuple(codes)


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
@click.option(
    "--select",
    multiple=True,
    metavar="CODE,…",
    callback=_codes,
    help="Look only for these; repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE,…",
    callback=_codes,
    help="Do not look for these; repeatable.",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file with the settings of a server: say of services whether it has them.",
)
@schemas_option
def command(
    files: Sequence[str],
    output: Output,
    select: Sequence[str],
    ignore: Sequence[str],
    config: Path | None,
    schemas: Path,
) -> None:
    """Find what a valid scenario gets wrong: dead ends, names that nobody has, and more.

    FILE is a YAML or JSON file, `-` for standard input, or the name of an example. What does not
    pass `callboard validate` is reported first. Exit code 1 when there is any error or warning.
    Each rule has a page in docs/reference/lint.
    """
    from callboard.cli.lint_output import printed
    from callboard.cli.sources import read_sources
    from callboard.schemas import load_schemas

    known, services = load_schemas(schemas), _services(config)
    sources = read_sources(files)
    results = [
        (source, findings(source, select, ignore, known, services)) for source in sources.read
    ]
    click.echo(printed(results, output), nl=False)
    sources.finish()
    if any(item.severity != "info" for _, found in results for item in found):
        raise Findings


def _services(config: Path | None) -> frozenset[str] | None:
    """The services of a file and the environment; None without a file. Raises `SettingsError`."""
    if config is None:
        return None
    from callboard.settings import service_names

    return service_names(config, os.environ)


def findings(
    source: Source,
    select: Sequence[str],
    ignore: Sequence[str],
    schemas: Mapping[str, Json],
    services: Collection[str] | None = None,
) -> list[Finding]:
    """What validation finds; where that is nothing, what lint finds."""
    from callboard.cli.validate import check
    from callboard.core.scenario.lint import Finding, lint
    from callboard.core.scenario.text import load_document

    invalid = [
        Finding(f"invalid:{e.keyword}", "error", e.pointer, e.message, "", e.line, e.column)
        for e in check(source, schemas)
    ]
    if invalid:
        return invalid
    document = load_document(source.text, format=source.format)
    if not isinstance(document.value, dict):
        return []
    return lint(
        document.value,
        document=document,
        schemas=schemas,
        services=services,
        select=select,
        ignore=ignore,
    )
