"""`callboard token`: a token to try the development mode with."""

from __future__ import annotations

import time

import click

from callboard.auth.demo import DEMO_ACCOUNTS, demo_token, find_account


@click.command(
    epilog="Accounts: "
    + ", ".join(f"{a.id} ({', '.join(a.roles) or 'no roles'})" for a in DEMO_ACCOUNTS)
)
@click.argument("account", type=click.Choice([account.id for account in DEMO_ACCOUNTS]))
@click.option("--header", is_flag=True, help="Print the whole header, for `curl -H`.")
def command(account: str, header: bool) -> None:
    """Print a token for a demo account of the development mode.

    It is valid for 30 days at every server that runs with --dev, and nowhere else.
    """
    found = find_account(account)
    if found is None:
        raise click.UsageError(f"There is no account {account!r}.")
    token = demo_token(found, time.time())
    click.echo(f"Authorization: Bearer {token}" if header else token)
