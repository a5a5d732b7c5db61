"""`callboard diff`: what differs between two scenarios, by meaning."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Literal

import click

from callboard.cli.failure import Findings
from callboard.cli.scenarios import read_normalized
from callboard.core.scenario.diff import Change, Difference, diff
from callboard.core.values import Json

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command()
@click.argument("before")
@click.argument("after")
@click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(before: str, after: str, output: Literal["text", "json"]) -> None:
    """Say what differs between two scenarios, and whether running processes would fit.

    Compares states, transitions, actions, actors and schemas, not the way they are written. Exit
    code 1 when anything differs.
    """
    found = diff(read_normalized(before), read_normalized(after))
    if output == "json":
        report = {
            "changes": [asdict(change) for change in found.changes],
            "fits": found.fits,
            "obstacles": list(found.obstacles),
        }
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _print(found)
    if found.changes:
        raise Findings


def _print(found: Difference) -> None:
    for change in found.changes:
        click.echo(f"{_MARKS[change.kind]} {change.what} {change.name}{_values(change)}")
    if not found.changes:
        click.echo("no difference")
    elif found.fits:
        click.echo(
            "running processes should fit; the server proves it without changing any:"
            " POST /admin/scenarios/{id}/migrate with `dryRun`"
        )
    for obstacle in found.obstacles:
        click.echo(f"! {obstacle}")


def _values(change: Change) -> str:
    """Short values beside the name; long ones are left to the files."""
    old, new = _short(change.before), _short(change.after)
    match change.kind:
        case "added":
            return f": {new}" if new else ""
        case "removed":
            return f": {old}" if old else ""
    return f": {old or '…'} -> {new or '…'}"


def _short(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else ""
