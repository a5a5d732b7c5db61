"""What operators did to the chain in a bundle, checked offline: migrated, erased.

Theory: a chain that replaced another names its head, so the chains before it are fixed by the
present one. Of an erased event the link alone is left; that it is no more than that is said.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NoReturn

import click

from callboard.cli.failure import Failure, Findings
from callboard.core.process import verify
from callboard.core.process.lineage import came_from, verify_lineage
from callboard.core.values import Json, JsonObject

_LONGEST: Final = 200


def check_lineage(bundle: JsonObject, chain: list[JsonObject]) -> None:
    """Check the chains that the process had before, and say how it came from one to the next.
    Raises `Findings` for what does not hold.
    """
    earlier = _earlier(bundle.get("earlier", []))
    came = came_from(chain[0])
    if not earlier:
        if came is not None:
            click.echo(f"not checked: the chain that it had before, up to {came}; it is not here")
        return
    chains = [*earlier, chain]
    results = verify_lineage(chains)
    for number, result in enumerate(results):
        if not result.ok and number < len(earlier):
            _found(f"earlier chain {number}, event {result.event}: {result.code}")
    if not results[-1].ok:
        event = results[-1].event
        _found(f"event {event}: link-mismatch: it does not go on from the chain before")
    for before, after in pairwise(chains):
        click.echo(f"migrated{_told(after[0])}; {len(before)} events before, hashes and links hold")
    say_erased(sum(result.erased for result in results[:-1]), sum(map(len, earlier)))


def check_remains(process: JsonObject, links: list[JsonObject]) -> None:
    """Check what is left of a process that was erased. Raises `Findings`."""
    if not links:
        raise Failure("The bundle has a process without events.")
    whole = next((i for i, event in enumerate(links) if event.get("erased") is not True), None)
    if whole is not None:
        _found(f"event {whole}: not-erased: the process says that it was erased")
    result = verify(links, head=came_from(links[0]))
    if not result.ok:
        _found(f"event {result.event}: {result.code}")
    click.echo(f"{len(links)} events, links hold")
    say_erased(result.erased, len(links))
    click.echo(f"erased{_told(process)}")


def say_erased(gone: int, events: int) -> None:
    """Say how many events are known by their links only."""
    if gone:
        click.echo(f"{gone} of {events} events are erased: what they were cannot be checked")


def _told(place: JsonObject) -> str:
    """When, by whom and why, as far as an event or a process says so."""
    given = place.get("migrated", place.get("erased"))
    if not isinstance(given, dict):
        return ""
    parts = (("at", given.get("timestamp", given.get("at"))), ("by", given.get("by")))
    told = "".join(f" {word} {_text(value)}" for word, value in parts if isinstance(value, str))
    reason = given.get("reason")
    return told + (f" ({_text(reason)})" if isinstance(reason, str) else "")


def _text(value: str) -> str:
    """A text of a stranger, on one line and without anything that moves a terminal."""
    return "".join(char if char.isprintable() else "?" for char in value[:_LONGEST])


def _earlier(given: Json) -> list[list[JsonObject]]:
    chains = [_chain(item) for item in given] if isinstance(given, list) else [None]
    found = [chain for chain in chains if chain]
    if len(found) != len(chains):
        raise Failure("The earlier chains of the bundle are no lists of events.")
    return found


def _chain(given: Json) -> list[JsonObject] | None:
    events = given.get("events") if isinstance(given, dict) else None
    if not isinstance(events, list):
        return None
    found = [event for event in events if isinstance(event, dict)]
    return found if len(found) == len(events) else None


def _found(text: str) -> NoReturn:
    click.echo(text)
    raise Findings
