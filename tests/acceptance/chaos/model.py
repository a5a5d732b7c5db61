"""A process as its clients see it, used one request after another.

Theory: what a process is after some events is how many there were, the hash of the last one (which
is the ETag), its state, and the notes that were left in it, each of which is used once in all. An
answer shows all of that, or the ETag alone. A refused step is an event too, that changes nothing
else.

Invariant: where the whole chain is known in the end (`chain`), an order that does not lead there is
given up as soon as it goes another way. No order that could be right is lost by that, because the
last thing that anybody saw of the process was this chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tests.acceptance.chaos.linear import Operation

Kind = Literal["read", "same", "done", "refused", "stale", "unknown"]
"""What was answered: a process; that it has not changed (304); a step that was done; one that the
process did not admit (400) or that its If-Match forbade (412); nothing, or nothing that says.
"""


class Shown(NamedTuple):
    """A process at one instant."""

    version: int
    head: str | None
    """None: the ETag that nobody has seen."""
    key: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """What was asked of a process, and answered."""

    kind: Kind
    action: str = ""
    note: str | None = None
    if_match: str | None = None
    head: str | None = None
    """The ETag of the answer."""
    shown: Shown | None = None
    """The process, where the answer has it."""


History = list[Operation[Act]]


class Written(NamedTuple):
    """An event of the chain that there is in the end."""

    head: str
    action: str = ""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A process of one scenario."""

    start: Shown
    rules: Mapping[tuple[str, str], str]
    """Where an action leads from a state; it is refused where nothing is said."""
    chain: tuple[Written, ...] | None = None
    own: frozenset[str] = frozenset()
    """Actions that nobody asks for: where they are not admitted, nothing happens."""

    def after(self, state: Shown, act: Act) -> Shown | None:
        """The process after it; None where it cannot have been answered so."""
        if act.kind == "stale":
            return None if act.if_match == state.head else state
        if act.kind == "read":
            return act.shown if _equal(state, act.shown) else None
        if act.kind == "same":
            return state._replace(head=act.head) if state.head in (None, act.head) else None
        if act.if_match is not None and state.head not in (None, act.if_match):
            return None
        return self._stepped(state, act)

    def _stepped(self, state: Shown, act: Act) -> Shown | None:
        key = self.rules.get((state.key, act.action))
        if key is None and (act.kind == "done" or act.action in self.own):
            return None
        if key is not None and act.kind == "refused":
            return None
        notes = state.notes
        if key is not None and act.note is not None:
            notes = (*notes, act.note)
        moved = Shown(state.version + 1, act.head, key or state.key, notes)
        if act.shown is not None and not _equal(moved, act.shown):
            return None
        return moved if self.chain is None else self._as_written(moved, act)

    def _as_written(self, moved: Shown, act: Act) -> Shown | None:
        assert self.chain is not None
        if moved.version > len(self.chain):
            return None
        written = self.chain[moved.version - 1]
        if moved.head not in (None, written.head) or written[1:] != (act.action, act.note):
            return None
        return moved._replace(head=written.head)


def _equal(state: Shown, shown: Shown | None) -> bool:
    """Whether this is shown of a process in this state."""
    return shown is not None and (
        state.head in (None, shown.head) and state._replace(head=shown.head) == shown
    )
