"""The statements that the engine runs on a distributed database, and what is let through.

A statement of `sql/distributed` stands in the place of the one of that name in `sql/postgres`. What
touches many shards is listed here with its reason; docs: distributed-postgresql.md says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from callboard.store.queries import queries

REFUSED = {
    "check": "rows of one moment",
    "export": "rows of one moment",
    "import": "is done before the layout",
}
"""Files of statements that the engine refuses to run there (store/postgres/rows.py)."""

NOT_RUN = {
    "changes.erased": "changes.note, and a number afterwards",
    "changes.offset": "changes.catch_up",
    "writing.always": "statements that are each for one shard",
    "writing.little": "the same",
    "writing.much": "the same",
    "writing.why": "each statement says itself what forbade it",
}
"""What is run on PostgreSQL only, and what is done instead."""

_IDS = "of some ids: asks the shards of those"
_LIST = "a list: each shard reads its part of the index in order, as far as the page"
_FIGURE = "a figure for operators; seldom"

READS = {
    "changes.some": "whether any change waits for a number; each shard says one row",
    "changes.waiting": "changes that wait for a number, seldom many",
    "changes.now_of": _IDS,
    "changes.left_of": _IDS,
    "changes.events_of": _IDS,
    "figures.storage": _FIGURE,
    "figures.tables": _FIGURE,
    "jobs.due": "what is due: each shard reads its part of the index in order",
    "jobs.next": "when the next is due; each shard says one row",
    "jobs.services": "the services for which something waits; once in a while",
    "jobs.find": "a notification by its id, for a reply that comes later",
    "jobs.tries": "the tries of a notification by its id",
    "jobs.failed": _FIGURE,
    "jobs.given_up": _FIGURE,
    "jobs.given_up_of": "what an operator wants to be tried again",
    "jobs.pending": _FIGURE,
    "jobs.figures": _FIGURE,
    "keys.unsigned": _IDS,
    "links.started": "how a process was started, for its family",
    "links.of_event": "the link of an event, for its family",
    "links.count": "how many a family has, up to a bound",
    "places.all_down": _LIST,
    "places.all_up": _LIST,
    "places.of_scenarios_down": _LIST,
    "places.of_scenarios_up": _LIST,
    "places.of_principals_down": _LIST,
    "places.of_principals_up": _LIST,
    "places.since_down": _LIST,
    "places.since_up": _LIST,
    "places.due_down": _LIST,
    "places.due_up": _LIST,
    "places.theirs": _IDS,
    "places.task_facts": _IDS,
    "processes.of_scenario": _LIST,
    "processes.page": _IDS,
    "processes.matching": _IDS,
    "state.state": _FIGURE,
    "processes.counts": "sums over all counters, for operators",
}
"""What reads many shards, and why that is borne."""

WRITES = {
    "writing.wake": "who waits for a process to end may be in any shard; a process ends once",
    "tombstones.clear_answers": "answers that tell of an erased process may be anybody's; seldom",
}
"""What writes in many shards, and why that is borne. Nothing is locked beforehand."""

HINTS = {"figures.hint": "a hint; not sent where `postgres.distributed` is `yugabyte`"}


def statements() -> Iterator[tuple[str, str]]:
    """All by name, `TABLE.QUERY`."""
    folder = files("callboard.store") / "sql"
    own = {item.name for item in (folder / "distributed").iterdir()}
    for item in sorted((folder / "postgres").iterdir(), key=lambda item: item.name):
        table = item.name.removesuffix(".sql")
        if table in REFUSED:
            continue
        found = dict(queries("postgres", table))
        if item.name in own:
            found |= queries("distributed", table)
        for name, text in found.items():
            if f"{table}.{name}" not in NOT_RUN:
                yield f"{table}.{name}", text
