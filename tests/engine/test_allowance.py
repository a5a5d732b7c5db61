"""An allowance that several engines count together: never less than it says, little more."""

from __future__ import annotations

from random import Random

import pytest

from callboard.engine.allowance import MINUTE, PARTS, Allowance
from callboard.errors import UnavailableError


class Hand:
    """A clock that is moved by hand."""

    at = 1_000.0

    def __call__(self) -> float:
        return self.at


class Shared:
    """What the database keeps."""

    def __init__(self, clock: Hand) -> None:
        self.clock, self.full, self.writes, self.away = clock, {}, 0, False

    async def spend(self, who: str, seconds: float, age: float) -> float:
        if self.away:
            raise UnavailableError("It is away.")
        self.writes += 1
        now = self.clock.at
        self.full[who] = max(self.full.get(who, 0.0), now - age) + seconds
        return self.full[who] - now


def engines(count: int, most: int):
    clock = Hand()
    shared = Shared(clock)
    made = [Allowance(most, "credential", shared, clock=clock) for _ in range(count)]
    return clock, shared, made


async def asked(allowance: Allowance, who: str = "a") -> bool:
    if allowance.spend(who):
        return False
    await allowance.settle(who)
    return True


@pytest.mark.parametrize(("count", "most"), [(1, 600), (2, 600), (5, 600), (3, 7), (2, 1)])
def test_a_minute_at_once_is_all_of_it_and_a_part_for_each_at_most(run, count, most):
    async def play(seed: int) -> None:
        _, _, made = engines(count, most)
        chance = Random(seed)
        let = sum([await asked(chance.choice(made)) for _ in range(4 * most)])
        assert most <= let <= most + count * max(1, most // PARTS)

    for seed in range(10):
        run(play(seed))


def test_who_asks_each_engine_steadily_has_one_allowance(run):
    """Each sees no more than its share of what is allowed, and all together half as much again."""

    async def play() -> None:
        clock, shared, made = engines(3, 600)
        let = asks = 0
        for tick in range(10 * 900):  # ten minutes, 15 a second; 10 are allowed
            clock.at += 1 / 15
            asks += 1
            let += await asked(made[tick % 3])
        allowed = 600 + 10 * 600
        assert allowed <= let <= allowed + 3 * (600 // PARTS)
        assert let < asks
        assert shared.writes <= let / (600 // PARTS) + 3

    run(play())


def test_who_stays_below_it_is_never_refused(run):
    async def play() -> None:
        clock, _, made = engines(2, 600)
        chance = Random(3)
        for _ in range(5_000):
            clock.at += MINUTE / 600
            assert await asked(chance.choice(made))

    run(play())


def test_who_asks_seldom_costs_no_write(run):
    async def play() -> None:
        _, shared, made = engines(2, 6_000)
        for number in range(2_000):
            assert await asked(made[number % 2], f"user {number % 100}")
        assert shared.writes == 0

    run(play())


def test_without_the_database_each_counts_by_itself(run):
    async def play() -> None:
        _, shared, made = engines(2, 60)
        shared.away = True
        for allowance in made:
            assert sum([await asked(allowance) for _ in range(200)]) == 60

    run(play())
