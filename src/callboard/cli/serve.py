"""`callboard serve`: start the server."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command(
    epilog="Every option is an environment variable too: CALLBOARD_DEV, CALLBOARD_HOST, "
    "CALLBOARD_PORT, CALLBOARD_DATABASE, CALLBOARD_CONFIG; and so is every other setting. The "
    "command line wins over the environment, the environment over the file."
)
@click.option(
    "--dev/--no-dev",
    default=None,
    help="Development mode: demo accounts, example scenarios, and admin without a token.",
)
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8080]")
@click.option(
    "--database",
    metavar="URL",
    help="Where everything is kept.  [default: sqlite:///callboard.db]",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A TOML file with settings.",
)
def command(
    dev: bool | None, host: str | None, port: int | None, database: str | None, config: Path | None
) -> None:
    """Start the server.

    Without --dev it refuses to start until it has been told how to check tokens. It ends quietly on
    SIGTERM and SIGINT: no new connections, requests under way get their time.
    """
    from callboard.compose import serve
    from callboard.settings import load_settings

    given = {"dev": dev, "host": host, "port": port, "database": database}
    overrides = {name: value for name, value in given.items() if value is not None}
    serve(load_settings(config=config, environ=os.environ, overrides=overrides))
