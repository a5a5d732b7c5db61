"""What all commands of `callboard db` take: which database, and where the settings are."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from callboard.settings import Settings

__all__ = ["database_options", "output_option", "settings_of"]

F = TypeVar("F", bound=Callable[..., Any])


def database_options(command: F) -> F:
    """Adds `--database` and `--config`."""
    database = click.option(
        "--database",
        metavar="URL",
        help="Where everything is kept.  [default: sqlite:///callboard.db]",
    )
    config = click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        help="A TOML file with settings.",
    )
    return database(config(command))


def output_option(command: F) -> F:
    """Adds `--format`."""
    choice = click.Choice(["text", "json"])
    return click.option("--format", "output", type=choice, default="text", show_default=True)(
        command
    )


def settings_of(database: str | None, config: Path | None) -> Settings:
    """The settings, from the file, the environment and the options."""
    from callboard.settings import load_settings

    overrides = {} if database is None else {"database": database}
    return load_settings(config=config, environ=os.environ, overrides=overrides)
