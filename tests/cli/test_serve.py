"""`callboard serve`: it says where it is, ends quietly, and says why it does not start."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.running import callboard

PROGRAM = Path(sys.executable).with_name("callboard")


def test_it_says_where_it_is_and_ends_quietly(tmp_path: Path) -> None:
    arguments = ["serve", "--dev", "--port", "0", "--database", f"sqlite:///{tmp_path}/db"]
    with subprocess.Popen(
        [PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline() for _ in range(8)]
        found = re.search(r"http://127\.0\.0\.1:\d+", "".join(lines))
        assert found is not None
        with urllib.request.urlopen(f"{found[0]}/scenarios") as answer:
            names = {scenario["name"] for scenario in json.load(answer)}
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0
    assert "expense-approval" in names
    assert any("alice (support)" in line for line in lines)


def test_production_mode_needs_a_key(tmp_path: Path) -> None:
    result = callboard("serve", "--database", f"sqlite:///{tmp_path}/db")
    assert result.exit_code == 3
    assert "auth.jwt_secret" in result.stderr
    assert not list(tmp_path.iterdir())


def test_an_unknown_setting_names_the_nearest(tmp_path: Path) -> None:
    config = tmp_path / "callboard.toml"
    config.write_text("prot = 8000\n")
    result = callboard("serve", "--dev", "--config", str(config))
    assert result.exit_code == 3
    assert '"port"' in result.stderr


@pytest.mark.parametrize("port", ["70000", "http"])
def test_a_port_that_is_none_is_wrong_usage(port: str) -> None:
    assert callboard("serve", "--port", port).exit_code == 2
