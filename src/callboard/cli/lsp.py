"""`callboard lsp`: the language server, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from callboard.cli.failure import Failure
from callboard.cli.folders import schemas_option


@click.command()
@schemas_option
def command(schemas: Path) -> None:
    """Speak the Language Server Protocol on standard input and output.

    Editors start it for scenario files: diagnostics, completion, hover, go to definition, outline.
    """
    from callboard.schemas import load_schemas

    try:
        from callboard.lsp.server import make_server
    except ImportError as error:
        message = "The language server is an extra: pip install 'callboard[lsp]'"
        raise Failure(message) from error
    make_server(lambda: load_schemas(schemas)).start_io()
