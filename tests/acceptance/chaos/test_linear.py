"""The checker of histories, on histories that are known to be good or bad."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.acceptance.chaos.linear import Operation, linearize
from tests.acceptance.chaos.model import Act, History, Machine, Shown, Written

RULES = {("even", "note"): "odd", ("odd", "note"): "even", ("odd", "flip"): "even"}
START = Shown(1, "e1", "even", ())
MACHINE = Machine(START, RULES)


def done(begun, ended, note, head, *, action="note", if_match=None, shown=None):
    act = Act("done", action, note, if_match, head, shown)
    return Operation(begun, ended, act)


def refused(begun, ended, action, head):
    return Operation(begun, ended, Act("refused", action, head=head))


def stale(begun, ended, note, if_match):
    return Operation(begun, ended, Act("stale", "note", note, if_match))


def unknown(begun, note, *, action="note", if_match=None):
    return Operation(begun, inf, Act("unknown", action, note, if_match))


def read(begun, ended, head, *notes, version=None, key=None):
    at = len(notes) + 1 if version is None else version
    shown = Shown(at, head, key or ("odd" if len(notes) % 2 else "even"), notes)
    return Operation(begun, ended, Act("read", shown=shown))


def same(begun, ended, head):
    return Operation(begun, ended, Act("same", head=head))


GOOD: dict[str, History] = {
    "nothing": [],
    "one after the other": [
        done(0, 1, "a", "e2"),
        read(2, 3, "e2", "a"),
        done(4, 5, "b", "e3"),
        read(6, 7, "e3", "a", "b"),
    ],
    "at once, in the other order": [
        done(0, 9, "a", "e3"),
        done(1, 8, "b", "e2"),
        read(10, 11, "e3", "b", "a"),
    ],
    "a read at once with a step sees it": [done(0, 9, "a", "e2"), read(1, 2, "e2", "a")],
    "a read at once with a step does not see it": [done(0, 9, "a", "e2"), read(1, 2, "e1")],
    "the answer shows the process": [
        done(0, 1, "a", "e2", shown=Shown(2, "e2", "odd", ("a",))),
        same(2, 3, "e2"),
    ],
    "unknown, and it happened": [unknown(0, "a"), read(1, 2, "e2", "a"), same(3, 4, "e2")],
    "unknown, and it did not": [unknown(0, "a"), done(1, 2, "b", "e2"), read(3, 4, "e2", "b")],
    "unknown, and it happened late": [
        unknown(0, "a"),
        read(1, 2, "e1"),
        done(3, 4, "b", "e2"),
        read(5, 6, "e2", "b"),
        read(7, 8, "e3", "b", "a"),
    ],
    "of two unknown ones the later happened": [
        unknown(0, "a"),
        unknown(1, "b"),
        done(3, 4, "c", "e3"),
        read(5, 6, "e3", "b", "c"),
    ],
    "refused where it is not admitted": [
        refused(0, 1, "flip", "e2"),
        done(2, 3, "a", "e3"),
        done(4, 5, None, "e4", action="flip"),
        read(6, 7, "e4", "a", version=4, key="even"),
    ],
    "If-Match holds and does not": [
        done(0, 1, "a", "e2", if_match="e1"),
        stale(2, 3, "b", "e1"),
        read(4, 5, "e2", "a"),
    ],
    "If-Match of what was unknown": [
        unknown(0, "a"),
        same(1, 2, "e2"),
        done(3, 4, "b", "e3", if_match="e2"),
        read(5, 6, "e3", "a", "b"),
    ],
    "an ETag of what was unknown, and shown later": [
        unknown(0, "a"),
        unknown(1, "b"),
        same(2, 3, "e3"),
        same(4, 5, "e3"),
        read(6, 7, "e3", "b", "a"),
    ],
}

BAD: dict[str, History] = {
    "an acknowledged step is lost": [done(0, 1, "a", "e2"), read(2, 3, "e1")],
    "an acknowledged step is lost, and others go on": [
        done(0, 1, "a", "e2"),
        done(2, 3, "b", "e3"),
        read(4, 5, "e3", "b", version=3, key="even"),
    ],
    "a step is done twice": [
        done(0, 1, "a", "e2"),
        read(2, 3, "e3", "a", "a"),
    ],
    "a stale read after a newer step": [
        done(0, 1, "a", "e2"),
        done(2, 3, "b", "e3"),
        read(4, 5, "e2", "a"),
    ],
    "a stale ETag after a newer step": [done(0, 1, "a", "e2"), same(2, 3, "e1")],
    "a fork: two steps follow the same one": [
        done(0, 5, "a", "e2a", if_match="e1"),
        done(0, 5, "b", "e2b", if_match="e1"),
    ],
    "a fork: each is shown alone": [
        done(0, 5, "a", "e2a", shown=Shown(2, "e2a", "odd", ("a",))),
        done(0, 5, "b", "e2b", shown=Shown(2, "e2b", "odd", ("b",))),
    ],
    "a fork: both branches are read": [
        unknown(0, "a"),
        unknown(0, "b"),
        read(1, 2, "e2", "a"),
        read(3, 4, "e3", "b"),
    ],
    "a read goes back": [
        done(0, 9, "a", "e2"),
        read(1, 2, "e2", "a"),
        read(3, 4, "e1"),
    ],
    "two ETags of one process": [unknown(0, "a"), same(1, 2, "e2"), same(3, 4, "e2b")],
    "an unknown step happens twice": [
        unknown(0, "a"),
        read(1, 2, "e2", "a"),
        read(3, 4, "e3", "a", "a"),
    ],
    "an unknown step happens and is undone": [
        unknown(0, "a"),
        read(1, 2, "e2", "a"),
        read(3, 4, "e1"),
    ],
    "an unknown step happens before it began": [read(0, 1, "e2", "a"), unknown(2, "a")],
    "an unknown step happens although its If-Match did not hold": [
        done(0, 1, "a", "e2"),
        unknown(2, "b", if_match="e1"),
        read(3, 4, "e3", "a", "b"),
    ],
    "a step is done although its If-Match did not hold": [
        done(0, 1, "a", "e2"),
        done(2, 3, "b", "e3", if_match="e1"),
    ],
    "412 although nothing had happened": [stale(0, 1, "a", "e1")],
    "412, and it was done": [
        done(0, 1, "a", "e2"),
        stale(2, 3, "b", "e1"),
        read(4, 5, "e3", "a", "b"),
    ],
    "refused, and it was done": [
        refused(0, 1, "flip", "e2"),
        read(2, 3, "e2", version=2, key="odd"),
    ],
    "refused where it is admitted": [done(0, 1, "a", "e2"), refused(2, 3, "flip", "e3")],
    "done where it is not admitted": [done(0, 1, None, "e2", action="flip")],
    "acknowledged steps in the wrong order": [
        done(0, 1, "a", "e2"),
        done(2, 3, "b", "e3"),
        read(4, 5, "e3", "b", "a"),
    ],
    "a note that nobody left": [read(0, 1, "e2", "x")],
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_history_passes(name):
    verdict = linearize(GOOD[name], MACHINE)
    assert verdict.ok, verdict


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_is_found(name):
    verdict = linearize(BAD[name], MACHINE)
    assert not verdict.ok
    assert "no order fits" in str(verdict)


def test_what_is_told_of_a_bad_history_is_where_it_breaks():
    history = BAD["a stale read after a newer step"]
    verdict = linearize(history, MACHINE)
    assert (list(verdict.order), list(verdict.stuck)) == (history[:2], history[2:])


class Played:
    """A history of a real process: one after another, with answers that take their time or are
    lost.
    """

    def __init__(self, chance: Random, steps: int, *, slow: float = 3.0, lost: float = 0.2) -> None:
        self.chance, self.slow, self.lost = chance, slow, lost
        self.notes = count()
        self.state, self.chain = START, [Written("e1")]
        self.history: History = []
        for at in range(steps):
            self.history.append(self._play(float(at)))
        self.history.append(Operation(steps + 99.0, steps + 100.0, Act("read", shown=self.state)))

    def machine(self, *, known: bool) -> Machine:
        return Machine(START, RULES, tuple(self.chain) if known else None)

    def _play(self, at: float) -> Operation[Act]:
        around = (at - self.slow * self.chance.random(), at + self.slow * self.chance.random())
        if self.chance.random() < 0.4:
            head = self.state.head
            act = self.chance.choice((Act("read", shown=self.state), Act("same", head=head)))
            return Operation(*around, act)
        wanted = self._wanted()
        if wanted.if_match not in (None, self.state.head):
            return Operation(*around, replace(wanted, kind="stale"))
        if self.chance.random() < self.lost:
            if self.chance.random() < 0.5:
                self._do(wanted)
            return Operation(around[0], inf, replace(wanted, kind="unknown"))
        return Operation(*around, self._do(wanted))

    def _wanted(self) -> Act:
        if_match = self.chance.choice((None, None, self.state.head, "e1"))
        if self.chance.random() < 0.3:
            return Act("done", "flip", None, if_match)
        return Act("done", "note", f"n{next(self.notes)}", if_match)

    def _do(self, wanted: Act) -> Act:
        key = RULES.get((self.state.key, wanted.action))
        version, _, before, notes = self.state
        if key is not None and wanted.note is not None:
            notes = (*notes, wanted.note)
        head = f"e{version + 1}"
        self.state = Shown(version + 1, head, key or before, notes)
        self.chain.append(Written(head, wanted.action, wanted.note))
        shown = self.state if key and self.chance.random() < 0.3 else None
        kind = "done" if key else "refused"
        return replace(wanted, kind=kind, head=head, shown=shown)


SEEDS = st.integers(0, 2**32)
LENGTHS = st.tuples(st.booleans(), st.integers(0, 60)).map(
    lambda drawn: (drawn[0], drawn[1] if drawn[0] else drawn[1] % 16)
)
"""Whether the chain is known in the end, and how many steps: without it the search is longer."""


@settings(deadline=None)
@given(SEEDS, LENGTHS)
def test_what_a_real_process_answers_passes(seed, length):
    known, steps = length
    played = Played(Random(seed), steps)
    verdict = linearize(played.history, played.machine(known=known))
    assert verdict.ok, verdict


def spoiled(history: History, chance: Random) -> History | None:
    """The history with something in it that no process answers; None where there is nothing."""
    done = [at for at, one in enumerate(history) if one.act.kind == "done" and one.act.note]
    if not done:
        return None
    lost, last = chance.choice(done), history[-1].act.shown
    assert last is not None
    made = list(history)
    way = chance.randrange(4)
    if way == 0:  # It is lost: the last read does not show it.
        notes = tuple(note for note in last.notes if note != history[lost].act.note)
        made[-1] = replace(made[-1], act=Act("read", shown=last._replace(notes=notes)))
    elif way == 1:  # It is there twice.
        notes = (*last.notes, str(history[lost].act.note))
        twice = last._replace(notes=notes, version=last.version + 1, head="e-twice")
        made[-1] = replace(made[-1], act=Act("read", shown=twice))
    elif way == 2:  # Another step follows the same event.
        other = replace(history[lost].act, note="other", shown=None, if_match=None)
        made.insert(lost, replace(history[lost], act=other))
    else:  # A read goes back behind what was acknowledged before it began.
        begun = history[-1].begun + 5
        made.append(Operation(begun, begun + 1, Act("read", shown=START)))
    return made


@settings(deadline=None)
@given(SEEDS, LENGTHS)
def test_what_no_process_answers_is_found(seed, length):
    known, steps = length
    played = Played(Random(seed), steps)
    history = spoiled(played.history, Random(seed + 1))
    if history is not None:
        assert not linearize(history, played.machine(known=known)).ok


@pytest.mark.parametrize("seed", range(3))
def test_it_is_quick_with_hundreds_of_operations_and_many_unknown(seed):
    played = Played(Random(seed), 500, slow=15, lost=0.25)
    begun = time.process_time()
    verdict = linearize(played.history, played.machine(known=True))
    assert verdict.ok, verdict
    assert time.process_time() - begun < 3
