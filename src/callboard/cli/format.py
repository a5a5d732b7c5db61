"""`callboard format`: one layout for scenarios, and YAML to JSON and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from callboard.cli.failure import Failure, Findings
from callboard.cli.sources import STDIN, Source, read_source, unreadable
from callboard.core.scenario.dump import dump
from callboard.core.scenario.text import Document, load, load_document
from callboard.core.values import Json, equal
from callboard.errors import TextError


@click.command()
@click.argument("file")
@click.option(
    "--to",
    type=click.Choice(["yaml", "json"]),
    help="The form to write; the one of FILE unless said.",
)
@click.option("--write", is_flag=True, help="Change FILE instead of printing.")
@click.option(
    "--check", is_flag=True, help="Only say whether FILE is formatted. Exit code 1 if not."
)
def command(file: str, to: Literal["yaml", "json"] | None, write: bool, check: bool) -> None:
    """Print a scenario in our layout: that of the examples.

    Comments and tags are kept when YAML stays YAML. What is printed means the same, or nothing is
    printed.
    """
    source = read_source(file)
    document = _document(source)
    form = document.format
    text = formatted(source, document, to or form)
    if check:
        if text.encode() != source.text:
            click.echo(f"{source.name} is not formatted.", err=True)
            raise Findings
    elif write and file != STDIN and (to is None or to == form):
        Path(file).write_text(text, encoding="utf-8")
    elif write:
        raise Failure("--write changes a file in its own form; print the other form to a new file.")
    else:
        click.echo(text, nl=False)


def formatted(source: Source, document: Document, to: str) -> str:
    """The text of a source in our layout."""
    if to == "json":
        return json.dumps(document.value, indent=2, ensure_ascii=False) + "\n"
    if document.format == "json":
        return dump(document.value)
    return _relaid(source.text.decode(), document.value)


def _document(source: Source) -> Document:
    try:
        document = load_document(source.text, format=source.format)
    except TextError as error:
        raise unreadable(source.name, error) from error
    if document.value is None:
        raise Failure(f"{source.name}: there is nothing in it.")
    return document


def _relaid(text: str, value: Json) -> str:
    """YAML laid out again with its comments. Where that would change the meaning, it is refused."""
    from ruamel.yaml.error import YAMLError

    from callboard.cli.layout import laid_out

    try:
        result = laid_out(text)
    except YAMLError as error:
        raise Failure(f"This YAML cannot be laid out with its comments: {error}") from error
    try:
        same = equal(load(result, format="yaml"), value)
    except TextError:
        same = False
    if not same:
        raise Failure("Laying out this YAML would change what it means; nothing was changed.")
    return result
