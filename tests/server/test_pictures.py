"""Pictures cost a processor: they are drawn once, few at a time, and told of plainly."""

from __future__ import annotations

import asyncio
import subprocess
import threading

import pytest

from callboard import drawing
from callboard.core.scenario.diagram import NODE_LIMIT, Graph, Node
from callboard.errors import InvalidError, UnavailableError
from callboard.server import pictures
from callboard.server.pictures import AGAIN_SECONDS, WAITING, Pictures

SMALL = Graph("Small", (Node("initial", "Start", is_end=False),), ())


def titled(number: int) -> Graph:
    return Graph(f"Number {number}", SMALL.nodes, ())


class Pen:
    """Counts what is drawn; each takes until `free` is set."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.drawn: list[Graph] = []

    def draw(self, graph: Graph) -> str:
        self.drawn.append(graph)
        self.free.wait(10)
        if graph.title == "Bad":
            raise InvalidError("Too slow.", code="drawing")
        return f"<svg>{graph.title}</svg>"


def test_a_picture_is_drawn_once_however_many_ask() -> None:
    pen = Pen()

    async def ask() -> list[bytes]:
        gallery = Pictures(pen.draw)
        asked = [asyncio.ensure_future(gallery.svg(SMALL)) for _ in range(50)]
        await asyncio.sleep(0)
        pen.free.set()
        return [*await asyncio.gather(*asked), await gallery.svg(SMALL)]

    assert set(asyncio.run(ask())) == {b"<svg>Small</svg>"}
    assert pen.drawn == [SMALL]


def test_only_so_many_wait_to_be_drawn() -> None:
    pen = Pen()

    async def ask() -> list[bytes | BaseException]:
        gallery = Pictures(pen.draw)
        asked = [asyncio.ensure_future(gallery.svg(titled(i))) for i in range(WAITING + 3)]
        await asyncio.sleep(0)
        pen.free.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = asyncio.run(ask())
    assert [type(answer) for answer in answers].count(UnavailableError) == 3
    assert len(pen.drawn) == WAITING


def test_what_took_too_long_is_not_tried_again_for_a_while() -> None:
    pen, now = Pen(), [0.0]
    pen.free.set()
    bad = Graph("Bad", SMALL.nodes, ())

    async def ask() -> None:
        gallery = Pictures(pen.draw, lambda: now[0])
        for now[0], tries in ((0.0, 1), (AGAIN_SECONDS - 1, 1), (AGAIN_SECONDS, 2)):
            with pytest.raises(InvalidError, match="Too slow") as told:
                await gallery.svg(bad)
            assert (told.value.problem, len(pen.drawn)) == ("drawing", tries)

    asyncio.run(ask())


def test_what_is_kept_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "KEPT_BYTES", 50)
    pen = Pen()
    pen.free.set()

    async def ask() -> None:
        gallery = Pictures(pen.draw)
        for number in (1, 2, 3, 3, 2, 1):
            await gallery.svg(titled(number))

    asyncio.run(ask())
    assert pen.drawn == [titled(number) for number in (1, 2, 3, 1)]


def test_who_asks_is_told_nothing_of_the_machine(monkeypatch, caplog) -> None:
    def fail(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(drawing.subprocess, "run", fail)
    with pytest.raises(UnavailableError) as told:
        drawing.svg(SMALL)
    assert "/" not in told.value.message
    assert "graphviz" not in told.value.message
    assert "the drawing program failed" in caplog.text


def test_a_time_out_and_too_many_states_are_no_passing_trouble(monkeypatch) -> None:
    many = Graph("Many", SMALL.nodes * (NODE_LIMIT + 1), ())
    with pytest.raises(InvalidError) as large:
        drawing.svg(many)
    monkeypatch.setattr(drawing, "SECONDS", 0.001)
    with pytest.raises(InvalidError) as slow:
        drawing.svg(SMALL)
    assert (large.value.problem, slow.value.problem) == ("drawing", "drawing")
