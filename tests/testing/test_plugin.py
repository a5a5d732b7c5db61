"""The pytest plugin, in a pytest of its own."""

import subprocess
import sys
from pathlib import Path

FEATURE = """Feature: Greeting
  Scenario: Good
    Given the process is created from the "hello" scenario
    And "Ann" is the actor
    When "Ann" does "greet"
    Then the process ended in "done"
    And Ann is polite
  Scenario: Bad
    Given the process is created from the "hello" scenario
    Then the process is in "nowhere"
"""
HOOK = """from callboard.testing import Sentence
SENTENCES = (Sentence("Ann is polite", lambda call: None),)
"""


def test_features_are_tests(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    scenario = "states: {initial: {on: greet, goto: (done)}}"
    (tmp_path / "scenarios" / "hello.yaml").write_text(scenario, encoding="utf-8")
    (tmp_path / "hello.feature").write_text(FEATURE, encoding="utf-8")
    (tmp_path / "callboard_steps.py").write_text(HOOK, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "callboard.testing.plugin", "-q"),
            *("-p", "no:cacheprovider", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "-nowhere" in done.stdout
