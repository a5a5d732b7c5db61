"""Which processes have led to one another, and how far that may go (specification: services,
`engine`: "bounded depth").

Theory: processes that one started, and those that these started, are a family; the first of them is
its root. How many led to a process is kept where only the engine writes (`ports.links`). What comes
of a step that another process had done is as deep as if it had started there: so two that step each
other come to an end, and one that steps another each day does not.

Invariant: no process and no message says anything of it. Whatever a family does in an hour is
bounded, too, so that many which start many do not go on for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from callboard.engine.times import later
from callboard.ports.links import LinkRecord, LinkStore
from callboard.ports.orchestration import OrchestrationConfig
from callboard.ports.records import ProcessWrite
from callboard.ports.transport import DeliveryError

__all__ = ["Place", "check", "place_of", "root_of", "with_link"]

HOUR: Final = 3_600.0
PAUSE: Final = 600.0
"""Seconds until somebody looks again whether a family may go on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its family a process is that asks for something."""

    root: str
    depth: int
    """How many processes led to what it asks for."""


async def place_of(links: LinkStore, process_id: str, event: str) -> Place:
    """The place of a process that asks for something because of an event."""
    started, came = await links.started(process_id), await links.of_event(event)
    depth = max(link.depth if link is not None else 0 for link in (started, came))
    return Place(process_id if started is None else started.root, depth)


async def root_of(links: LinkStore, process_id: str) -> str:
    """The root of the family of a process."""
    started = await links.started(process_id)
    return process_id if started is None else started.root


async def check(links: LinkStore, place: Place, config: OrchestrationConfig, now: str) -> None:
    """Raise `DeliveryError` where a family has gone far enough, for ever or for now."""
    if place.depth >= config.depth:
        text = f"Nothing was done: {place.depth} processes have led to this one already."
        raise DeliveryError(text, final=True)
    count = await links.count(place.root, later(now, -HOUR), config.hourly)
    if count >= config.hourly:
        text = f"Its family has started and stepped processes {count} times within an hour."
        raise DeliveryError(text, wait=PAUSE)


def with_link(write: ProcessWrite, link: LinkRecord | None) -> ProcessWrite:
    """The write with the link to whoever asked for it."""
    if link is None:
        return write
    new = write.record
    return replace(write, link=replace(link, event=new.head, at=new.updated))
