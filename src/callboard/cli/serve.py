"""`callboard serve`: start the server."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from callboard.settings import Settings


@click.command(
    epilog="Every option is an environment variable too: CALLBOARD_DEV, CALLBOARD_HOST, "
    "CALLBOARD_PORT, CALLBOARD_WORKERS, CALLBOARD_DATABASE, CALLBOARD_CONFIG; and so is every "
    "other setting. The command line wins over the environment, the environment over the file."
)
@click.option(
    "--dev/--no-dev",
    default=None,
    help="Development mode: demo accounts, example scenarios, and admin without a token.",
)
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8080]")
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes that serve, with PostgreSQL; each is an engine of its own.  [default: 1]",
)
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
    dev: bool | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    database: str | None,
    config: Path | None,
) -> None:
    """Start the server.

    Without --dev it refuses to start until it has been told how to check tokens. It ends quietly on
    SIGTERM and SIGINT: no new connections, requests under way get their time. On SIGTERM it goes on
    for server.drain_seconds before that, while /readyz says that it ends; not with --dev.
    """
    from callboard.compose import serve
    from callboard.settings import load_settings

    given = {"dev": dev, "host": host, "port": port, "workers": workers, "database": database}
    overrides = {name: value for name, value in given.items() if value is not None}
    settings = load_settings(config=config, environ=os.environ, overrides=overrides)
    serve(settings, lambda url: banner(settings, url))


def banner(settings: Settings, url: str) -> None:
    """Say where the server is, and in development mode who can come in."""
    from callboard.store import without_password

    mode = " · development mode" if settings.dev else ""
    click.echo(click.style(f"Callboard {version('callboard')}{mode}", bold=True))
    click.echo(f"  {url}/           open this in a browser")
    click.echo(f"  {url}/api-docs   the API, to read and to try")
    if settings.dev:
        _introduce(settings)
    click.echo(f"  Data: {without_password(settings.database)} · stop with Ctrl-C\n")
    sys.stdout.flush()


def _introduce(settings: Settings) -> None:
    """The demo accounts and how to be one of them."""
    from callboard.auth import DEMO_ACCOUNTS

    accounts = [f"{a.id} ({', '.join(a.roles) or 'no roles'})" for a in DEMO_ACCOUNTS]
    click.echo(f"\n  Demo accounts: {', '.join(accounts)}")
    click.echo("  Their tokens: callboard token alice, or GET /demo-accounts")
    if settings.auth.default_account:
        click.echo(f"  Without a token you are {settings.auth.default_account}.")
    click.echo()
