"""`callboard diagram`: a scenario as a picture, or as text that others draw."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from callboard.cli.exports import read_whole_process
from callboard.cli.scenarios import read_normalized
from callboard.core.process.path import path_of
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.diagram import Graph, dot, graph, mermaid


@click.command()
@click.argument("file")
@click.option(
    "--format",
    "output",
    type=click.Choice(["mermaid", "svg", "dot"]),
    default="mermaid",
    show_default=True,
)
@click.option("--process", metavar="PROCESS.json", help="Mark the state and path of a process.")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="File to write.")
def command(
    file: str, output: Literal["mermaid", "svg", "dot"], process: str | None, target: Path | None
) -> None:
    """Draw a scenario: states, ends, actions with their actors, time-outs.

    FILE is a YAML or JSON file, `-` for standard input, or the name of an example.
    """
    text = _draw(_graph(file, process), output)
    if target is None:
        click.echo(text, nl=False)
    else:
        target.write_text(text, encoding="utf-8")


def _graph(file: str, process: str | None) -> Graph:
    scenario = read_normalized(file)
    if process is None:
        return graph(scenario)
    path = path_of(compile_scenario(scenario), read_whole_process(process))
    return graph(scenario, current=path[-1], path=path)


def _draw(drawing: Graph, output: Literal["mermaid", "svg", "dot"]) -> str:
    if output == "mermaid":
        return mermaid(drawing)
    if output == "dot":
        return dot(drawing)
    from callboard.drawing import svg

    return svg(drawing)
