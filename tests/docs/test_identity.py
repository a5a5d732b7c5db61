"""The page about identity: its commands against a server, its settings, its library calls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from callboard.compose.identity import key_config, verifier
from callboard.compose.system import SystemClock
from callboard.ports.caller import PRIVILEGES
from callboard.settings import load_settings
from tests.acceptance.pages import BLOCK, blocks, read_page, run_shell, serving, steady

PAGE = read_page("docs/how-to/identity.md")


def test_the_commands_print_what_the_page_shows(tmp_path: Path) -> None:
    with serving(tmp_path / "identity.db") as port:
        outputs = run_shell(PAGE, port, tmp_path)
    for (text, expected), printed in zip(blocks(PAGE, "sh"), outputs, strict=True):
        assert steady(printed) == steady(expected), text


def test_the_library_prints_what_the_page_shows() -> None:
    ((text, expected),) = blocks(PAGE, "python")
    run = subprocess.run(
        [sys.executable, "-c", text], check=True, capture_output=True, text=True, timeout=60
    )
    assert run.stdout == expected


def test_the_settings_are_accepted(tmp_path: Path) -> None:
    for number, match in enumerate(BLOCK.finditer(PAGE)):
        if match["kind"] == "toml":
            file = tmp_path / f"{number}.toml"
            file.write_text(match["text"], encoding="utf-8")
            assert verifier(key_config(load_settings(config=file)), SystemClock())


def test_every_privilege_is_named() -> None:
    access = read_page("docs/explanation/access.md")
    assert all(f"`{name}`" in PAGE and f"`{name}`" in access for name in PRIVILEGES)
