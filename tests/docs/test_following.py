"""The page about the stream: its commands against a server, and all kinds of events."""

from __future__ import annotations

from pathlib import Path

from callboard.ports.records import ChangeKind
from tests.acceptance.pages import blocks, read_page, run_shell, serving, steady

PAGE = read_page("docs/how-to/follow-what-happens.md")


def test_the_commands_print_what_the_page_shows(tmp_path: Path) -> None:
    with serving(tmp_path / "stream.db") as port:
        outputs = run_shell(PAGE, port, tmp_path)
    for (text, expected), printed in zip(blocks(PAGE, "sh"), outputs, strict=True):
        assert steady(printed) == steady(expected), text


def test_every_kind_of_event_is_told() -> None:
    for kind in (*ChangeKind.__args__, "task-appeared", "task-gone"):
        assert f"`{kind}`" in PAGE
