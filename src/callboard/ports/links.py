"""Links between processes as they cross the ports: what one process had done in another, by a
service that is the engine itself.

A link is written with what it tells of, once for each notification. So whoever is asked again finds
that it was done; and how many processes led to one another is known from what nobody but the engine
writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

LinkKind: TypeAlias = Literal["start", "step"]


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """That a process was started or stepped for a notification of another."""

    job: str
    """The notification that asked for it."""
    kind: LinkKind
    process: str
    """Where it was done."""
    asker: str
    """The process that asked."""
    service: str
    """Through which service it asked."""
    root: str
    """The process from which all of them come."""
    depth: int
    """How many led to this one, from 1."""
    event: str
    """Hash of the event that came of it; of a start the last."""
    at: str


class LinkStore(Protocol):
    """Links. They come with the writes of processes, and outlive them."""

    async def get(self, job: str) -> LinkRecord | None:
        """What was done for a notification."""
        ...

    async def started(self, process_id: str) -> LinkRecord | None:
        """How a process was started; None where people did it."""
        ...

    async def of_event(self, event: str) -> LinkRecord | None:
        """The link of an event that came of one."""
        ...

    async def count(self, root: str, since: str, most: int) -> int:
        """How many a family has got since some time; past `most` nobody counts."""
        ...
