"""Writes the generated pages of `docs/reference`. A test compares them with what this gives.

The command's page is its own help, so that the two cannot differ.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from callboard.cli import COMMANDS, main

ROOT: Final = Path(__file__).parents[1]
WIDTH: Final = 90

HEAD: Final = """\
# The command

<!-- Written by `make reference`. Do not edit. -->

`callboard COMMAND --help` says the same.

| exit code | means |
|---|---|
| 0 | all is well |
| 1 | it was done, and something is wrong with what was looked at |
| 2 | the command line is wrong |
| 3 | it could not be done |

What was asked for goes to standard output, everything else to standard error. Colours are left out
in a pipe, and when `NO_COLOR` is set.
"""


def cli_page() -> str:
    """`docs/reference/cli.md`."""
    sections = [HEAD, _section("callboard", main)]
    for name, _ in COMMANDS:
        command = import_module(f"callboard.cli.{name}").command
        sections.append(_section(f"callboard {name}", command))
    return "\n".join(sections)


def _section(path: str, command: click.Command) -> str:
    context = click.Context(
        command,
        info_name=path,
        max_content_width=WIDTH,
        terminal_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    return f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


PAGES: Final = {"docs/reference/cli.md": cli_page}


def write() -> None:
    """Write all pages."""
    for path, page in PAGES.items():
        (ROOT / path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
