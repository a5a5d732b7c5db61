"""Schemathesis finds nothing; `make fuzz` looks longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.fuzzing import PROGRAM, fuzz

EXAMPLES = 5


@pytest.mark.skipif(not PROGRAM.exists(), reason="`make setup` installs Schemathesis")
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    done = fuzz(EXAMPLES, tmp_path)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
