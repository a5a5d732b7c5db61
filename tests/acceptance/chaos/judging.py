"""What must be so in the end, whatever happened. Each check tells what is wrong, or nothing.

Theory: three witnesses are held against each other: what clients saw (`Seen`), what the API shows
in the end, and what the tables hold (`Stored`). Each step that was acknowledged is one event of one
chain; each chain is one line without gaps; and what is told beside the chains (changes, counts,
jobs, tasks) is what follows from them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any

from callboard import compile as compiled
from callboard import load, normalize, replay, verify
from tests.acceptance.chaos.database import Postgres
from tests.acceptance.chaos.errands import OWN, REST, RULES, SCENARIO, TIMEOUT, written
from tests.acceptance.chaos.linear import Operation, linearize
from tests.acceptance.chaos.model import Act, Machine
from tests.acceptance.chaos.seen import Process, Seen

LATE: float = 5.0
"""Seconds by which a timer may be late in the calm; the machine may be busy with other things."""

Chain = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the tables hold."""

    rows: Mapping[str, Sequence[tuple[Any, ...]]]
    """(seq, previous) of the events, in order, by process."""
    chains: Mapping[str, Chain]
    documents: Mapping[str, tuple[int, str, dict[str, Any]]]
    """Version, head and document of each process."""
    jobs: Sequence[tuple[Any, ...]]
    tasks: int
    changes: Sequence[tuple[str, int]]
    """Process and version, in order."""
    counted: Mapping[tuple[str, bool], int]


async def stored(database: Postgres) -> Stored:
    """Everything, as it is now."""
    rows, chains = defaultdict(list), defaultdict(list)
    events = "SELECT process::text, seq, previous, event FROM events ORDER BY process, seq"
    for process, seq, previous, event in await database.rows(events):
        rows[process].append((seq, previous))
        chains[process].append(json.loads(event))
    documents = await database.rows("SELECT id::text, version, head, document FROM processes")
    counts = "SELECT state, running, sum(count)::integer FROM counts GROUP BY state, running"
    return Stored(
        rows,
        chains,
        {row[0]: (row[1], row[2], json.loads(row[3])) for row in documents},
        await database.rows("SELECT id, kind, process::text, due, held, failed FROM jobs"),
        len(await database.rows("SELECT 1 FROM tasks")),
        await database.rows("SELECT process::text, version FROM changes ORDER BY seq, version"),
        {(row[0], row[1]): row[2] for row in await database.rows(counts) if row[2]},
    )


def whole_chains(found: Stored) -> Iterator[str]:
    """Each chain is one line from 0 on, and its process is what it leads to."""
    scenario = compiled(normalize(load(SCENARIO)))
    if found.chains.keys() != found.documents.keys():
        yield "there are processes without events, or events without a process"
    for process, (version, head, document) in found.documents.items():
        events, rows = found.chains[process], found.rows[process]
        if [seq for seq, _ in rows] != list(range(len(rows))):
            yield f"{process}: the numbers of its events have a gap: {[seq for seq, _ in rows]}"
        if len({previous for _, previous in rows}) != len(rows):
            yield f"{process}: two events follow the same one"
        if not verify(events).ok:
            yield f"{process}: its chain does not verify: {verify(events)}"
        elif (version, head) != (len(events), events[-1]["hash"]):
            yield f"{process}: it is at version {version}, and has {len(events)} events"
        else:
            rebuilt = replay(scenario, [dict(event) for event in events])
            if (rebuilt["current"], rebuilt["vars"]) != (document["current"], document["vars"]):
                yield f"{process}: it is not what its chain leads to"


def steps_once(seen: Seen, found: Stored) -> Iterator[str]:
    """Each note is in one event where that was acknowledged, in none where it was forbidden, and
    else in one at most; and the ETag that was told is that event's.
    """
    there: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for process, events in found.chains.items():
        for event in events:
            if isinstance(event.get("response"), str):
                there[event["response"]].append((process, event))
    known = {note for note, id_ in seen.started.items()} | {note for note, _ in seen.taken.values()}
    for process in seen.processes.values():
        for one in process.history:
            act = one.act
            if act.kind in ("read", "same"):
                continue
            if act.note is not None:
                known.add(act.note)
                yield from _once(process, act, there.get(act.note, []))
            elif act.head is not None:
                hashes = {event["hash"]: event for event in found.chains[process.id]}
                if act.head not in hashes:
                    yield f"{process.id}: the acknowledged {act} is no event of its chain"
    yield from (f"nobody knows the note {note} of {there[note]}" for note in there.keys() - known)
    yield from (f"{note} is there twice: {at}" for note, at in there.items() if len(at) > 1)


def _once(process: Process, act: Act, at: list[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    if any(id_ != process.id for id_, _ in at):
        yield f"{process.id}: what was asked of it is in another process: {act}, {at}"
    if act.kind in ("done", "refused"):
        if [event["hash"] for _, event in at] != [act.head]:
            yield f"{process.id}: the acknowledged {act} is not there once, but so: {at}"
        elif at[0][1].get("skipped", False) != (act.kind == "refused"):
            yield f"{process.id}: {act} was answered otherwise than it came out: {at}"
    elif act.kind == "stale" and at:
        yield f"{process.id}: {act} was answered with 412, and is there: {at}"


def starts_once(seen: Seen, found: Stored) -> Iterator[str]:
    """Each start that was acknowledged is one process, and no start two."""
    begun: dict[str, list[str]] = defaultdict(list)
    for process, events in found.chains.items():
        begun[str(events[1].get("response")) if len(events) > 1 else ""].append(process)
    for note, ids in begun.items():
        if note not in seen.started:
            yield f"nobody has started {ids}"
        elif len(ids) > 1 or seen.started[note] not in (None, ids[0]):
            yield f"the start of {seen.started[note]} is there as {ids}"
    for note, id_ in seen.started.items():
        if id_ is not None and begun.get(note) != [id_]:
            yield f"the acknowledged process {id_} is not there"


def histories(seen: Seen, found: Stored) -> Iterator[str]:
    """What was seen of each process is what one process can show, one thing after the other."""
    replies: dict[str, list[Operation[Act]]] = defaultdict(list)
    for process, (note, told) in zip(seen.taken, seen.taken.values(), strict=True):
        act = Act("unknown", "take", note)
        replies[process.partition(" ")[0]].append(Operation(told, inf, act))
    for process in seen.processes.values():
        chain = tuple(written(event) for event in found.chains[process.id])
        timeouts = sum(one.action == TIMEOUT for one in chain)
        own = [Operation(0.0, inf, Act("unknown", TIMEOUT)) for _ in range(timeouts)]
        history = [*process.history, *own, *replies[process.id]]
        verdict = linearize(history, Machine(process.start, RULES, chain, OWN))
        if not verdict.ok:
            yield f"{process.id}: {verdict}"


def times_out(found: Stored, calm: datetime) -> tuple[list[str], list[float]]:
    """Whether each time-out came once for its entry, and not before its time; and how late those
    came that began after it was calm.
    """
    wrong: list[str] = []
    late: list[float] = []
    for process, events in found.chains.items():
        key, entered = "initial", datetime.fromisoformat(events[0]["timestamp"])
        for event in events[1:]:
            what, at = written(event), datetime.fromisoformat(event["timestamp"])
            waited = (at - entered).total_seconds()
            target = None if event.get("skipped") else RULES.get((key, what.action))
            if what.action == TIMEOUT and (target is None or waited < REST):
                wrong.append(f"{process}: a timer came in {key} after {waited} s: {event}")
            elif what.action == TIMEOUT and entered > calm:
                late.append(waited - REST)
            if target not in (None, key):
                key, entered = str(target), at
    if max(late, default=0) > LATE:
        wrong.append(f"a timer was {max(late):.1f} s late although all was calm")
    return wrong, late


def nothing_left(found: Stored) -> Iterator[str]:
    """All processes have ended, and nothing waits; what is told of them agrees with them."""
    for process, (_, _, document) in found.documents.items():
        if document["isRunning"]:
            yield f"{process} has not ended: it is in {document['current']['key']}"
    yield from (f"a job is left: {job}" for job in found.jobs)
    if found.tasks:
        yield f"{found.tasks} tasks are left"
    places = Counter(
        (document["current"]["key"], document["isRunning"])
        for _, _, document in found.documents.values()
    )
    if dict(places) != dict(found.counted):
        yield f"counted were {dict(found.counted)}, and there are {dict(places)}"


def changes_told(found: Stored) -> Iterator[str]:
    """Streams tell of every event that changed a process, in order, once."""
    told: dict[str, list[int]] = defaultdict(list)
    for process, version in found.changes:
        told[process].append(version)
    for process, versions in told.items():
        if versions != sorted(set(versions)):
            yield f"{process}: its changes are told as {versions}"
    for process, events in found.chains.items():
        if told[process][-1:] != [len(events)]:
            yield f"{process}: its last change is not told"
