"""A group of commands that are listed by hand; a module is imported when its command is run."""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword
from typing import ClassVar

import click

__all__ = ["Listed"]


class Listed(click.Group):
    """Commands of a package: module `NAME` of it holds the click command as `command`."""

    package: ClassVar[str]
    listed: ClassVar[tuple[tuple[str, str], ...]]
    """Name and summary of each."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click calls so)
        return [name for name, _ in self.listed]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command = import_module(f"{self.package}.{module}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (the same)
        with formatter.section("Commands"):
            formatter.write_dl(self.listed)
