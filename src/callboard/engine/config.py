"""How the engine behaves: its frozen settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Settings of the engine."""

    read_only: bool = False
    """Scenarios can be neither stored nor disabled."""
    scenario_fields: tuple[str, ...] = ()
    """Further fields of a scenario that lists show."""
    process_fields: tuple[str, ...] = ()
    """Further fields of a process that lists show."""
    compiled_scenarios: int = 256
    """Compiled scenarios that are kept in memory, those used last."""
    attempts: int = 20
    """How often a step is tried when others change the process meanwhile."""
    inline_bytes: int = 16_384
    """A scenario's text larger than this is worked on in a thread of its own."""
    delivery_tries: int = 8
    """How often a notification is tried before it is given up."""
    delivery_seconds: float = 2.0
    """How long to wait before the second try; each further wait is three times as long."""
    delivery_longest: float = 3_600.0
    """The longest wait between two tries, in seconds."""
    shutdown_seconds: float = 10.0
    """How long notifications under way may take to end after the server was told to stop; those
    that take longer are handed back, and sent again by whoever works next."""
    lease_seconds: float = 60.0
    """How long an engine holds a timer that it works on, at least 1 second; if it died, another one
    takes it then. A notification is held for half of it, and twice what its service may take."""
    checkpoint_seconds: float = 60.0
    """How often processes that have ended are looked for, to sign where their chains end, in
    seconds; 0: a chain is signed only when somebody asks for proof."""
    messages_per_minute: int = 600
    """How many messages a process may send to services in a minute; further ones wait, so that one
    which goes in circles hurts no other. 0: as many as it likes."""
    key_days: int = 30
    """How long an API key is valid when nothing is said, in days."""
    looked_at: int = 1_000
    """The most processes that a page of a filtered list looks at; it may be short, and go on."""
    sorted_processes: int = 5_000
    """The longest list that is sorted by title, or by several fields."""
    counted_tasks: int = 1_000
    """So many tasks are counted, and no more."""
