"""`callboard doctor`: what is wrong with an installation, or with a token."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callboard.cli.failure import Failure, Findings

if TYPE_CHECKING:
    from callboard.compose.doctor import Told

LONGEST = 65_536


@click.command(
    epilog="The settings are those of `callboard serve`: the file, the environment, the options. "
    "Exit codes: 0 all is well, 1 something is wrong, 3 the token could not be read."
)
@click.option(
    "--token",
    metavar="FILE",
    help="A file that holds a JWT or an API key, to say what is wrong with it; `-` for standard "
    "input. Tokens are never arguments: those can be seen by others.",
)
@click.option("--dev/--no-dev", default=None, help="Development mode.")
@click.option("--database", metavar="URL", help="Where everything is kept.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A TOML file with settings.",
)
def command(token: str | None, dev: bool | None, database: str | None, config: Path | None) -> None:
    """Say what is wrong with an installation, or with a token.

    Looks at the settings, the database, the keys (and fetches those of the identity provider), the
    clock, the folders, and how services are to be told (and tells them nothing). With --token it
    says what the server would take the token for, or why not. Nothing is changed and no secret is
    printed; it may run beside the server.
    """
    import asyncio
    import logging

    from callboard.compose.doctor import examine
    from callboard.settings import SettingsError, load_settings

    # What is logged on the way is among what is printed; without this Python would print it, too.
    logging.getLogger("callboard").addHandler(logging.NullHandler())
    given = {"dev": dev, "database": database}
    overrides = {name: value for name, value in given.items() if value is not None}
    credential = None if token is None else _read(token)
    try:
        settings = load_settings(config=config, environ=os.environ, overrides=overrides)
    except SettingsError as error:
        for problem in error.problems:
            _line("settings", False, problem)
        raise Findings from error
    _line("settings", True, "can be used.")
    told = asyncio.run(examine(settings, credential))
    _print(told)


def _print(told: list[Told]) -> None:
    for item in told:
        _line(item.what, item.good, item.text)
    if not all(item.good for item in told):
        raise Findings


def _line(what: str, good: bool, text: str) -> None:
    from callboard.telemetry import printable

    mark = click.style("ok   ", fg="green") if good else click.style("wrong", fg="red", bold=True)
    click.echo(f"{mark}  {what:<10}  {printable(text)}")


def _read(name: str) -> str:
    """The token in a file. Raises `Failure`."""
    try:
        data = sys.stdin.buffer.read(LONGEST) if name == "-" else Path(name).read_bytes()[:LONGEST]
    except OSError as error:
        raise Failure(f"{name}: {error.strerror or error}") from error
    token = data.decode("utf-8", "replace").strip()
    if not token:
        raise Failure(f"{name}: there is no token in it.")
    return token
