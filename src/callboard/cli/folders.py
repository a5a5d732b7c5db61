"""Folders that commands read: sub-schemas that scenarios name, and scenarios that features name.

A folder that is named must exist; the one that is taken when none is named need not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

SCHEMAS: Final = Path("schemas")


def existing(ctx: click.Context, param: click.Parameter, value: Path) -> Path:
    """Refuse a folder that was named and is not there."""
    is_named = ctx.get_parameter_source(param.name or "") is not ParameterSource.DEFAULT
    if is_named and not value.is_dir():
        raise click.BadParameter(f"there is no folder {str(value)!r}.")
    return value


schemas_option = click.option(
    "--schemas",
    type=click.Path(path_type=Path, file_okay=False),
    default=SCHEMAS,
    show_default=True,
    callback=existing,
    help="Folder of sub-schemas.",
)
