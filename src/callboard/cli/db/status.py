"""`callboard db status`: how the database is."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from callboard.cli.db.options import database_options, output_option, settings_of
from callboard.cli.failure import Findings

if TYPE_CHECKING:
    from callboard.store.state import DatabaseState


@click.command(
    epilog="Exit codes: 0 the schema is the newest, 1 migrations are pending or there is no "
    "database yet, 3 it cannot be used, or is newer than this program."
)
@database_options
@output_option
def command(database: str | None, config: Path | None, output: Literal["text", "json"]) -> None:
    """Say how the database is: schema, size, what it holds.

    Nothing is changed, and a server that runs is not disturbed. What it holds is counted when the
    schema is the newest.
    """
    import asyncio

    from callboard.compose.database import database_state

    state = asyncio.run(database_state(settings_of(database, config)))
    if output == "json":
        click.echo(json.dumps(asdict(state), indent=2))
    else:
        for what, text in _lines(state).items():
            click.echo(f"{what:<10}  {text}")
    if state.pending:
        raise Findings


def _lines(state: DatabaseState) -> dict[str, str]:
    use = ", and an engine has it now" if state.in_use else ""
    lines = {"database": f"{state.place} ({state.version}){use}"}
    if not state.exists:
        return {**lines, "schema": "none: it will be made at the first start"}
    lines["schema"] = f"{state.schema} of {state.newest}"
    if state.pending:
        lines["pending"] = f"{', '.join(state.pending)}: see `callboard db upgrade`"
    log = f", its log {_size(state.log_bytes)}" if state.log_bytes else ""
    lines["size"] = f"{_size(state.file_bytes)}{log}"
    if state.counts is not None:
        count = state.counts
        lines["processes"] = (
            f"{count['running']} running, {count['ended']} ended, {count['erased']} erased"
        )
        lines["scenarios"] = str(count["scenarios"])
        lines["API keys"] = str(count["api_keys"])
        lines["to do"] = (
            f"{count['timers']} timers, {count['notifications']} notifications, "
            f"{count['given_up']} given up"
        )
    return lines


def _size(size: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 10_000:
            return f"{size} {unit}"
        size //= 1_000
    return f"{size} GB"
