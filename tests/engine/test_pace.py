"""A process that goes in circles is slowed down, and nobody else is."""

from __future__ import annotations

from callboard.engine.pace import MOST, Pace


class Hand:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_what_is_sent_at_once_is_bounded_and_comes_back_evenly():
    now = Hand()
    pace = Pace(6, now)
    assert [pace.wait("a") for _ in range(7)] == [0] * 6 + [10]
    assert pace.wait("b") == 0
    now.at = 4
    assert round(pace.wait("a"), 6) == 6
    now.at = 10.001
    assert pace.wait("a") == 0
    assert pace.wait("a") > 9
    now.at = 1000
    assert [bool(pace.wait("a")) for _ in range(7)] == [False] * 6 + [True]


def test_it_is_news_once_a_minute():
    now = Hand()
    pace = Pace(1, now)
    pace.wait("a")
    assert pace.wait("a")
    assert [pace.is_news("a"), pace.is_news("a")] == [True, False]
    now.at = 60
    assert pace.is_news("a")


def test_nothing_is_bounded_with_0():
    assert not any(Pace(0).wait("a") for _ in range(1000))


def test_what_is_remembered_is_bounded():
    pace = Pace(1, Hand())
    for number in range(MOST + 1):
        pace.wait(str(number))
    assert pace.wait(str(MOST)) > 0
    assert pace.wait("0") == 0
