"""Settings in the documentation are settings that load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callboard.compose import SystemClock
from callboard.compose.identity import key_config, verifier
from callboard.settings import Settings, load_settings
from tests.architecture.tree import ROOT

BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = (
    "docs/how-to/run-in-production.md",
    "docs/reference/settings.md",
    "docs/reference/providers.md",
    "docs/how-to/use-brokers-and-mail.md",
    "docs/how-to/sign-in-with-openid-connect.md",
)
FILES = [
    (page, text)
    for page in map(ROOT.joinpath, PAGES)
    for text in BLOCK.findall(page.read_text(encoding="utf-8"))
]


def load(text: str, folder: Path) -> Settings:
    path = folder / "callboard.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(config=path)


@pytest.mark.parametrize(("page", "text"), FILES, ids=lambda value: getattr(value, "stem", ""))
def test_a_file_of_settings_loads(page: Path, text: str, tmp_path: Path) -> None:
    assert load(text, tmp_path).port, page


def test_the_production_file_is_enough_to_check_tokens(tmp_path: Path) -> None:
    text = next(text for page, text in FILES if page.stem == "run-in-production")
    settings = load(text, tmp_path)
    assert not settings.dev
    assert verifier(key_config(settings), SystemClock())
