"""`callboard explore`: walk a scenario with generated responses, and say what that shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from callboard.cli.counting import counted
from callboard.cli.failure import Findings

if TYPE_CHECKING:  # what explores is imported when there is something to explore
    from callboard.testing.explore import Exploration, Finding


@click.command()
@click.argument("file")
@click.option("--steps", default=5_000, show_default=True, help="Steps to try at most.")
@click.option("--depth", default=30, show_default=True, help="Events of one run at most.")
@click.option(
    "--features",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write the shortest run of each finding to, as a feature.",
)
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(
    file: str, steps: int, depth: int, features: Path | None, output: Literal["text", "json"]
) -> None:
    """Walk a scenario with responses made from its schemas.

    Reports dead ends, steps that are always refused, expressions that fail, and states that were
    not met, with the shortest run that shows it where there is one. Tries the constants that the
    scenario compares with; still, what was not met with some responses may be met with others.
    Exit code 1 when there is any finding.
    """
    from callboard.cli.scenarios import read_compiled
    from callboard.testing.explore import Budget, explore

    scenario = read_compiled(file)
    found = explore(scenario, Budget(steps=steps, depth=depth))
    if output == "json":
        click.echo(json.dumps(_as_json(found, file), indent=2))
    else:
        _print(found, file)
    if features is not None:
        _write(features, found, file)
    if found.findings:
        raise Findings


def _as_json(found: Exploration, file: str) -> dict[str, object]:
    return {
        "situations": found.situations,
        "steps": found.steps,
        "complete": found.complete,
        "cut": found.cut,
        "findings": [
            {"code": f.code, "message": f.message, "feature": _feature(f, file)}
            for f in found.findings
        ],
    }


def _feature(finding: Finding, file: str) -> str | None:
    from callboard.testing.record import record

    return None if finding.run is None else record(finding.run, Path(file).stem)


def _print(found: Exploration, file: str) -> None:
    for finding in found.findings:
        click.echo(f"{click.style(finding.code, bold=True)}: {finding.message}")
        feature = _feature(finding, file)
        if feature is not None:
            click.echo("".join(f"    {line}\n" for line in feature.splitlines()))
    click.echo(
        f"{counted(found.situations, 'situation')}, {counted(found.steps, 'step')}"
        f" ({_extent(found)}), {counted(len(found.findings), 'finding')}"
    )


def _extent(found: Exploration) -> str:
    if found.complete:
        return "all that there is"
    if found.cut:
        return "as far as --steps and --depth went, with some responses of many"
    return "all that some responses of many lead to"


def _write(folder: Path, found: Exploration, file: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, finding in enumerate(found.findings, 1):
        feature = _feature(finding, file)
        if feature is not None:
            path = folder / f"{number:02}-{finding.code}.feature"
            path.write_text(f"# {finding.message}\n{feature}", encoding="utf-8")
