"""What a worker remembers is bounded, by number and by size."""

from __future__ import annotations

from callboard.worker.answers import answered
from callboard.worker.memory import Memory


def remembered(memory, names):
    return [name for name in names if memory.get(("stock", name)) is not None]


def test_the_oldest_go_first_when_there_are_too_many():
    memory = Memory(2)
    for name in "abc":
        memory.put(("stock", name), answered(name))
    assert remembered(memory, "abc") == ["b", "c"]


def test_the_oldest_go_first_when_they_are_too_large():
    memory = Memory(100, most_bytes=25)
    for name in "abca":
        memory.put(("stock", name), answered("x" * 10))
    assert remembered(memory, "abc") == ["a", "c"]
    memory.put(("stock", "d"), answered("x" * 30))
    assert remembered(memory, "abcd") == []


def test_the_same_message_to_two_services_has_two_answers():
    memory = Memory(10)
    memory.put(("stock", "a"), answered(1))
    assert memory.get(("carrier", "a")) is None
