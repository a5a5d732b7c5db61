"""The option `--schemas`: where commands find the sub-schemas that scenarios name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

SCHEMAS: Final = Path("schemas")

schemas_option = click.option(
    "--schemas",
    type=click.Path(path_type=Path, file_okay=False),
    default=SCHEMAS,
    show_default=True,
    help="Folder of sub-schemas.",
)
