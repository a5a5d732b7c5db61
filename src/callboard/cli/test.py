"""`callboard test`: play features against scenarios, without a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callboard.cli.failure import Failure, Findings
from callboard.cli.folders import existing, schemas_option

if TYPE_CHECKING:  # what plays features is imported when there is something to play
    from callboard.testing import Report


@click.command()
@click.argument("paths", nargs=-1, metavar="[FEATURE|FOLDER]...")
@click.option(
    "--scenarios",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("scenarios"),
    show_default=True,
    callback=existing,
    help="Folder of the scenarios that features name.",
)
@schemas_option
@click.option(
    "--steps",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Python file with steps of your own, as a tuple SENTENCES.",
)
@click.option(
    "--coverage-min",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail when fewer states and transitions are met.",
)
@click.option("-v", "--verbose", is_flag=True, help="Name what passed, too.")
def command(
    paths: Sequence[str],
    scenarios: Path,
    schemas: Path,
    steps: Path | None,
    coverage_min: float | None,
    verbose: bool,
) -> None:
    """Play Gherkin features against scenarios, with a clock that moves only when told.

    FEATURE is a .feature file, FOLDER is searched for them; `features` unless said. Exit code 1
    when a step fails, or the coverage of states and transitions is below the minimum.
    """
    from callboard.schemas import load_schemas
    from callboard.testing import ScenarioFolder, report_text, run_features
    from callboard.testing.hooks import own_sentences

    files = list(_features(paths or ("features",)))
    if not files:
        raise Failure("There are no .feature files. Name one, or a folder with some.")
    folder = ScenarioFolder(scenarios, load_schemas(schemas))
    report = run_features(files, folder, extra=own_sentences(steps) if steps else ())
    click.echo(report_text(report, verbose=verbose), nl=False)
    if report.failures or _too_little(report, coverage_min):
        raise Findings


def _features(paths: Sequence[str]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        if path.is_dir():
            yield from sorted(path.rglob("*.feature"))
        elif path.is_file():
            yield path
        else:
            raise Failure(f"{name}: no such file or folder.")


def _too_little(report: Report, least: float | None) -> bool:
    if least is None or report.coverage.percent() >= least:
        return False
    click.echo(f"The coverage is below {least:g} %.", err=True)
    return True
