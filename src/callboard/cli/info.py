"""`callboard info`: what is installed, and what scenarios and settings may use."""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final, Literal

import click

LIBRARIES: Final = ("google-re2", "jsonschema-rs", "orjson", "PyYAML", "uvicorn", "uvloop")

SCHEMAS: Final = ("scenario", "action", "actor", "fn", "schema", "process")
"""The formats of documents; a test compares them with those that are published."""


def collect() -> dict[str, object]:
    """Everything that the command shows."""
    from callboard.core.expression import BUILTINS
    from callboard.core.scenario.tags import TAGS
    from callboard.examples import example_names
    from callboard.transports import provider_names

    return {
        "callboard": version("callboard"),
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "examples": example_names(),
        "tags": sorted(tag.name for tag in TAGS),
        "functions": sorted(f"{name}{function.signature}" for name, function in BUILTINS.items()),
        "providers": provider_names(),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


@click.command()
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How it is printed.",
)
@click.option(
    "--schema",
    type=click.Choice(SCHEMAS),
    help="Print the JSON Schema of a format instead, as one file for editors of YAML.",
)
def command(output: Literal["text", "json"], schema: str | None) -> None:
    """Show versions, examples, what expressions may call, and the providers of services.

    Send this along when you report a problem.
    """
    if schema is not None:
        from callboard.schemas import bundled

        click.echo(json.dumps(bundled(schema, tags=True), indent=2, ensure_ascii=False))
        return
    facts = collect()
    if output == "json":
        click.echo(json.dumps(facts, indent=2))
        return
    for name, fact in facts.items():
        if isinstance(fact, str):
            click.echo(f"{name} {fact}")
        else:
            click.echo(click.style(name, bold=True))
            _print_list(fact)


def _print_list(fact: object) -> None:
    if isinstance(fact, dict):
        fact = [f"{name} {value}" for name, value in fact.items()]
    for item in fact if isinstance(fact, list) else []:
        click.echo(f"  {item}")
