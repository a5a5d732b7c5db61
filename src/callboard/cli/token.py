"""`callboard token`: a token to try the development mode with."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from callboard.auth import AuthConfig
from callboard.auth.demo import DEMO_ACCOUNTS, DEMO_SECRET, DemoAccount, demo_token
from callboard.cli.failure import Failure

ACCOUNTS = {account.id: account for account in DEMO_ACCOUNTS}


def _listed(account: DemoAccount) -> str:
    return f"{account.id} ({', '.join(account.roles) or 'no roles'})"


@click.command(epilog="Accounts: " + ", ".join(map(_listed, DEMO_ACCOUNTS)) + ".")
@click.argument("account", type=click.Choice(list(ACCOUNTS)))
@click.option("--header", is_flag=True, help="Print the whole header, for `curl -H`.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The settings of the server, where it has a secret of its own.",
)
def command(account: str, header: bool, config: Path | None) -> None:
    """Print a token for a demo account of the development mode.

    It is valid for 30 days at every server that runs with --dev and the same settings.
    """
    from callboard.settings import load_settings

    secret = _secret(load_settings(config=config, environ=os.environ).auth)
    token = demo_token(ACCOUNTS[account], time.time(), secret)
    click.echo(f"Authorization: Bearer {token}" if header else token)


def _secret(auth: AuthConfig) -> str:
    if auth.jwt_public_key and not auth.jwt_secret:
        raise Failure("These settings check tokens by a public key: only its owner can sign one.")
    return auth.jwt_secret or DEMO_SECRET
