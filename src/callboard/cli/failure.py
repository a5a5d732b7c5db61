"""How a command ends when not all is well.

    0   all is well
    1   findings: it was done, and something is wrong with what was looked at
    2   usage: the command line is wrong (click's own code)
    3   failure: it could not be done

Messages go to stderr, what was asked for goes to stdout.
"""

from __future__ import annotations

from typing import Final

import click

FINDINGS: Final = 1
FAILED: Final = 3


class Failure(click.ClickException):
    """The command could not do what it was asked to. Exit code 3."""

    exit_code = FAILED


class Findings(click.exceptions.Exit):
    """The command did its work and found something. Exit code 1."""

    def __init__(self) -> None:
        super().__init__(FINDINGS)
