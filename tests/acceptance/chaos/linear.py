"""Whether what clients saw of one object could have come from a single one, used one after another.

Theory (Wing and Gong; Lowe): a history is linearizable when each operation can be given an instant
between its beginning and its end, so that the object, used in that order, gives what was seen. The
search goes forward: the next operation is one that begins before any other that is left ends. What
has been tried once, the same operations done and the object in the same state, is not tried again.
One whose end nobody saw may happen at any time after it began, or never.

Invariant: an operation that fits now, and leaves the state as it is, is taken at once: whatever
order has it later is as good with it now.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, Protocol, TypeVar

S = TypeVar("S", bound=Hashable)
A = TypeVar("A")
A_contra = TypeVar("A_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Operation(Generic[A]):
    """What was asked and answered, between two instants of one clock."""

    begun: float
    ended: float
    """`inf` where nobody knows how it ended: it has no answer that could contradict anything."""
    act: A


class Model(Protocol[S, A_contra]):
    """The object, used one operation after another."""

    @property
    def start(self) -> S:
        """The state that it begins in."""

    def after(self, state: S, act: A_contra) -> S | None:
        """The state that the operation leads to; None where it cannot have been answered so."""


@dataclass(frozen=True, slots=True)
class Verdict(Generic[A]):
    """Whether a history is linearizable; of one that is not, how far the longest order came."""

    ok: bool
    order: tuple[Operation[A], ...]
    stuck: tuple[Operation[A], ...] = ()
    """What would have had to follow, of which nothing fits."""

    def __str__(self) -> str:
        if self.ok:
            return f"linearizable: {len(self.order)} operations"
        told = [f"no order fits: after {len(self.order)} operations nothing can follow; last were"]
        told += [f"  {one}" for one in self.order[-5:]]
        told += ["and then one of", *(f"  {one}" for one in self.stuck)]
        return "\n".join(told)


def linearize(history: Sequence[Operation[A]], model: Model[S, A]) -> Verdict[A]:
    """An order of the operations that explains them all; those without an end may be left out."""
    operations = sorted(history, key=lambda one: one.begun)
    ends = sum(1 << at for at, one in enumerate(operations) if one.ended < inf)
    path: list[tuple[int, S, Iterator[tuple[int, S]]]] = []
    tried: set[tuple[int, S]] = set()
    taken: list[int] = []
    longest: list[int] = []
    done, state = 0, model.start
    while True:
        if done & ends == ends:
            return Verdict(True, tuple(operations[at] for at in taken))
        path.append((done, state, _following(operations, model, done, state)))
        while path:
            done, state, following = path[-1]
            step = next(following, None)
            if step is not None and (done | 1 << step[0], step[1]) not in tried:
                break
            if step is None:
                path.pop()
                if taken:
                    taken.pop()
        else:
            stuck = _left(operations, sum(1 << at for at in longest))
            last = tuple(operations[at] for at in longest)
            return Verdict(False, last, tuple(operations[at] for at in stuck))
        done, state = done | 1 << step[0], step[1]
        tried.add((done, state))
        taken.append(step[0])
        if len(taken) > len(longest):
            longest = list(taken)


def _following(
    operations: Sequence[Operation[A]], model: Model[S, A], done: int, state: S
) -> Iterator[tuple[int, S]]:
    """Which operations can be next, and what each leads to."""
    found: list[tuple[int, S]] = []
    for at in _left(operations, done):
        following = model.after(state, operations[at].act)
        if following == state:
            return iter(((at, following),))
        if following is not None:
            found.append((at, following))
    return iter(found)


def _left(operations: Sequence[Operation[A]], done: int) -> Iterator[int]:
    """Those that begin before any other that is left has ended."""
    soonest = inf
    at = (~done & (done + 1)).bit_length() - 1
    while at < len(operations) and operations[at].begun <= soonest:
        if not done >> at & 1:
            soonest = min(soonest, operations[at].ended)
            yield at
        at += 1
