"""Running the command in the test's own process."""

from __future__ import annotations

from click.testing import CliRunner, Result

from callboard.cli import main


def callboard(*arguments: str, stdin: str = "") -> Result:
    """The result of `callboard ARGUMENTS`, with stdout and stderr apart."""
    return CliRunner().invoke(main, list(arguments), input=stdin, prog_name="callboard")
