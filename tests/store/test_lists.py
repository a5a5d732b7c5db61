"""Lists of processes: whose they are, in what order, page by page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from callboard.ports.records import Filters, ProcessQuery, Sort
from tests.store.records import OTHER, SCENARIO, scenario, start, step


def numbers(records):
    return [int(record.document["title"].split()[1]) for record in records]


def listed(store, run, *principals, **more):
    if "scenarios" in more:
        more["filters"] = Filters(more.pop("scenarios"))
    query = ProcessQuery(frozenset(principals), **more)
    return numbers(run(store.list_processes(query)).records)


@pytest.fixture
def filled(store, run):
    """Twelve processes: the even ones are a's, every third is for the role r."""
    run(store.put_scenario(scenario(OTHER)))
    for number in range(1, 13):
        who = {"user:a"} if number % 2 == 0 else {"user:b"}
        who |= {"role:r"} if number % 3 == 0 else set()
        key = SCENARIO if number < 7 else OTHER
        run(store.write_process(start(number, number, key, participants=frozenset(who))))
    return store


def test_newest_come_first(filled, run):
    assert listed(filled, run, "user:a") == [12, 10, 8, 6, 4, 2]


def test_a_process_in_two_lists_comes_once(filled, run):
    assert listed(filled, run, "user:a", "role:r") == [12, 10, 9, 8, 6, 4, 3, 2]


def test_nobody_has_no_list(filled, run):
    assert listed(filled, run) == []
    assert listed(filled, run, "user:z") == []


def test_operators_see_all(filled, run):
    records = run(filled.list_processes(ProcessQuery(None))).records
    assert numbers(records) == list(range(12, 0, -1))
    assert records[0] == start(12, 12, OTHER).record


def test_pages_follow_each_other(filled, run):
    pages = [listed(filled, run, "user:a", "role:r", limit=3, offset=3 * n) for n in range(4)]
    assert pages == [[12, 10, 9], [8, 6, 4], [3, 2], []]
    assert numbers(run(filled.list_processes(ProcessQuery(None, 2, 9))).records) == [3, 2]
    assert listed(filled, run, "user:a", limit=0) == []


def test_only_processes_of_some_scenarios(filled, run):
    one = frozenset({SCENARIO})
    assert listed(filled, run, "user:a", "role:r", scenarios=one) == [6, 4, 3, 2]
    assert listed(filled, run, "user:a", scenarios=frozenset()) == []
    query = ProcessQuery(None, filters=Filters(one), limit=2)
    assert numbers(run(filled.list_processes(query)).records) == [6, 5]


def test_order_is_that_of_starting_not_of_storing(store, run):
    for number, second in ((1, 30), (2, 10), (3, 20)):
        run(store.write_process(start(number, second, participants=frozenset({"user:a"}))))
    assert listed(store, run, "user:a") == [1, 3, 2]
    assert numbers(run(store.list_processes(ProcessQuery(None))).records) == [1, 3, 2]


def test_a_list_shows_processes_as_they_are(store, run):
    write = start(1, participants=frozenset({"user:a"}))
    after = step(write.record)
    run(store.write_process(write))
    run(store.write_process(after))
    shown = run(store.list_processes(ProcessQuery(frozenset({"user:a"}))))
    assert shown.records == (after.record,)


def test_long_lists_are_read_to_their_end(store, run):
    """Longer than what is read at once, all started in the same instant."""
    both = frozenset({"user:a", "role:r"})

    async def fill():
        writes = (start(number, participants=both) for number in range(1, 1101))
        await asyncio.gather(*map(store.write_process, writes))

    run(fill())
    found = listed(store, run, "user:a", "role:r", limit=2000)
    assert sorted(found) == list(range(1, 1101))
    parts = [listed(store, run, "user:a", "role:r", limit=400, offset=400 * n) for n in range(3)]
    assert [*chain.from_iterable(parts)] == found


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    principals=some.frozensets(some.sampled_from(["user:a", "user:b", "role:r", "user:z"])),
    limit=some.integers(0, 13),
    offset=some.integers(0, 13),
)
def test_a_page_is_a_part_of_the_whole(filled, run, principals, limit, offset):
    whole = listed(filled, run, *principals)
    assert whole == sorted(set(whole), reverse=True)
    part = listed(filled, run, *principals, limit=limit, offset=offset)
    assert part == whole[offset : offset + limit]


@pytest.mark.parametrize("scan", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize("principals", [None, frozenset({"user:a", "role:r"})])
def test_looking_goes_on_where_it_ended(filled, run, scan, down, principals):
    """Parts may be short, but nothing is left out, and nothing comes twice."""
    query = ProcessQuery(
        principals,
        limit=2,
        offset=1,
        filters=Filters(frozenset({OTHER, SCENARIO}), actors=(), state="initial"),
        sort=(Sort("created", descending=down),),
        scan=scan,
    )
    found, part = [], run(filled.list_processes(query))
    found += numbers(part.records)
    while part.end is not None:
        query = replace(query, after=part.end, offset=part.skip)
        part = run(filled.list_processes(query))
        found += numbers(part.records)
    everything = [n for n in range(12, 0, -1) if principals is None or n % 2 == 0 or n % 3 == 0]
    assert found == (everything if down else everything[::-1])[1:]
