"""The page about proof: its commands against a server."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.pages import blocks, read_page, run_shell, serving, steady

PAGE = read_page("docs/how-to/prove-what-happened.md")


def test_the_commands_print_what_the_page_shows(tmp_path: Path) -> None:
    with serving(tmp_path / "proof.db") as port:
        outputs = run_shell(PAGE, port, tmp_path)
    for (text, expected), printed in zip(blocks(PAGE, "sh"), outputs, strict=True):
        assert steady(printed) == steady(expected), text
