"""Writes the generated pages of `docs/reference`. A test compares them with what this gives.

The command's page is its own help, the settings' page the docstrings of the records that hold them,
so that neither can differ from what runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from callboard.cli import COMMANDS, main
from callboard.cli.listed import Listed
from callboard.settings import DROP_IN, Settings, settings_list
from scripts.reference_api import api_page
from scripts.reference_client import client_page
from scripts.reference_providers import providers_page
from scripts.reference_records import default_of, docstrings
from scripts.reference_worker import worker_page

ROOT: Final = Path(__file__).parents[1]
WIDTH: Final = 90
WRITTEN: Final = "<!-- Written by `make reference`. Do not edit. -->"

CLI_HEAD: Final = f"""\
# The command

{WRITTEN}

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

SETTINGS_HEAD: Final = f"""\
# Settings

{WRITTEN}

A setting can be given in a TOML file (`callboard serve --config FILE`, or `CALLBOARD_CONFIG`), in
the environment, or, for a few, on the command line. The command line wins over the environment,
the environment over the file. A name that nobody knows is an error.

In the file `server.body_bytes` is the key `body_bytes` of the table `server`; in the environment it
is `CALLBOARD_SERVER_BODY_BYTES`. Lists in the environment are separated by commas, tables are JSON.

```toml
port = 8000
database = "sqlite:////var/lib/callboard/callboard.db"

[auth]
jwt_issuer = "https://login.example.com"

[server]
body_bytes = 262144
```
"""


def cli_page() -> str:
    """`docs/reference/cli.md`."""
    sections = [CLI_HEAD, _command("callboard", main)]
    for name, _ in COMMANDS:
        command = import_module(f"callboard.cli.{name}").command
        sections.append(_command(f"callboard {name}", command))
        if isinstance(command, Listed):
            for part in command.list_commands(click.Context(command)):
                inner = command.get_command(click.Context(command), part)
                assert inner is not None
                sections.append(_command(f"callboard {name} {part}", inner))
    return "\n".join(sections)


def _command(path: str, command: click.Command) -> str:
    context = click.Context(
        command,
        info_name=path,
        max_content_width=WIDTH,
        terminal_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    return f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


def settings_page() -> str:
    """`docs/reference/settings.md`."""
    texts = dict(_descriptions(Settings(), ""))
    sections: dict[str, list[str]] = {}
    for setting in settings_list():
        table = setting.name.rpartition(".")[0]
        row = f"| `{setting.name}` | {default_of(setting.default)} | {texts[setting.name]} |"
        sections.setdefault(table, ["| setting | default | |", "|---|---|---|"]).append(row)
    parts = [SETTINGS_HEAD]
    for table, rows in sections.items():
        parts.append(f"## {table or 'General'}\n\n" + "\n".join(rows) + "\n")
    other = "\n".join(f"| `{name}` | `{setting}` |" for name, setting in DROP_IN.items())
    parts.append(
        "## Other names\n\nThese are read from the environment too, so that a deployment of another"
        f" engine of the format can be moved.\n\n| variable | setting |\n|---|---|\n{other}\n"
    )
    return "\n".join(parts)


def _descriptions(record: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """What the docstrings below the fields of a record say, by the name of the setting."""
    texts = docstrings(type(record))
    for item in fields(record):
        value = getattr(record, item.name)
        if is_dataclass(value):
            yield from _descriptions(value, f"{prefix}{item.name}.")
        else:
            yield prefix + item.name, texts.get(item.name, "")


PAGES: Final = {
    "docs/reference/cli.md": cli_page,
    "docs/reference/settings.md": settings_page,
    "docs/reference/providers.md": providers_page,
    "docs/reference/api.md": api_page,
    "docs/reference/client.md": client_page,
    "docs/reference/worker.md": worker_page,
}


def write() -> None:
    """Write all pages."""
    for path, page in PAGES.items():
        (ROOT / path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
