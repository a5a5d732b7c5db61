"""The command `callboard`: one command a file, imported when it is run and not before.

`COMMANDS` is the list: name and summary, so that `callboard --help` needs none of the modules. Each
module `callboard.cli.NAME` holds the click command as `command`; a test compares the summaries.

Exit codes are the same everywhere: 0 all is well, 1 something is wrong with what was looked at,
2 the command line is wrong, 3 it could not be done (see `failure`).
"""

from __future__ import annotations

import os
from errno import EPIPE
from typing import Final

import click

from callboard.cli.listed import Listed

__all__ = ["COMMANDS", "main"]

COMMANDS: Final[tuple[tuple[str, str], ...]] = (
    ("db", "Look after the database: upgrade, check, copy and move it."),
    ("diagram", "Draw a scenario: states, ends, actions with their actors, time-outs."),
    ("diff", "Say what differs between two scenarios, and whether running processes would fit."),
    ("doctor", "Say what is wrong with an installation, or with a token."),
    ("explore", "Walk a scenario with responses made from its schemas."),
    ("format", "Print a scenario in our layout: that of the examples."),
    ("info", "Show versions, examples, what expressions may call, and the providers of services."),
    ("lint", "Find what a valid scenario gets wrong: dead ends, names that nobody has, and more."),
    ("lsp", "Speak the Language Server Protocol on standard input and output."),
    ("normalize", "Print a scenario with every default filled in, as the engine stores it."),
    ("record", "Print a feature that takes the same steps as an exported process."),
    ("run", "Act out a scenario in the terminal."),
    ("serve", "Start the server."),
    ("test", "Play Gherkin features against scenarios, with a clock that moves only when told."),
    ("token", "Print a token for a demo account of the development mode."),
    ("validate", "Say everything that is wrong with scenarios."),
    ("verify", "Check hashes and links of an exported process, offline."),
)


class Commands(Listed):
    """The group of all commands, and what their errors become."""

    package = "callboard.cli"
    listed = COMMANDS

    def invoke(self, ctx: click.Context) -> object:
        from callboard.cli.failure import Failure
        from callboard.errors import CallboardError

        try:
            return super().invoke(ctx)
        except CallboardError as error:
            raise Failure(error.message) from error
        except OSError as error:
            if error.errno == EPIPE:  # who reads our output has enough; click ends quietly
                raise
            what = f"{error.filename}: " if error.filename else ""
            raise Failure(f"{what}{error.strerror or error}") from error


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 all is well, 1 something was found, 2 wrong usage, 3 it did not work.",
)
@click.version_option(None, "-V", "--version", prog_name="callboard", package_name="callboard")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Callboard runs processes that people, teams and services act out together."""
    if os.environ.get("NO_COLOR"):
        ctx.color = False
